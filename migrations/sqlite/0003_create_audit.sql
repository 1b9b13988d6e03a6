-- The audit: append-only rows in keyed chains, one chain a writing process (product.md section 11).

create table audit_chain (
    id blob primary key,
    opened_at integer not null
) strict;

create table audit_row (
    chain_id blob not null references audit_chain (id),
    seq integer not null,
    at integer not null,
    actor_id blob,
    act text not null,
    outcome text not null,
    patient_id blob,
    subject_id blob,
    basis text not null,
    detail text not null,
    request_id text not null,
    network text not null,
    mac blob not null,
    primary key (chain_id, seq)
) strict;
create index audit_row_patient on audit_row (patient_id, at);
create index audit_row_actor on audit_row (actor_id, at);
create index audit_row_at on audit_row (at);

create trigger audit_row_no_update before update on audit_row begin
    select raise(abort, 'audit rows are append-only');
end;
create trigger audit_row_no_delete before delete on audit_row begin
    select raise(abort, 'audit rows are append-only');
end;
