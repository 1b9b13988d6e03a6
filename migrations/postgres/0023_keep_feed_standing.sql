-- When a remote source last said who is whose. A patient without a row here has this database as the source of every fact.
create table feed_standing (
    patient_id uuid primary key references patient (id),
    -- When the source was asked for what stands here: an answer to an older question is not taken in after it.
    asked_at timestamptz not null,
    -- Since when the listings are known whole; null: those of the feed permit nothing.
    listings_at timestamptz,
    -- Since when the care team is known whole; null: the feed's seats permit nothing.
    seats_at timestamptz
);

-- From when to when every change at the source was taken in, without a gap.
create table feed_sync (
    id bigint primary key check (id = 1),
    covers_from timestamptz not null,
    synced_at timestamptz not null,
    -- When everyone's own patients were last asked for.
    roster_at timestamptz
);
