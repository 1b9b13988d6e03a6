-- Messages of families to the access team, each thread a request of the queue (page P21).

alter table access_request drop constraint access_request_kind_check;
alter table access_request add constraint access_request_kind_check
    check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on',
        'merge', 'emergency_review', 'enrolment', 'message'));
alter table request_event drop constraint request_event_kind_check;
alter table request_event add constraint request_event_kind_check
    check (kind in ('filed', 'note', 'assigned', 'released', 'approved', 'declined', 'answered', 'withdrawn', 'joined', 'call',
        'family_approved', 'family_declined', 'paused', 'rerouted', 'reminded', 'expired', 'fulfilled', 'flagged', 'replied'));

-- A thread belongs to the account that began it; `seen_at` is when that account last looked.
create table message_thread (
    request_id uuid primary key references access_request (id),
    account_id uuid not null references account (id),
    subject text not null,
    last_at timestamptz not null,
    last_by_team bigint not null default 0 check (last_by_team in (0, 1)),
    seen_at timestamptz not null
);
create index message_thread_account on message_thread (account_id, last_at, request_id);

-- What the family and the team wrote, with at most one file each.
create table message (
    id uuid primary key,
    request_id uuid not null references message_thread (request_id),
    account_id uuid not null references account (id),
    by_team bigint not null check (by_team in (0, 1)),
    at timestamptz not null,
    body text not null,
    file_kind text check (file_kind in ('png', 'jpeg', 'pdf')),
    file bytea,
    check ((file is null) = (file_kind is null))
);
create index message_request on message (request_id, at, id);
create index message_account on message (account_id, at);
