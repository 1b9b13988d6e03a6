-- The twice-yearly validation: what was decided in a review, and what the schedule has done (product.md section 7).
-- Nothing here locks anybody: that is computed from sponsorships, reviews and extensions.

alter table validation_review add column signed_as text not null default '';
alter table validation_extension add column reason text not null default '';
alter table validation_extension add column decided_by uuid references account (id);

create table validation_review_row (
    sponsor_id uuid not null references account (id),
    cycle date not null,
    sponsorship_id uuid not null references sponsorship (id),
    choice text not null check (choice in ('keep', 'remove')),
    primary key (sponsor_id, cycle, sponsorship_id)
);

-- Choices of a review under way; gone once it is completed.
create table validation_draft (
    sponsor_id uuid not null references account (id),
    sponsorship_id uuid not null references sponsorship (id),
    choice text not null check (choice in ('keep', 'remove')),
    saved_at timestamptz not null,
    primary key (sponsor_id, sponsorship_id)
);

-- Who had somebody to review when a cycle opened, for the campaign and its history.
create table validation_duty (
    cycle date not null,
    sponsor_id uuid not null references account (id),
    listed bigint not null,
    made_at timestamptz not null,
    locked_at timestamptz,
    primary key (cycle, sponsor_id)
);
create index validation_duty_sponsor on validation_duty (sponsor_id, cycle);

-- Each letter of a cycle, once a sponsor: written in the transaction that posts it.
create table validation_notice (
    cycle date not null,
    kind text not null check (kind in ('opening', 'days_16', 'days_9', 'days_3', 'days_1', 'lock')),
    sponsor_id uuid not null references account (id),
    at timestamptz not null,
    mailed bigint not null check (mailed in (0, 1)),
    late bigint not null check (late in (0, 1)),
    primary key (cycle, kind, sponsor_id)
);

-- What the schedule has done for all sponsors of a cycle.
create table validation_step (
    cycle date not null,
    kind text not null check (kind in ('opening', 'days_16', 'days_9', 'days_3', 'days_1', 'lock')),
    done_at timestamptz not null,
    primary key (cycle, kind)
);

-- Whose due date was moved in a cycle.
create index validation_extension_cycle on validation_extension (cycle, sponsor_id);
