-- Hospital single sign-on: who is whom at the identity provider, sign-ins under way, log-outs seen (product.md section 2).

create table sign_on_identity (
    id uuid primary key,
    issuer text not null,
    subject text not null,
    account_id uuid references account (id),
    request_id uuid references access_request (id),
    name text not null,
    email text not null,
    first_seen_at timestamptz not null,
    linked_at timestamptz,
    unique (issuer, subject)
);
create index sign_on_identity_account on sign_on_identity (account_id);

create table sign_on_attempt (
    state_hash bytea primary key,
    issuer text not null,
    browser_hash bytea not null,
    sealed bytea not null,
    purpose text not null check (purpose in ('sign_in', 'step_up')),
    account_id uuid references account (id),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create table logout_token_seen (
    issuer text not null,
    jti_hash bytea not null,
    seen_at timestamptz not null,
    primary key (issuer, jti_hash)
);
