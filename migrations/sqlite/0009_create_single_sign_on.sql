-- Hospital single sign-on: who is whom at the identity provider, sign-ins under way, log-outs seen (product.md section 2).

create table sign_on_identity (
    id blob primary key,
    issuer text not null,
    subject text not null,
    account_id blob references account (id),
    request_id blob references access_request (id),
    name text not null,
    email text not null,
    first_seen_at integer not null,
    linked_at integer,
    unique (issuer, subject)
) strict;
create index sign_on_identity_account on sign_on_identity (account_id);

create table sign_on_attempt (
    state_hash blob primary key,
    issuer text not null,
    browser_hash blob not null,
    sealed blob not null,
    purpose text not null check (purpose in ('sign_in', 'step_up')),
    account_id blob references account (id),
    made_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;

create table logout_token_seen (
    issuer text not null,
    jti_hash blob not null,
    seen_at integer not null,
    primary key (issuer, jti_hash)
) strict;
