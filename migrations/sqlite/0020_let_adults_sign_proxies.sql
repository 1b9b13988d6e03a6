-- From when a guardian's link counts although the patient is 18 or over: the patient signed it since, or court papers were shown
-- (product.md section 10). Without it the link ends at the 18th birthday.

alter table guardian add column adult_since integer;
alter table guardian add column papers text not null default '';
