-- A remote source keeps its own record: of whom the latest activity in it is known, and of whom it is to be asked for (issue 6, point 6).

-- When what is known was asked for; null: never.
alter table feed_standing add column active_at integer;
-- Since when it is to be asked for anew; null: it is not.
alter table feed_standing add column due_at integer;
-- When it was last tried, so that a record that cannot be read does not stand before the others.
alter table feed_standing add column tried_at integer;
-- From when on changes in the records are still to be asked for; null: from the next time.
alter table feed_sync add column active_at integer;
