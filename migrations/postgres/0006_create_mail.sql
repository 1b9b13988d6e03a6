-- Mail that waits to leave, and addresses that bounced (product.md section 2). What a letter says is sealed, and gone once sent.

create table mail (
    id uuid primary key,
    kind text not null,
    account_id uuid references account (id),
    address text not null,
    message_id text not null unique,
    sealed_letter bytea,
    state text not null check (state in ('waiting', 'sent', 'dead', 'dropped')),
    made_at timestamptz not null,
    next_try_at timestamptz not null,
    tries bigint not null,
    claimed_by uuid,
    claimed_until timestamptz,
    ended_at timestamptz,
    last_error text not null
);
create index mail_state on mail (state, next_try_at);

create table bounced_address (
    address_folded text primary key,
    bounced_at timestamptz not null,
    reply text not null
);

-- Who does a job at present: one holder, however many nodes run.
create table job_lease (
    job text primary key,
    holder uuid not null,
    expires_at timestamptz not null,
    fence bigint not null
);
