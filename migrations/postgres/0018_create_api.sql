-- The interface for the hospital's own systems: who may call it, what they prove themselves with, what they are told (decision 0023).

-- A system of the hospital. Its keys are public ones; scopes are words with blanks between.
create table api_client (
    id uuid primary key,
    name text not null,
    scopes text not null,
    keys text not null,
    made_at timestamptz not null,
    ended_at timestamptz
);

-- Assertions that were taken, each once, until they expire.
create table api_assertion (
    client_id uuid not null references api_client (id),
    id_hash bytea not null,
    expires_at timestamptz not null,
    primary key (client_id, id_hash)
);
create index api_assertion_expiry on api_assertion (expires_at);

create table api_token (
    token_hash bytea primary key,
    client_id uuid not null references api_client (id),
    scopes text not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null
);
create index api_token_expiry on api_token (expires_at);

-- What was asked for under an Idempotency-Key, and what was answered, sealed.
create table api_once (
    client_id uuid not null references api_client (id),
    key_hash bytea not null,
    body_hash bytea not null,
    answer bytea,
    made_at timestamptz not null,
    primary key (client_id, key_hash)
);
create index api_once_made on api_once (made_at);

-- Where a client is told of events; the secret is sealed.
create table api_hook (
    client_id uuid primary key references api_client (id),
    url text not null,
    sealed_secret bytea not null,
    private bigint not null check (private in (0, 1)),
    made_at timestamptz not null
);

-- Events that wait to be told, and those that were. They hold ids only.
create table hook_event (
    event_id uuid not null,
    client_id uuid not null references api_client (id),
    kind text not null check (kind in ('request.filed', 'request.decided', 'request.expired', 'token.redeemed', 'token.revoked')),
    subject_id uuid not null,
    made_at timestamptz not null,
    state text not null check (state in ('waiting', 'sent', 'dead')),
    next_try_at timestamptz not null,
    tries bigint not null,
    claimed_by uuid,
    claimed_until timestamptz,
    ended_at timestamptz,
    last_error text not null,
    primary key (event_id, client_id)
);
create unique index hook_event_once on hook_event (client_id, kind, subject_id);
create index hook_event_due on hook_event (state, next_try_at);

-- Which client issued a token: it takes back those alone.
alter table patient_token add column client_id uuid references api_client (id);
