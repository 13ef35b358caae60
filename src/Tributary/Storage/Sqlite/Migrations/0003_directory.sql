-- The users and groups of tenants whose directory is provisioned over SCIM. Ids are unique in a tenant, be it a user's or a group's: access lists and members
-- name either by it.

CREATE TABLE directory_tenant (
    key    INTEGER PRIMARY KEY AUTOINCREMENT,
    id     TEXT    NOT NULL,                            -- lower case
    users  INTEGER NOT NULL DEFAULT 0,
    groups INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX directory_tenant_id ON directory_tenant (id);

CREATE TABLE directory_object (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant       INTEGER NOT NULL,                      -- directory_tenant.key
    id           TEXT    NOT NULL,                      -- GUID in lower case
    kind         INTEGER NOT NULL,                      -- 1: user, 2: group
    name         TEXT,                                  -- userName as it is compared; null for groups
    display_name TEXT,                                  -- as it is compared
    external_id  TEXT,                                  -- as sent
    members      INTEGER NOT NULL DEFAULT 0,            -- of a group
    created      INTEGER NOT NULL,                      -- Unix milliseconds
    modified     INTEGER NOT NULL,                      -- Unix milliseconds
    version      INTEGER NOT NULL DEFAULT 1,            -- raised by each change of body or members
    body         BLOB    NOT NULL                       -- the resource's attributes as JSON, without members
);
CREATE UNIQUE INDEX directory_object_id ON directory_object (tenant, id);
CREATE UNIQUE INDEX directory_object_name ON directory_object (tenant, name) WHERE name IS NOT NULL;
CREATE INDEX directory_object_kind ON directory_object (tenant, kind, id);
CREATE INDEX directory_object_display_name ON directory_object (tenant, kind, display_name, id);
CREATE INDEX directory_object_external_id ON directory_object (tenant, kind, external_id, id) WHERE external_id IS NOT NULL;

-- A member may name nobody (yet); it matches nobody until then. Rows of a group go with the group, rows of a member with the member.
CREATE TABLE directory_member (
    tenant   INTEGER NOT NULL,
    group_id TEXT    NOT NULL,
    member   TEXT    NOT NULL,                          -- an id in lower case
    PRIMARY KEY (tenant, group_id, member)
) WITHOUT ROWID;
CREATE INDEX directory_member_of ON directory_member (tenant, member, group_id);
