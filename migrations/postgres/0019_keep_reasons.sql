-- Why the access team took a right of a family back, or gave a place on the care team (product.md sections 6 and 9).

alter table access_grant add column revoke_reason text not null default '';
alter table care_team_seat add column reason text not null default '';
alter table care_team_removal add column reason text not null default '';
