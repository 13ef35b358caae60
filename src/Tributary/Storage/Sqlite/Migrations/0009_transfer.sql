-- Connections that are being exported and imported. One that is being imported has deleting = 2: it takes its id and its name, and nobody sees it.

-- An export that is under way: what changed since is kept for it until it ends, or is not heard of any more.
CREATE TABLE connection_export (
    id           TEXT    NOT NULL PRIMARY KEY,
    connection   INTEGER NOT NULL,
    change       INTEGER NOT NULL,                      -- changes after this number are not pruned
    group_change INTEGER NOT NULL,                      -- the same of external_group_change
    expires      INTEGER NOT NULL                       -- Unix milliseconds
) WITHOUT ROWID;
CREATE INDEX connection_export_connection ON connection_export (connection);
CREATE INDEX connection_export_expires ON connection_export (expires);

-- External groups that were written or deleted while their connection is being exported; else empty.
CREATE TABLE external_group_change (
    connection INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    group_id   TEXT    NOT NULL,
    PRIMARY KEY (connection, number)
) WITHOUT ROWID;

-- How far an import has come; afterwards, that it is done.
CREATE TABLE connection_import (
    id         TEXT    NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    connection INTEGER NOT NULL,
    request    BLOB    NOT NULL,                        -- what it was begun with, as JSON
    chunk      INTEGER NOT NULL,                        -- the last one that is in; -1: none
    sha256     TEXT    NOT NULL,                        -- of that chunk and all before it
    operations BLOB,                                    -- of its schema, as JSON: they come with the connection
    done       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX connection_import_connection ON connection_import (connection);
CREATE INDEX connection_import_tenant ON connection_import (tenant, done);
