-- Passkeys, recovery codes, links in mail, devices that were seen, how a session was opened (product.md section 2).

alter table session add column via text not null default 'totp';
alter table session add column identity_id uuid;
alter table session add column sid text;

alter table totp_factor add column removed_at timestamptz;

-- A link that was mailed needs a code that was handed over another way (its hash here); one handed over in person needs none.
alter table set_up_link add column code_hash bytea;
alter table set_up_link add column wrong_codes bigint not null default 0;

create table totp_enrolment (
    account_id uuid primary key references account (id),
    sealed_secret bytea not null,
    made_at timestamptz not null
);

create table passkey (
    id uuid primary key,
    account_id uuid not null references account (id),
    credential_id bytea not null unique,
    credential text not null,
    name text not null,
    added_at timestamptz not null,
    used_at timestamptz,
    version bigint not null
);
create index passkey_account on passkey (account_id);

-- The random user handle that a passkey carries: never the account's id, so that a credential says nothing.
create table passkey_user (
    account_id uuid primary key references account (id),
    handle uuid not null unique
);

create table passkey_ceremony (
    id_hash bytea primary key,
    account_id uuid references account (id),
    purpose text not null check (purpose in ('add', 'sign_in', 'second_factor', 'step_up')),
    state text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null
);

create table recovery_set (
    account_id uuid primary key references account (id),
    salt bytea not null,
    made_at timestamptz not null
);

create table recovery_code (
    account_id uuid not null references account (id),
    hash bytea not null,
    used_at timestamptz,
    primary key (account_id, hash)
);

create table mailed_link (
    secret_hash bytea primary key,
    purpose text not null check (purpose in ('password_reset', 'email_change', 'registration', 'registration_status', 'help_status')),
    account_id uuid references account (id),
    subject_id uuid,
    address text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index mailed_link_account on mailed_link (account_id, purpose);

create table known_device (
    account_id uuid not null references account (id),
    device_hash bytea not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (account_id, device_hash)
);

-- What was done to an account by others than its owner: for the history that its owner reads.
create index audit_row_subject on audit_row (subject_id, at);
