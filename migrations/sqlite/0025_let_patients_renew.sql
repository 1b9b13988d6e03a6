-- What a guardian gave ends at the 18th birthday unless the patient renews it (issue 5, part 3): when, and by which account.

alter table access_grant add column renewed_at integer;
alter table access_grant add column renewed_by blob references account (id);

alter table patient_token add column renewed_at integer;
alter table patient_token add column renewed_by blob references account (id);
