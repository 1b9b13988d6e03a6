-- How the access team verifies a request by phone, and what the hospital's record has yet to be told (product.md section 6).

create table request_call (
    id uuid primary key,
    request_id uuid not null references access_request (id),
    at timestamptz not null,
    caller_id uuid not null references account (id),
    outcome text not null check (outcome in ('no_answer', 'voicemail', 'wrong_number', 'reached', 'call_later', 'refused')),
    interpreter bigint not null check (interpreter in (0, 1)),
    language text not null,
    note text not null
);
create index request_call_request on request_call (request_id, at);

-- The checklist, complete: which identifiers matched (bits), who confirmed, and to whom.
create table request_verification (
    request_id uuid primary key references access_request (id),
    identifiers bigint not null,
    spoken_to text not null,
    relationship text not null check (relationship in ('patient', 'parent', 'legal_guardian')),
    at timestamptz not null,
    verified_by uuid not null references account (id)
);

-- Into which class the reason of a decline falls.
create table request_decline (
    request_id uuid primary key references access_request (id),
    class text not null check (class in ('family_refused', 'not_verified', 'wrong_patient', 'other_pcp', 'other'))
);

-- A listing that the hospital's record does not have yet.
create table feed_notice (
    id uuid primary key,
    request_id uuid not null references access_request (id),
    listing_id uuid not null references listing (id),
    state text not null check (state in ('waiting', 'told', 'by_hand')),
    made_at timestamptz not null,
    done_at timestamptz,
    done_by uuid references account (id)
);
create index feed_notice_request on feed_notice (request_id);
