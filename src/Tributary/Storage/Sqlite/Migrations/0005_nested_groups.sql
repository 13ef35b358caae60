-- Which members of a group are groups, so that who is in which through others is found without looking at any user.

ALTER TABLE directory_member ADD COLUMN nested INTEGER NOT NULL DEFAULT 0; -- 1: the member is a group that is there
UPDATE directory_member SET nested = 1 WHERE (tenant, member) IN (SELECT tenant, id FROM directory_object WHERE kind = 2);

-- The same column again at its front: without it SQLite prefers the primary key, and with that all members.
CREATE INDEX directory_member_nested ON directory_member (tenant, nested, group_id, member) WHERE nested = 1;
