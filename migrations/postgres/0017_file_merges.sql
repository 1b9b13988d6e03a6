-- Merges of two records: where each came from, the request that asks the access team about it, and who undid it (product.md
-- section 4).

alter table patient_merge add column source text not null default 'import' check (source in ('import', 'feed', 'team'));
create index patient_merge_unconfirmed on patient_merge (starts_at) where confirmed_at is null;

-- One request for each merge; whether somebody checked that records which differ are of one person.
create table merge_request (
    request_id uuid primary key references access_request (id),
    merge_id uuid not null unique references patient_merge (id),
    checked bigint not null default 0 check (checked in (0, 1)),
    undone_at timestamptz,
    undone_by uuid references account (id),
    check ((undone_at is null) = (undone_by is null))
);

-- The queue is read in the order of its pages.
create index access_request_due on access_request (state, due_on, filed_at, id);
create index access_request_closed on access_request (state, closed_at, id);
create index sign_on_identity_request on sign_on_identity (request_id);
