-- The interface for the hospital's own systems: who may call it, what they prove themselves with, what they are told (decision 0023).

-- A system of the hospital. Its keys are public ones; scopes are words with blanks between.
create table api_client (
    id blob primary key,
    name text not null,
    scopes text not null,
    keys text not null,
    made_at integer not null,
    ended_at integer
) strict;

-- Assertions that were taken, each once, until they expire.
create table api_assertion (
    client_id blob not null references api_client (id),
    id_hash blob not null,
    expires_at integer not null,
    primary key (client_id, id_hash)
) strict;
create index api_assertion_expiry on api_assertion (expires_at);

create table api_token (
    token_hash blob primary key,
    client_id blob not null references api_client (id),
    scopes text not null,
    issued_at integer not null,
    expires_at integer not null
) strict;
create index api_token_expiry on api_token (expires_at);

-- What was asked for under an Idempotency-Key, and what was answered, sealed.
create table api_once (
    client_id blob not null references api_client (id),
    key_hash blob not null,
    body_hash blob not null,
    answer blob,
    made_at integer not null,
    primary key (client_id, key_hash)
) strict;
create index api_once_made on api_once (made_at);

-- Where a client is told of events; the secret is sealed.
create table api_hook (
    client_id blob primary key references api_client (id),
    url text not null,
    sealed_secret blob not null,
    private integer not null check (private in (0, 1)),
    made_at integer not null
) strict;

-- Events that wait to be told, and those that were. They hold ids only.
create table hook_event (
    event_id blob not null,
    client_id blob not null references api_client (id),
    kind text not null check (kind in ('request.filed', 'request.decided', 'request.expired', 'token.redeemed', 'token.revoked')),
    subject_id blob not null,
    made_at integer not null,
    state text not null check (state in ('waiting', 'sent', 'dead')),
    next_try_at integer not null,
    tries integer not null,
    claimed_by blob,
    claimed_until integer,
    ended_at integer,
    last_error text not null,
    primary key (event_id, client_id)
) strict;
create unique index hook_event_once on hook_event (client_id, kind, subject_id);
create index hook_event_due on hook_event (state, next_try_at);

-- Which client issued a token: it takes back those alone.
alter table patient_token add column client_id blob references api_client (id);
