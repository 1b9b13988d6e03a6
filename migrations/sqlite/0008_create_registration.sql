-- Providers who register (product.md section 2). The account is made when the team approves; until then nothing can sign in.

create table registration (
    id blob primary key,
    visit_hash blob not null,
    state text not null check (state in ('draft', 'mailed', 'waiting', 'approved', 'declined', 'expired')),
    request_id blob references access_request (id),
    account_id blob not null,
    npi text,
    npi_check text not null check (npi_check in ('off', 'found', 'mismatch', 'unknown', 'unavailable', 'none')),
    registry_name text not null,
    chart_exception text not null,
    family text not null,
    given text not null,
    specialty text not null,
    phone text not null,
    fax text not null,
    practice_id blob references practice (id),
    practice_name text not null,
    practice_phone text not null,
    practice_fax text not null,
    practice_address text not null,
    email text not null,
    email_folded text not null,
    terms_version text,
    terms_at integer,
    password_hash text,
    sealed_totp blob,
    totp_step integer,
    made_at integer not null,
    mailed_at integer,
    submitted_at integer,
    closed_at integer,
    decline_reason text not null
) strict;
create index registration_visit on registration (visit_hash);
create index registration_npi on registration (npi, state);
create index registration_email on registration (email_folded, state);
create index registration_request on registration (request_id);
