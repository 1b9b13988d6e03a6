-- Messages of families to the access team, each thread a request of the queue (page P21). A check cannot be changed in place: the
-- rows are set aside, the table is made anew under its own name, and they come back.

pragma defer_foreign_keys = on;

create table access_request_kept as select * from access_request;
drop table access_request;
create table access_request (
    id blob primary key,
    kind text not null check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on',
        'merge', 'emergency_review', 'enrolment', 'message')),
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
insert into access_request (id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, closed_at, due_on,
        subject_account_id, assignee_id, version, outcome, decided_by, outcome_reason)
    select id, kind, state, account_id, patient_id, practice_id, typed, reason, filed_at, closed_at, due_on,
        subject_account_id, assignee_id, version, outcome, decided_by, outcome_reason from access_request_kept;
drop table access_request_kept;
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
create unique index access_request_one_membership on access_request (account_id)
    where state = 'open' and kind = 'membership';
create index access_request_patient on access_request (patient_id, kind, state);
create index access_request_due on access_request (state, due_on, filed_at, id);
create index access_request_closed on access_request (state, closed_at, id);
create index access_request_practice_open on access_request (practice_id, due_on, filed_at, id) where state = 'open';
create index access_request_practice_closed on access_request (practice_id, closed_at, id) where state = 'closed';

create table request_event_kept as select * from request_event;
drop table request_event;
create table request_event (
    id blob primary key,
    request_id blob not null references access_request (id),
    at integer not null,
    version integer not null,
    actor_id blob references account (id),
    kind text not null check (kind in ('filed', 'note', 'assigned', 'released', 'approved', 'declined', 'answered', 'withdrawn', 'joined', 'call',
        'family_approved', 'family_declined', 'paused', 'rerouted', 'reminded', 'expired', 'fulfilled', 'flagged', 'replied')),
    body text not null
) strict;
insert into request_event (id, request_id, at, version, actor_id, kind, body)
    select id, request_id, at, version, actor_id, kind, body from request_event_kept;
drop table request_event_kept;
create index request_event_request on request_event (request_id, at);

-- A thread belongs to the account that began it; `seen_at` is when that account last looked.
create table message_thread (
    request_id blob primary key references access_request (id),
    account_id blob not null references account (id),
    subject text not null,
    last_at integer not null,
    last_by_team integer not null default 0 check (last_by_team in (0, 1)),
    seen_at integer not null
) strict;
create index message_thread_account on message_thread (account_id, last_at, request_id);

-- What the family and the team wrote, with at most one file each.
create table message (
    id blob primary key,
    request_id blob not null references message_thread (request_id),
    account_id blob not null references account (id),
    by_team integer not null check (by_team in (0, 1)),
    at integer not null,
    body text not null,
    -- Before the file: what stands after a long value is read by way of all its pages.
    file_kind text check (file_kind in ('png', 'jpeg', 'pdf')),
    file blob,
    check ((file is null) = (file_kind is null))
) strict;
create index message_request on message (request_id, at, id);
create index message_account on message (account_id, at);
