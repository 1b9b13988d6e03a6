-- Critical results that a viewer has said they have seen (page P9): by the result's opaque id and a keyed hash of its version. Nothing of
-- the record itself, and not whose it is. Kept like the looks at a chart.

create table result_acknowledgement (
    account_id uuid not null references account (id),
    item_id uuid not null,
    version text not null,
    at timestamptz not null,
    primary key (account_id, item_id, version)
);
