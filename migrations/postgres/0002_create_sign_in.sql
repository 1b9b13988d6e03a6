-- Passwords, second factors, sessions, set-up links and throttles (product.md section 2). Secrets are hashed or encrypted.

create table password (
    account_id uuid primary key references account (id),
    hash text not null,
    set_at timestamptz not null
);

create table totp_factor (
    account_id uuid primary key references account (id),
    sealed_secret bytea not null,
    enrolled_at timestamptz not null,
    last_step bigint not null,
    failures bigint not null,
    disabled_at timestamptz
);

create table session (
    id_hash bytea primary key,
    account_id uuid not null references account (id),
    stage text not null check (stage in ('password', 'full')),
    form_key bytea not null,
    made_at timestamptz not null,
    used_at timestamptz not null,
    factor_at timestamptz,
    wrong_codes bigint not null,
    ended_at timestamptz,
    network text not null,
    device text not null
);
create index session_account on session (account_id);

create table set_up_link (
    secret_hash bytea primary key,
    account_id uuid not null references account (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    sealed_totp bytea not null
);

create table throttle (
    key text primary key,
    count bigint not null,
    since timestamptz not null
);

-- ready_at is in microseconds since 1970 on both engines: one statement counts with it.
create table sign_in_throttle (
    key text primary key,
    failures bigint not null,
    ready_at bigint not null
);
