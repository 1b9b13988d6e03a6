-- Providers who register (product.md section 2). The account is made when the team approves; until then nothing can sign in.

create table registration (
    id uuid primary key,
    visit_hash bytea not null,
    state text not null check (state in ('draft', 'mailed', 'waiting', 'approved', 'declined')),
    answers text not null,
    npi text,
    email text not null,
    email_folded text not null,
    sealed_totp bytea,
    totp_step bigint,
    password_hash text,
    terms_version text,
    request_id uuid references access_request (id),
    account_id uuid references account (id),
    made_at timestamptz not null,
    mailed_at timestamptz,
    confirmed_at timestamptz,
    closed_at timestamptz,
    decline_reason text not null
);
create unique index registration_one_open on registration (visit_hash) where state in ('draft', 'mailed');
create unique index registration_request on registration (request_id);
create index registration_visit on registration (visit_hash, made_at);
create index registration_npi on registration (npi, state);
create index registration_email on registration (email_folded, state);
create index mailed_link_subject on mailed_link (subject_id, purpose);
