-- Adults and guardians ask for a family account without a code; the access team checks who they are by phone, then hands one over
-- (product.md section 10).

alter table access_request drop constraint access_request_kind_check;
alter table access_request add constraint access_request_kind_check
    check (kind in ('pcp_change', 'non_pcp', 'registration', 'membership', 'practice_switch', 'help', 'factor_reset', 'single_sign_on',
        'merge', 'emergency_review', 'enrolment'));

-- What somebody typed who asks for a family account; whether the call went to a number of the hospital's record; the code that
-- approving made.
create table enrolment_request (
    request_id uuid primary key references access_request (id),
    capacity text not null check (capacity in ('guardian', 'patient')),
    given text not null,
    family text not null,
    born date not null,
    email text not null,
    email_folded text not null,
    phone text not null,
    patient_given text not null,
    patient_family text not null,
    patient_born date not null,
    mrn text not null,
    language text not null check (language in ('en', 'es')),
    on_record_number bigint not null default 0 check (on_record_number in (0, 1)),
    code_id uuid references activation_code (id)
);
create index enrolment_request_email on enrolment_request (email_folded);
