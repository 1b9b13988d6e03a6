-- How emergency access is reviewed, who made a restriction and why, and when the audit was last verified (product.md sections 4, 6 and 11).

alter table emergency_access add column request_id uuid references access_request (id);
alter table emergency_access add column finding text check (finding in ('justified', 'not_justified'));
alter table emergency_access add column reviewed_by uuid references account (id);
create index emergency_access_request on emergency_access (request_id);

-- Those that were imported name nobody.
alter table restriction add column reason text not null default '';
alter table restriction add column made_by uuid references account (id);
alter table restriction add column ended_by uuid references account (id);

create table audit_verification (
    id uuid primary key,
    at timestamptz not null,
    chains bigint not null,
    row_count bigint not null,
    faults bigint not null
);
create index audit_verification_at on audit_verification (at);
