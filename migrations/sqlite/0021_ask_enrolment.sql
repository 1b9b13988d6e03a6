-- Adults and guardians ask for a family account without a code; the access team checks who they are by phone, then hands one over
-- (product.md section 10). A check cannot be changed in place: the rows are set aside, the table is made anew under its own name,
-- and they come back.

pragma defer_foreign_keys = on;

create table access_request_kept as select * from access_request;
drop table access_request;
create table access_request (
    id blob primary key,
    kind text not null check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on',
        'merge', 'emergency_review', 'enrolment')),
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

-- What somebody typed who asks for a family account; whether the call went to a number of the hospital's record; the code that
-- approving made.
create table enrolment_request (
    request_id blob primary key references access_request (id),
    capacity text not null check (capacity in ('guardian', 'patient')),
    given text not null,
    family text not null,
    born text not null,
    email text not null,
    email_folded text not null,
    phone text not null,
    patient_given text not null,
    patient_family text not null,
    patient_born text not null,
    mrn text not null,
    language text not null check (language in ('en', 'es')),
    on_record_number integer not null default 0 check (on_record_number in (0, 1)),
    code_id blob references activation_code (id)
) strict;
create index enrolment_request_email on enrolment_request (email_folded);
