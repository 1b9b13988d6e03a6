-- The embedded feed: raw FHIR resources, and beside them the columns that pages read (product.md section 8).

create table feed_resource (
    id blob primary key,
    type text not null,
    fhir_id text not null,
    patient_id blob references patient (id),
    provider_id blob references provider (id),
    practice_id blob references practice (id),
    display text not null,
    loaded_at integer not null,
    raw text not null,
    facts text not null,
    unique (type, fhir_id)
) strict;
create index feed_resource_patient on feed_resource (patient_id);

create table chart_item (
    id blob primary key,
    resource_id blob not null references feed_resource (id),
    patient_id blob not null references patient (id),
    section text not null,
    at integer not null,
    date_only integer not null,
    until integer,
    title text not null,
    code text not null,
    status text not null,
    category text not null,
    number real,
    comparator text not null,
    text text not null,
    unit text not null,
    low real,
    high real,
    range text not null,
    flag text not null,
    actor text not null,
    detail text not null,
    labels integer not null,
    body text not null
) strict;
create index chart_item_section on chart_item (patient_id, section, at, id);
create index chart_item_code on chart_item (patient_id, section, code, at, id);
create index chart_item_resource on chart_item (resource_id);
