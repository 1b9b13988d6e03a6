-- Passkeys, recovery codes, links in mail, devices that were seen, how a session was opened (product.md section 2).

alter table session add column via text not null default 'totp';
alter table session add column identity_id blob;
alter table session add column sid text;

alter table totp_factor add column removed_at integer;

-- A link that was mailed needs a code that was handed over another way (its hash here); one handed over in person needs none.
alter table set_up_link add column code_hash blob;
alter table set_up_link add column wrong_codes integer not null default 0;

create table totp_enrolment (
    account_id blob primary key references account (id),
    sealed_secret blob not null,
    made_at integer not null
) strict;

create table passkey (
    id blob primary key,
    account_id blob not null references account (id),
    credential_id blob not null unique,
    credential text not null,
    name text not null,
    added_at integer not null,
    used_at integer,
    version integer not null
) strict;
create index passkey_account on passkey (account_id);

-- The random user handle that a passkey carries: never the account's id, so that a credential says nothing.
create table passkey_user (
    account_id blob primary key references account (id),
    handle blob not null unique
) strict;

create table passkey_ceremony (
    id_hash blob primary key,
    account_id blob references account (id),
    purpose text not null check (purpose in ('add', 'sign_in', 'second_factor', 'step_up')),
    state text not null,
    made_at integer not null,
    expires_at integer not null
) strict;

create table recovery_set (
    account_id blob primary key references account (id),
    salt blob not null,
    made_at integer not null
) strict;

create table recovery_code (
    account_id blob not null references account (id),
    hash blob not null,
    used_at integer,
    primary key (account_id, hash)
) strict;

create table mailed_link (
    secret_hash blob primary key,
    purpose text not null check (purpose in ('password_reset', 'email_change', 'registration', 'registration_status', 'help_status')),
    account_id blob references account (id),
    subject_id blob,
    address text not null,
    made_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;
create index mailed_link_account on mailed_link (account_id, purpose);

create table known_device (
    account_id blob not null references account (id),
    device_hash blob not null,
    first_seen_at integer not null,
    last_seen_at integer not null,
    primary key (account_id, device_hash)
) strict;

-- What was done to an account by others than its owner: for the history that its owner reads.
create index audit_row_subject on audit_row (subject_id, at);
