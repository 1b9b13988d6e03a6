-- The embedded feed: raw FHIR resources, and beside them the columns that pages read (product.md section 8).

create table feed_resource (
    id uuid primary key,
    type text not null,
    fhir_id text not null,
    patient_id uuid references patient (id),
    provider_id uuid references provider (id),
    practice_id uuid references practice (id),
    display text not null,
    loaded_at timestamptz not null,
    raw text not null,
    facts text not null,
    unique (type, fhir_id)
);
create index feed_resource_patient on feed_resource (patient_id);

create table chart_item (
    id uuid primary key,
    resource_id uuid not null references feed_resource (id),
    patient_id uuid not null references patient (id),
    section text not null,
    at timestamptz not null,
    date_only bigint not null,
    until timestamptz,
    title text not null,
    code text not null,
    status text not null,
    category text not null,
    number double precision,
    comparator text not null,
    text text not null,
    unit text not null,
    low double precision,
    high double precision,
    range text not null,
    flag text not null,
    actor text not null,
    detail text not null,
    labels bigint not null,
    body text not null
);
create index chart_item_section on chart_item (patient_id, section, at, id);
create index chart_item_code on chart_item (patient_id, section, code, at, id);
create index chart_item_resource on chart_item (resource_id);
