-- What is new since somebody last looked (issue 6, points 3 and 6): when items were filed, what corrected values replaced, the report
-- behind a result, the look before the present one, activity by kind, and who wants to be told by mail.

alter table chart_item add column filed_at integer;
alter table chart_item add column was text not null default '';
alter table chart_item add column method text not null default '';
alter table chart_item add column about text not null default '';
alter table chart_item add column report_id blob;

alter table recent_view add column last_at integer;
alter table recent_view add column previous_at integer;
update recent_view set last_at = viewed_at;

create table patient_activity (
    patient_id blob not null references patient (id),
    kind text not null check (kind in ('result', 'admission', 'discharge')),
    at integer not null,
    noted_at integer not null,
    primary key (patient_id, kind)
) strict;

create table news_notice (
    account_id blob primary key references account (id),
    pace text not null check (pace in ('daily', 'at_once')),
    since integer not null,
    looked_at integer not null,
    told_at integer
) strict;
