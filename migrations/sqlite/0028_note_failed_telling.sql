-- Why the hospital's source has not been told of a listing yet, and when that was last tried; the list of those that wait (page P19). Requests
-- are found by practice.

alter table feed_notice add column fault text not null default '' check (fault in ('', 'down', 'refused', 'newer'));
alter table feed_notice add column tried_at integer;
create index feed_notice_waiting on feed_notice (made_at, id) where state = 'waiting';
create index access_request_practice_open on access_request (practice_id, due_on, filed_at, id) where state = 'open';
create index access_request_practice_closed on access_request (practice_id, closed_at, id) where state = 'closed';
