-- The family's side: its answers, its language, its care team, and how its accounts begin (product.md sections 6 and 10).

-- What each of the family says to a request; the last word of each counts.
create table family_answer (
    request_id uuid not null references access_request (id),
    account_id uuid not null references account (id),
    capacity text not null check (capacity in ('guardian', 'patient')),
    answer text not null check (answer in ('yes', 'no')),
    lasting text check (lasting in ('30_days', '6_months', '1_year', 'until_revoked')),
    sections bigint not null,
    sensitive bigint not null,
    answered_at timestamptz not null,
    primary key (request_id, account_id),
    check ((answer = 'yes') = (lasting is not null))
);

-- Which letters about a request are written, each once; one that was passed over after a pause is recorded as not mailed.
create table request_notice (
    request_id uuid not null references access_request (id),
    kind text not null check (kind in ('asked', 'day_3', 'day_10')),
    at timestamptz not null,
    mailed bigint not null check (mailed in (0, 1)),
    primary key (request_id, kind)
);

create table family_preference (
    account_id uuid primary key references account (id),
    language text not null check (language in ('en', 'es'))
);

-- A removal from the care team by the family or the team: the feed's seat stays away until the feed has dropped it.
create table care_team_removal (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    provider_id uuid references provider (id),
    practice_id uuid references practice (id),
    removed_by uuid not null references account (id),
    removed_at timestamptz not null,
    lifted_at timestamptz,
    check ((provider_id is null) <> (practice_id is null))
);
create index care_team_removal_patient on care_team_removal (patient_id);

-- A code with which a family account begins: printed once, kept hashed.
create table activation_code (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    capacity text not null check (capacity in ('guardian', 'patient')),
    code_hash bytea not null unique,
    made_by uuid not null references account (id),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    misses bigint not null default 0,
    used_by uuid references account (id),
    used_at timestamptz,
    voided_at timestamptz,
    check ((used_by is null) = (used_at is null))
);
create index activation_code_patient on activation_code (patient_id);

-- A proxy for somebody of 13 or over: it becomes a guardian's link once both have signed.
create table proxy (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    account_id uuid not null references account (id),
    relationship text not null,
    made_at timestamptz not null,
    holder_signed_as text,
    holder_signed_at timestamptz,
    patient_signed_as text,
    patient_signed_at timestamptz,
    patient_signed_by uuid references account (id),
    guardian_id uuid references guardian (id),
    withdrawn_at timestamptz,
    check ((holder_signed_as is null) = (holder_signed_at is null)),
    check ((patient_signed_as is null) = (patient_signed_at is null))
);
create index proxy_patient on proxy (patient_id);
create index proxy_account on proxy (account_id);
