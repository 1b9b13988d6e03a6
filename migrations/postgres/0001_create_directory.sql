-- The directory: who there is, and every dated fact that a decision can rest on (product.md sections 1 to 7).
-- A missing start is 0001-01-01T00:00:00Z (a null would defeat the unique keys); a missing end is null.

create table installation (
    id bigint primary key check (id = 1),
    installed_at timestamptz not null,
    clock_seen_at timestamptz not null
);

create table practice (
    id uuid primary key,
    code text not null unique,
    name text not null,
    phone text not null,
    fax text not null,
    address text not null
);

create table provider (
    id uuid primary key,
    npi text unique,
    family text not null,
    given text not null,
    specialty text not null
);

create table membership (
    id uuid primary key,
    practice_id uuid not null references practice (id),
    provider_id uuid not null references provider (id),
    starts_at timestamptz not null,
    ends_at timestamptz,
    unique (provider_id, practice_id, starts_at)
);
create index membership_practice on membership (practice_id, provider_id);

create table account (
    id uuid primary key,
    email text not null,
    email_folded text not null unique,
    kind text not null check (kind in ('provider', 'sponsored', 'access_team', 'family')),
    sign_in text not null check (sign_in in ('portal', 'hospital')),
    provider_id uuid references provider (id),
    family text not null,
    given text not null,
    job text check (job in ('registered_nurse', 'referral_coordinator', 'social_worker', 'office_manager', 'other')),
    birth_date date,
    created_at timestamptz not null,
    check ((kind = 'provider') = (provider_id is not null))
);
create index account_provider on account (provider_id);

create table account_status (
    account_id uuid not null references account (id),
    status text not null check (status in ('pending', 'active', 'disabled')),
    starts_at timestamptz not null,
    ends_at timestamptz,
    primary key (account_id, starts_at)
);

create table account_role (
    account_id uuid not null references account (id),
    role text not null check (role in ('reviewer', 'administrator', 'auditor')),
    primary key (account_id, role)
);

create table sponsorship (
    id uuid primary key,
    sponsor_id uuid not null references account (id),
    user_id uuid not null references account (id),
    practice_id uuid not null references practice (id),
    starts_at timestamptz not null,
    ends_at timestamptz,
    unique (sponsor_id, user_id, practice_id, starts_at)
);
create index sponsorship_user on sponsorship (user_id);

create table patient (
    id uuid primary key,
    family text not null,
    given text not null,
    family_folded text not null,
    given_folded text not null,
    birth_date date not null,
    sex text not null,
    language text not null,
    deceased_on date,
    death_seen_at timestamptz,
    latest_activity_at timestamptz not null
);
create index patient_name on patient (birth_date, family_folded);

create table patient_mrn (
    mrn text primary key,
    patient_id uuid not null references patient (id),
    shown_as text not null,
    former bigint not null check (former in (0, 1))
);
create index patient_mrn_patient on patient_mrn (patient_id, former);

create table patient_merge (
    id uuid primary key,
    from_id uuid not null references patient (id),
    into_id uuid not null references patient (id),
    starts_at timestamptz not null,
    ends_at timestamptz,
    confirmed_at timestamptz,
    check (from_id <> into_id),
    unique (from_id, starts_at)
);
create index patient_merge_into on patient_merge (into_id);

