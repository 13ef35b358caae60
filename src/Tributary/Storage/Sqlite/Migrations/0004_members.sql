-- What a member was sent with is told to the request that sent it, and to no other.

ALTER TABLE external_group_member DROP COLUMN is_legacy;
