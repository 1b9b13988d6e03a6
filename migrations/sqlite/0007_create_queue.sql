-- The access team's queue: who has a request, how it ended, what was said about it (product.md section 9).

create table access_request_new (
    id blob primary key,
    kind text not null check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on')),
    state text not null check (state in ('open', 'closed')),
    account_id blob references account (id),
    patient_id blob references patient (id),
    practice_id blob references practice (id),
    typed text not null,
    reason text not null,
    filed_at integer not null,
    closed_at integer,
    due_on text,
    subject_account_id blob references account (id),
    assignee_id blob references account (id),
    version integer not null default 0,
    outcome text check (outcome in ('approved', 'declined', 'answered', 'withdrawn', 'fulfilled', 'expired')),
    decided_by blob references account (id),
    outcome_reason text not null default ''
) strict;
insert into access_request_new (id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, closed_at)
    select id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, closed_at from access_request;
drop table access_request;
alter table access_request_new rename to access_request;
create index access_request_account on access_request (account_id, state);
create unique index access_request_one_pcp_change on access_request (practice_id, patient_id)
    where state = 'open' and kind = 'pcp_change';
create unique index access_request_one_non_pcp on access_request (account_id, patient_id)
    where state = 'open' and kind = 'non_pcp';
create index access_request_state on access_request (state, filed_at);
create index access_request_queue on access_request (state, kind, due_on);
create index access_request_assignee on access_request (assignee_id, state);
create unique index access_request_one_practice_switch on access_request (account_id)
    where state = 'open' and kind = 'practice_switch';
create unique index access_request_one_factor_reset on access_request (subject_account_id)
    where state = 'open' and kind = 'factor_reset';

create table request_event (
    id blob primary key,
    request_id blob not null references access_request (id),
    at integer not null,
    actor_id blob references account (id),
    kind text not null check (kind in ('filed', 'note', 'assigned', 'released', 'approved', 'declined', 'answered', 'withdrawn')),
    body text not null
) strict;
create index request_event_request on request_event (request_id, at);

create table help_request (
    request_id blob primary key references access_request (id),
    email text not null,
    name text not null,
    description text not null,
    screenshot blob,
    screenshot_kind text check (screenshot_kind in ('png', 'jpeg')),
    answer text not null default ''
) strict;

create table practice_switch (
    request_id blob primary key references access_request (id),
    provider_id blob not null references provider (id),
    from_practice_id blob references practice (id),
    to_practice_id blob references practice (id),
    name text not null,
    phone text not null,
    fax text not null,
    address text not null,
    email text not null,
    sponsor_there text not null,
    effective_on text not null
) strict;

-- What the access team did to an account, and why.
create table account_event (
    id blob primary key,
    account_id blob not null references account (id),
    at integer not null,
    actor_id blob not null references account (id),
    kind text not null check (kind in ('disabled', 'sessions_ended', 'reset_asked', 'created')),
    body text not null
) strict;
create index account_event_account on account_event (account_id, at);
create unique index access_request_one_membership on access_request (account_id)
    where state = 'open' and kind = 'membership';
