-- Views of the queue that a member of the access team keeps under a name (page P18); `shown` is view, kind and filter as JSON.

create table queue_view (
    id blob primary key,
    account_id blob not null references account (id),
    name text not null,
    shown text not null,
    made_at integer not null
) strict;
create unique index queue_view_name on queue_view (account_id, name);
