-- Passwords, second factors, sessions, set-up links and throttles (product.md section 2). Secrets are hashed or encrypted.

create table password (
    account_id blob primary key references account (id),
    hash text not null,
    set_at integer not null
) strict;

create table totp_factor (
    account_id blob primary key references account (id),
    sealed_secret blob not null,
    enrolled_at integer not null,
    last_step integer not null,
    failures integer not null,
    disabled_at integer
) strict;

create table session (
    id_hash blob primary key,
    account_id blob not null references account (id),
    stage text not null check (stage in ('password', 'full')),
    form_key blob not null,
    made_at integer not null,
    used_at integer not null,
    factor_at integer,
    wrong_codes integer not null,
    ended_at integer,
    network text not null,
    device text not null
) strict;
create index session_account on session (account_id);

create table set_up_link (
    secret_hash blob primary key,
    account_id blob not null references account (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    sealed_totp blob not null
) strict;

create table throttle (
    key text primary key,
    count integer not null,
    since integer not null
) strict;

-- ready_at is in microseconds since 1970 on both engines: one statement counts with it.
create table sign_in_throttle (
    key text primary key,
    failures integer not null,
    ready_at integer not null
) strict;
