-- External groups of a connection and who is in them. A member may name a group that does not exist (yet); it matches nobody until then.

ALTER TABLE connection ADD COLUMN external_groups INTEGER NOT NULL DEFAULT 0;

CREATE TABLE external_group (
    connection   INTEGER NOT NULL,
    id           TEXT    NOT NULL,
    display_name TEXT,
    description  TEXT,
    members      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, id)
) WITHOUT ROWID;

CREATE TABLE external_group_member (
    connection INTEGER NOT NULL,
    group_id   TEXT    NOT NULL,
    id         TEXT    NOT NULL,                        -- as sent
    type       INTEGER NOT NULL,                        -- identityType
    folded     TEXT    NOT NULL,                        -- the id as it is compared: lower case for users and groups
    is_legacy  INTEGER NOT NULL DEFAULT 0,              -- sent as externalGroupMember with identitySource, and answered so
    PRIMARY KEY (connection, group_id, id)
) WITHOUT ROWID;
CREATE INDEX external_group_member_identity ON external_group_member (connection, type, folded, group_id);