create table listing (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    provider_id uuid references provider (id),
    practice_id uuid references practice (id),
    starts_at timestamptz not null,
    ends_at timestamptz,
    source text not null check (source in ('import', 'feed', 'team')),
    check (provider_id is not null or practice_id is not null)
);
create unique index listing_key on listing
    (patient_id, coalesce(provider_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(practice_id, '00000000-0000-0000-0000-000000000000'::uuid), starts_at);
create index listing_provider on listing (provider_id, patient_id);
create index listing_practice on listing (practice_id, patient_id);

create table care_team_seat (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    provider_id uuid references provider (id),
    practice_id uuid references practice (id),
    role text not null,
    starts_at timestamptz not null,
    ends_at timestamptz,
    source text not null check (source in ('import', 'feed', 'team', 'family')),
    check ((provider_id is null) <> (practice_id is null))
);
create unique index care_team_seat_key on care_team_seat
    (patient_id, coalesce(provider_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(practice_id, '00000000-0000-0000-0000-000000000000'::uuid), starts_at);
create index care_team_seat_provider on care_team_seat (provider_id, patient_id);
create index care_team_seat_practice on care_team_seat (practice_id, patient_id);

create table guardian (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    account_id uuid not null references account (id),
    relationship text not null,
    court_order bigint not null check (court_order in (0, 1)),
    starts_at timestamptz not null,
    ends_at timestamptz,
    unique (patient_id, account_id, starts_at)
);
create index guardian_account on guardian (account_id);

create table patient_account (
    account_id uuid primary key references account (id),
    patient_id uuid not null references patient (id)
);
create index patient_account_patient on patient_account (patient_id);

create table patient_token (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    secret_hash bytea unique,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    given_by text not null check (given_by in ('team', 'guardian', 'patient')),
    redeemed_by uuid references account (id),
    redeemed_practice_id uuid references practice (id),
    redeemed_at timestamptz,
    revoked_at timestamptz,
    frozen_at timestamptz,
    misses bigint not null,
    check ((redeemed_by is null) = (redeemed_at is null)),
    check (secret_hash is not null or redeemed_by is not null)
);
create index patient_token_patient on patient_token (patient_id);
create index patient_token_holder on patient_token (redeemed_by, patient_id);

create table access_grant (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    account_id uuid not null references account (id),
    starts_at timestamptz not null,
    ends_at timestamptz,
    revoked_at timestamptz,
    given_by text not null check (given_by in ('team', 'guardian', 'patient')),
    sections bigint not null,
    sensitive bigint not null,
    unique (patient_id, account_id, starts_at)
);
create index access_grant_account on access_grant (account_id, patient_id);

create table emergency_access (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    account_id uuid not null references account (id),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    reason text not null,
    reviewed_at timestamptz
);
create index emergency_access_patient on emergency_access (patient_id);
create index emergency_access_account on emergency_access (account_id, patient_id);

create table restriction (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    account_id uuid references account (id),
    provider_id uuid references provider (id),
    practice_id uuid references practice (id),
    starts_at timestamptz not null,
    ends_at timestamptz
);
create unique index restriction_key on restriction
    (patient_id, coalesce(account_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(provider_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(practice_id, '00000000-0000-0000-0000-000000000000'::uuid), starts_at);

create table validation_review (
    sponsor_id uuid not null references account (id),
    cycle date not null,
    completed_at timestamptz not null,
    primary key (sponsor_id, cycle)
);

create table validation_extension (
    sponsor_id uuid not null references account (id),
    cycle date not null,
    due_on date not null,
    decided_at timestamptz not null,
    primary key (sponsor_id, cycle, decided_at)
);

create table access_request (
    id uuid primary key,
    kind text not null check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help')),
    state text not null check (state in ('open', 'closed')),
    account_id uuid references account (id),
    patient_id uuid references patient (id),
    practice_id uuid references practice (id),
    typed text not null,
    reason text not null,
    filed_at timestamptz not null,
    closed_at timestamptz
);
create index access_request_account on access_request (account_id, state);
create unique index access_request_one_pcp_change on access_request (practice_id, patient_id)
    where state = 'open' and kind = 'pcp_change';
create unique index access_request_one_non_pcp on access_request (account_id, patient_id)
    where state = 'open' and kind = 'non_pcp';
create index access_request_state on access_request (state, filed_at);

create table recent_view (
    account_id uuid not null references account (id),
    patient_id uuid not null references patient (id),
    viewed_at timestamptz not null,
    primary key (account_id, patient_id)
);
