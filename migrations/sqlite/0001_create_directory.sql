-- The directory: who there is, and every dated fact that a decision can rest on (product.md sections 1 to 7).
-- A missing start is 0001-01-01T00:00:00Z (a null would defeat the unique keys); a missing end is null.

create table installation (
    id integer primary key check (id = 1),
    installed_at integer not null,
    clock_seen_at integer not null
) strict;

create table practice (
    id blob primary key,
    code text not null unique,
    name text not null,
    phone text not null,
    fax text not null,
    address text not null
) strict;

create table provider (
    id blob primary key,
    npi text unique,
    family text not null,
    given text not null,
    specialty text not null
) strict;

create table membership (
    id blob primary key,
    practice_id blob not null references practice (id),
    provider_id blob not null references provider (id),
    starts_at integer not null,
    ends_at integer,
    unique (provider_id, practice_id, starts_at)
) strict;
create index membership_practice on membership (practice_id, provider_id);

create table account (
    id blob primary key,
    email text not null,
    email_folded text not null unique,
    kind text not null check (kind in ('provider', 'sponsored', 'access_team', 'family')),
    sign_in text not null check (sign_in in ('portal', 'hospital')),
    provider_id blob references provider (id),
    family text not null,
    given text not null,
    job text check (job in ('registered_nurse', 'referral_coordinator', 'social_worker', 'office_manager', 'other')),
    birth_date text,
    created_at integer not null,
    check ((kind = 'provider') = (provider_id is not null))
) strict;
create index account_provider on account (provider_id);

create table account_status (
    account_id blob not null references account (id),
    status text not null check (status in ('pending', 'active', 'disabled')),
    starts_at integer not null,
    ends_at integer,
    primary key (account_id, starts_at)
) strict;

create table account_role (
    account_id blob not null references account (id),
    role text not null check (role in ('reviewer', 'administrator', 'auditor')),
    primary key (account_id, role)
) strict;

create table sponsorship (
    id blob primary key,
    sponsor_id blob not null references account (id),
    user_id blob not null references account (id),
    practice_id blob not null references practice (id),
    starts_at integer not null,
    ends_at integer,
    unique (sponsor_id, user_id, practice_id, starts_at)
) strict;
create index sponsorship_user on sponsorship (user_id);

create table patient (
    id blob primary key,
    family text not null,
    given text not null,
    family_folded text not null,
    given_folded text not null,
    birth_date text not null,
    sex text not null,
    language text not null,
    deceased_on text,
    death_seen_at integer,
    latest_activity_at integer not null
) strict;
create index patient_name on patient (birth_date, family_folded);

create table patient_mrn (
    mrn text primary key,
    patient_id blob not null references patient (id),
    shown_as text not null,
    former integer not null check (former in (0, 1))
) strict;
create index patient_mrn_patient on patient_mrn (patient_id, former);

create table patient_merge (
    id blob primary key,
    from_id blob not null references patient (id),
    into_id blob not null references patient (id),
    starts_at integer not null,
    ends_at integer,
    confirmed_at integer,
    check (from_id <> into_id),
    unique (from_id, starts_at)
) strict;
create index patient_merge_into on patient_merge (into_id);

create table listing (
    id blob primary key,
    patient_id blob not null references patient (id),
    provider_id blob references provider (id),
    practice_id blob references practice (id),
    starts_at integer not null,
    ends_at integer,
    source text not null check (source in ('import', 'feed', 'team')),
    check (provider_id is not null or practice_id is not null)
) strict;
create unique index listing_key on listing
    (patient_id, coalesce(provider_id, x'00'), coalesce(practice_id, x'00'), starts_at);
create index listing_provider on listing (provider_id, patient_id);
create index listing_practice on listing (practice_id, patient_id);

create table care_team_seat (
    id blob primary key,
    patient_id blob not null references patient (id),
    provider_id blob references provider (id),
    practice_id blob references practice (id),
    role text not null,
    starts_at integer not null,
    ends_at integer,
    source text not null check (source in ('import', 'feed', 'team', 'family')),
    check ((provider_id is null) <> (practice_id is null))
) strict;
create unique index care_team_seat_key on care_team_seat
    (patient_id, coalesce(provider_id, x'00'), coalesce(practice_id, x'00'), starts_at);
