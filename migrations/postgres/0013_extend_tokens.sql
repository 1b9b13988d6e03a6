-- Who issued a token and for whom, who took it back, when its issuer was told of a stranger; and the misses that slow an account
-- (product.md section 6).

alter table patient_token add column issuer_id uuid references account (id);
alter table patient_token add column for_whom text not null default '';
alter table patient_token add column revoked_by uuid references account (id);
alter table patient_token add column revoke_reason text not null default '';
alter table patient_token add column told_at timestamptz;

create table token_miss (
    account_id uuid not null references account (id),
    at timestamptz not null
);
create index token_miss_account on token_miss (account_id, at);
