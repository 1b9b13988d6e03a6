-- Requests about a patient: who answers them, who joined them, and the steps that asking and granting takes (product.md section 6).

alter table access_request drop constraint access_request_kind_check;
alter table access_request add constraint access_request_kind_check
    check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on',
        'merge', 'emergency_review'));

alter table request_event drop constraint request_event_kind_check;
alter table request_event add constraint request_event_kind_check
    check (kind in ('filed', 'note', 'assigned', 'released', 'approved', 'declined', 'answered', 'withdrawn', 'joined', 'call',
        'family_approved', 'family_declined', 'paused', 'rerouted', 'reminded', 'expired', 'fulfilled', 'flagged'));

-- Who answers: the family in its portal, the access team by phone, or the team alone.
create table patient_request (
    request_id uuid primary key references access_request (id),
    route text not null check (route in ('family', 'phone', 'team')),
    expires_at timestamptz,
    flagged_at timestamptz
);

-- Partners who asked for the same and wait with the one who filed it; each keeps what they typed, which the others never see.
create table request_joiner (
    request_id uuid not null references access_request (id),
    account_id uuid not null references account (id),
    joined_at timestamptz not null,
    typed text not null,
    reason text not null,
    primary key (request_id, account_id)
);
create index request_joiner_account on request_joiner (account_id);
create index access_request_patient on access_request (patient_id, kind, state);

-- Who gave a grant, and on which request; who took it back.
alter table access_grant add column giver_id uuid references account (id);
alter table access_grant add column request_id uuid references access_request (id);
alter table access_grant add column revoked_by uuid references account (id);

-- The family, or the team, lets this account ask no more for this patient; it changes nothing else.
create table request_block (
    id uuid primary key,
    patient_id uuid not null references patient (id),
    account_id uuid not null references account (id),
    made_by uuid not null references account (id),
    starts_at timestamptz not null,
    ended_by uuid references account (id),
    ends_at timestamptz
);
create index request_block_account on request_block (account_id, patient_id);
