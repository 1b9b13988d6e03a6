-- Providers who register (product.md section 2). The account is made when the team approves; until then nothing can sign in.

create table registration (
    id blob primary key,
    visit_hash blob not null,
    state text not null check (state in ('draft', 'mailed', 'waiting', 'approved', 'declined')),
    answers text not null,
    npi text,
    email text not null,
    email_folded text not null,
    sealed_totp blob,
    totp_step integer,
    password_hash text,
    terms_version text,
    request_id blob references access_request (id),
    account_id blob references account (id),
    made_at integer not null,
    mailed_at integer,
    confirmed_at integer,
    closed_at integer,
    decline_reason text not null
) strict;
create unique index registration_one_open on registration (visit_hash) where state in ('draft', 'mailed');
create unique index registration_request on registration (request_id);
create index registration_visit on registration (visit_hash, made_at);
create index registration_npi on registration (npi, state);
create index registration_email on registration (email_folded, state);
create index mailed_link_subject on mailed_link (subject_id, purpose);
