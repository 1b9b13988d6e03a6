-- The family's side: its answers, its language, its care team, and how its accounts begin (product.md sections 6 and 10).

-- What each of the family says to a request; the last word of each counts.
create table family_answer (
    request_id blob not null references access_request (id),
    account_id blob not null references account (id),
    capacity text not null check (capacity in ('guardian', 'patient')),
    answer text not null check (answer in ('yes', 'no')),
    lasting text check (lasting in ('30_days', '6_months', '1_year', 'until_revoked')),
    sections integer not null,
    sensitive integer not null,
    answered_at integer not null,
    primary key (request_id, account_id),
    check ((answer = 'yes') = (lasting is not null))
) strict;

-- Which letters about a request are written, each once; one that was passed over after a pause is recorded as not mailed.
create table request_notice (
    request_id blob not null references access_request (id),
    kind text not null check (kind in ('asked', 'day_3', 'day_10')),
    at integer not null,
    mailed integer not null check (mailed in (0, 1)),
    primary key (request_id, kind)
) strict;

create table family_preference (
    account_id blob primary key references account (id),
    language text not null check (language in ('en', 'es'))
) strict;

-- A removal from the care team by the family or the team: the feed's seat stays away until the feed has dropped it.
create table care_team_removal (
    id blob primary key,
    patient_id blob not null references patient (id),
    provider_id blob references provider (id),
    practice_id blob references practice (id),
    removed_by blob not null references account (id),
    removed_at integer not null,
    lifted_at integer,
    check ((provider_id is null) <> (practice_id is null))
) strict;
create index care_team_removal_patient on care_team_removal (patient_id);

-- A code with which a family account begins: printed once, kept hashed.
create table activation_code (
    id blob primary key,
    patient_id blob not null references patient (id),
    capacity text not null check (capacity in ('guardian', 'patient')),
    code_hash blob not null unique,
    made_by blob not null references account (id),
    made_at integer not null,
    expires_at integer not null,
    misses integer not null default 0,
    used_by blob references account (id),
    used_at integer,
    voided_at integer,
    check ((used_by is null) = (used_at is null))
) strict;
create index activation_code_patient on activation_code (patient_id);

-- A proxy for somebody of 13 or over: it becomes a guardian's link once both have signed.
create table proxy (
    id blob primary key,
    patient_id blob not null references patient (id),
    account_id blob not null references account (id),
    relationship text not null,
    made_at integer not null,
    holder_signed_as text,
    holder_signed_at integer,
    patient_signed_as text,
    patient_signed_at integer,
    patient_signed_by blob references account (id),
    guardian_id blob references guardian (id),
    withdrawn_at integer,
    check ((holder_signed_as is null) = (holder_signed_at is null)),
    check ((patient_signed_as is null) = (patient_signed_at is null))
) strict;
create index proxy_patient on proxy (patient_id);
create index proxy_account on proxy (account_id);
