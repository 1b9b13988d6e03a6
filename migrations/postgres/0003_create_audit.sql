-- The audit: append-only rows in keyed chains, one chain a writing process (product.md section 11).

create table audit_chain (
    id uuid primary key,
    opened_at timestamptz not null
);

create table audit_row (
    chain_id uuid not null references audit_chain (id),
    seq bigint not null,
    at timestamptz not null,
    actor_id uuid,
    act text not null,
    outcome text not null,
    patient_id uuid,
    subject_id uuid,
    basis text not null,
    detail text not null,
    request_id text not null,
    network text not null,
    mac bytea not null,
    primary key (chain_id, seq)
);
create index audit_row_patient on audit_row (patient_id, at);
create index audit_row_actor on audit_row (actor_id, at);
create index audit_row_at on audit_row (at);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit rows are append-only';
end $$;
create trigger audit_row_no_update before update or delete on audit_row
    for each row execute function refuse_audit_change();
create trigger audit_row_no_truncate before truncate on audit_row
    for each statement execute function refuse_audit_change();
