-- Numbered scripts run in order, each in one transaction, and are never edited once released.

CREATE TABLE store (
    id    TEXT    NOT NULL,             -- names this store; an index of another store is rebuilt
    epoch INTEGER NOT NULL              -- raised when a backup is restored; an index of another epoch is rebuilt
);

-- Filled and emptied by the readiness check: a row that needs pages tells whether there is room for any.
CREATE TABLE probe (
    filler BLOB NOT NULL
);

CREATE TABLE connection (
    key             INTEGER PRIMARY KEY AUTOINCREMENT,  -- surrogate, never used again: a re-created id shares nothing with its predecessor
    tenant          TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    id_folded       TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    name_folded     TEXT    NOT NULL,
    state           INTEGER NOT NULL,
    deleting        INTEGER NOT NULL DEFAULT 0,
    version         INTEGER NOT NULL DEFAULT 1,         -- raised by each update of body
    body            BLOB    NOT NULL,                   -- the externalConnection's members as JSON
    schema_accepted INTEGER NOT NULL DEFAULT 0,         -- newest schema version that was accepted; 0: none
    schema_active   INTEGER NOT NULL DEFAULT 0,         -- the version that items are checked against; 0: none is provisioned
    items           INTEGER NOT NULL DEFAULT 0,
    acls            INTEGER NOT NULL DEFAULT 0,         -- the highest number that acl ever had; none is used again
    last_change     INTEGER NOT NULL DEFAULT 0,         -- the highest number in change
    feed_start      INTEGER NOT NULL DEFAULT 0          -- changes up to here are pruned
);
CREATE UNIQUE INDEX connection_id ON connection (tenant, id_folded);
CREATE UNIQUE INDEX connection_name ON connection (tenant, name_folded);

-- The items of a tenant are summed up from this alone, for each new item.
CREATE INDEX connection_items ON connection (tenant, items) WHERE deleting = 0;

CREATE TABLE connection_schema (
    connection INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    body       BLOB    NOT NULL,
    PRIMARY KEY (connection, version)
) WITHOUT ROWID;

CREATE TABLE operation (
    id         TEXT    NOT NULL PRIMARY KEY,
    connection INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    status     INTEGER NOT NULL,
    due        INTEGER NOT NULL,                        -- Unix milliseconds; not worked on before
    schema     INTEGER NOT NULL DEFAULT 0,              -- the schema version that a schema operation provisions
    error      TEXT
) WITHOUT ROWID;
CREATE INDEX operation_due ON operation (status, due);
CREATE INDEX operation_connection ON operation (connection);

-- Each distinct access list of a connection is one row; an item names its number.
CREATE TABLE acl (
    connection INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    hash       BLOB    NOT NULL,                        -- SHA-256 of entries
    entries    BLOB    NOT NULL,
    PRIMARY KEY (connection, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX acl_hash ON acl (connection, hash);

-- Lists that an item stopped using, and the last change that did so. Such a list is removed when no item uses it and the feed is pruned past that change:
-- until then an index may have documents that name it.
CREATE TABLE acl_left (
    connection INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    change     INTEGER NOT NULL,
    PRIMARY KEY (connection, number)
) WITHOUT ROWID;
CREATE INDEX acl_left_change ON acl_left (connection, change);

CREATE TABLE item (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection   INTEGER NOT NULL,
    id           TEXT    NOT NULL,
    acl          INTEGER NOT NULL,
    change       INTEGER NOT NULL,                      -- number of the change that wrote it last
    label        TEXT,                                  -- sensitivityLabelId
    content_type INTEGER NOT NULL DEFAULT 0,            -- externalItemContentType; 0: no content
    searchable_from INTEGER NOT NULL DEFAULT 0,         -- Unix milliseconds; searches do not find the item before; 0: at once
    properties   BLOB    NOT NULL                       -- the properties object as JSON, as sent
);
CREATE UNIQUE INDEX item_id ON item (connection, id);
CREATE INDEX item_acl ON item (connection, acl);

-- Content apart from the item, so that re-reading a page of hits never touches it; the excerpt before the value, so that reading it stops there.
CREATE TABLE item_content (
    item    INTEGER PRIMARY KEY,
    excerpt TEXT,                                       -- bounded plain-text prefix for summaries; null when the value itself is that short
    value   TEXT NOT NULL
);

-- What people did with items: appended, and not read over Graph. The oldest of an item make room.
CREATE TABLE item_activity (
    connection INTEGER NOT NULL,
    item       INTEGER NOT NULL,                        -- its key
    number     INTEGER NOT NULL,                        -- in the order in which they came
    type       INTEGER NOT NULL,                        -- externalActivityType
    started    INTEGER NOT NULL,                        -- UTC, in units of 100 ns as sent
    actor      TEXT    NOT NULL,
    actor_type INTEGER NOT NULL,                        -- identityType
    PRIMARY KEY (connection, item, number)
) WITHOUT ROWID;

-- What the indexes follow: that an item changed. What it is now stands in item; a missing row there means deleted.
CREATE TABLE change (
    connection INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    item       TEXT    NOT NULL,
    PRIMARY KEY (connection, number)
) WITHOUT ROWID;
