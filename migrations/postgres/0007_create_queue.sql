-- The access team's queue: who has a request, how it ended, what was said about it (product.md section 9).

alter table access_request drop constraint access_request_kind_check;
alter table access_request add constraint access_request_kind_check
    check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on'));
alter table access_request add column due_on date;
alter table access_request add column subject_account_id uuid references account (id);
alter table access_request add column assignee_id uuid references account (id);
alter table access_request add column version bigint not null default 0;
alter table access_request add column outcome text
    check (outcome in ('approved', 'declined', 'answered', 'withdrawn', 'fulfilled', 'expired'));
alter table access_request add column decided_by uuid references account (id);
alter table access_request add column outcome_reason text not null default '';
create index access_request_queue on access_request (state, kind, due_on);
create index access_request_assignee on access_request (assignee_id, state);
create unique index access_request_one_practice_switch on access_request (account_id)
    where state = 'open' and kind = 'practice_switch';
create unique index access_request_one_factor_reset on access_request (subject_account_id)
    where state = 'open' and kind = 'factor_reset';

create table request_event (
    id uuid primary key,
    request_id uuid not null references access_request (id),
    at timestamptz not null,
    actor_id uuid references account (id),
    kind text not null check (kind in ('filed', 'note', 'assigned', 'released', 'approved', 'declined', 'answered', 'withdrawn')),
    body text not null
);
create index request_event_request on request_event (request_id, at);

create table help_request (
    request_id uuid primary key references access_request (id),
    email text not null,
    name text not null,
    description text not null,
    screenshot bytea,
    screenshot_kind text check (screenshot_kind in ('png', 'jpeg')),
    answer text not null default ''
);

create table practice_switch (
    request_id uuid primary key references access_request (id),
    provider_id uuid not null references provider (id),
    from_practice_id uuid references practice (id),
    to_practice_id uuid references practice (id),
    name text not null,
    phone text not null,
    fax text not null,
    address text not null,
    email text not null,
    sponsor_there text not null,
    effective_on date not null
);

-- What the access team did to an account, and why.
create table account_event (
    id uuid primary key,
    account_id uuid not null references account (id),
    at timestamptz not null,
    actor_id uuid not null references account (id),
    kind text not null check (kind in ('disabled', 'sessions_ended', 'reset_asked', 'created')),
    body text not null
);
create index account_event_account on account_event (account_id, at);
create unique index access_request_one_membership on access_request (account_id)
    where state = 'open' and kind = 'membership';
