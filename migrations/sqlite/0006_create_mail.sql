-- Mail that waits to leave, and addresses that bounced (product.md section 2). What a letter says is sealed, and gone once sent.

create table mail (
    id blob primary key,
    kind text not null,
    account_id blob references account (id),
    address text not null,
    message_id text not null unique,
    sealed_letter blob,
    state text not null check (state in ('waiting', 'sent', 'dead', 'dropped')),
    made_at integer not null,
    next_try_at integer not null,
    tries integer not null,
    claimed_by blob,
    claimed_until integer,
    ended_at integer,
    last_error text not null
) strict;
create index mail_state on mail (state, next_try_at);

create table bounced_address (
    address_folded text primary key,
    bounced_at integer not null,
    reply text not null
) strict;

-- Who does a job at present: one holder, however many nodes run.
create table job_lease (
    job text primary key,
    holder blob not null,
    expires_at integer not null,
    fence integer not null
) strict;
