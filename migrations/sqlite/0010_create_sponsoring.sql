-- Sponsors, the people they invite, and sponsorships that end (product.md section 3).

-- Who has accepted the duties of a sponsor, once, by name.
create table sponsor (
    account_id blob primary key references account (id),
    accepted_at integer not null,
    signed_as text not null
) strict;

-- Somebody invited by a sponsor; a link in mail and a code that the sponsor hands over open it (72 hours, once).
create table invitation (
    id blob primary key,
    sponsor_id blob not null references account (id),
    practice_id blob not null references practice (id),
    email text not null,
    email_folded text not null,
    family text not null,
    given text not null,
    job text not null check (job in ('registered_nurse', 'referral_coordinator', 'social_worker', 'office_manager', 'other')),
    replaces_id blob references account (id),
    attested_at integer,
    secret_hash blob not null unique,
    code_hash blob not null,
    wrong_codes integer not null,
    sealed_totp blob not null,
    made_at integer not null,
    sent_at integer not null,
    expires_at integer not null,
    ended_at integer,
    ending text check (ending in ('accepted', 'withdrawn')),
    user_id blob references account (id),
    letters integer not null,
    asked_at integer
) strict;
create unique index invitation_one_open on invitation (sponsor_id, practice_id, email_folded) where ended_at is null;
create index invitation_sponsor on invitation (sponsor_id, made_at);

-- Who ended a sponsorship, why, and what its end was before: undone within 10 minutes it is the same sponsorship again.
create table sponsorship_end (
    id blob primary key,
    sponsorship_id blob not null references sponsorship (id),
    at integer not null,
    actor_id blob references account (id),
    reason text not null check (reason in ('left', 'changed_job', 'not_needed', 'other', 'review', 'replaced')),
    note text not null,
    end_before integer,
    undone_at integer
) strict;
create index sponsorship_end_sponsorship on sponsorship_end (sponsorship_id, at);
create index sponsorship_practice on sponsorship (practice_id, sponsor_id);

-- A sponsored user reminds a sponsor of the review, once a day.
create table nudge (
    user_id blob not null references account (id),
    sponsor_id blob not null references account (id),
    day text not null,
    at integer not null,
    primary key (user_id, sponsor_id, day)
) strict;