create index care_team_seat_provider on care_team_seat (provider_id, patient_id);
create index care_team_seat_practice on care_team_seat (practice_id, patient_id);

create table guardian (
    id blob primary key,
    patient_id blob not null references patient (id),
    account_id blob not null references account (id),
    relationship text not null,
    court_order integer not null check (court_order in (0, 1)),
    starts_at integer not null,
    ends_at integer,
    unique (patient_id, account_id, starts_at)
) strict;
create index guardian_account on guardian (account_id);

create table patient_account (
    account_id blob primary key references account (id),
    patient_id blob not null references patient (id)
) strict;
create index patient_account_patient on patient_account (patient_id);

create table patient_token (
    id blob primary key,
    patient_id blob not null references patient (id),
    secret_hash blob unique,
    issued_at integer not null,
    expires_at integer not null,
    given_by text not null check (given_by in ('team', 'guardian', 'patient')),
    redeemed_by blob references account (id),
    redeemed_practice_id blob references practice (id),
    redeemed_at integer,
    revoked_at integer,
    frozen_at integer,
    misses integer not null,
    check ((redeemed_by is null) = (redeemed_at is null)),
    check (secret_hash is not null or redeemed_by is not null)
) strict;
create index patient_token_patient on patient_token (patient_id);
create index patient_token_holder on patient_token (redeemed_by, patient_id);

create table access_grant (
    id blob primary key,
    patient_id blob not null references patient (id),
    account_id blob not null references account (id),
    starts_at integer not null,
    ends_at integer,
    revoked_at integer,
    given_by text not null check (given_by in ('team', 'guardian', 'patient')),
    sections integer not null,
    sensitive integer not null,
    unique (patient_id, account_id, starts_at)
) strict;
create index access_grant_account on access_grant (account_id, patient_id);

create table emergency_access (
    id blob primary key,
    patient_id blob not null references patient (id),
    account_id blob not null references account (id),
    starts_at integer not null,
    ends_at integer not null,
    reason text not null,
    reviewed_at integer
) strict;
create index emergency_access_patient on emergency_access (patient_id);
create index emergency_access_account on emergency_access (account_id, patient_id);

create table restriction (
    id blob primary key,
    patient_id blob not null references patient (id),
    account_id blob references account (id),
    provider_id blob references provider (id),
    practice_id blob references practice (id),
    starts_at integer not null,
    ends_at integer
) strict;
create unique index restriction_key on restriction
    (patient_id, coalesce(account_id, x'00'), coalesce(provider_id, x'00'), coalesce(practice_id, x'00'), starts_at);

create table validation_review (
    sponsor_id blob not null references account (id),
    cycle text not null,
    completed_at integer not null,
    primary key (sponsor_id, cycle)
) strict;

create table validation_extension (
    sponsor_id blob not null references account (id),
    cycle text not null,
    due_on text not null,
    decided_at integer not null,
    primary key (sponsor_id, cycle, decided_at)
) strict;

create table access_request (
    id blob primary key,
    kind text not null check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help')),
    state text not null check (state in ('open', 'closed')),
    account_id blob references account (id),
    patient_id blob references patient (id),
    practice_id blob references practice (id),
    typed text not null,
    reason text not null,
    filed_at integer not null,
    closed_at integer
) strict;
create index access_request_account on access_request (account_id, state);
create unique index access_request_one_pcp_change on access_request (practice_id, patient_id)
    where state = 'open' and kind = 'pcp_change';
create unique index access_request_one_non_pcp on access_request (account_id, patient_id)
    where state = 'open' and kind = 'non_pcp';
create index access_request_state on access_request (state, filed_at);

create table recent_view (
    account_id blob not null references account (id),
    patient_id blob not null references patient (id),
    viewed_at integer not null,
    primary key (account_id, patient_id)
) strict;
