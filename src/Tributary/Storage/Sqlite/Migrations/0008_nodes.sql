-- Several nodes over one store. A store of one node (SQLite) leaves the tables of nodes empty.

-- A random number of each change, so that an index can tell its feed from another one that went on from an older state of the store and has come as far: a standby
-- that had not got the last commits, or a backup. 0: made before there were marks.
ALTER TABLE change ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN feed_mark INTEGER NOT NULL DEFAULT 0;       -- mark of the change at feed_start, which is no row any more

-- The newest instant that the history of access has noted of it: clocks of nodes differ, and instants must not go back.
ALTER TABLE connection ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE directory_tenant ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;

-- Who works on it, and until when nobody else does.
ALTER TABLE operation ADD COLUMN owner TEXT;
ALTER TABLE operation ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;      -- Unix milliseconds

CREATE TABLE node (
    id       TEXT    NOT NULL PRIMARY KEY,              -- kept in the node's data directory: a node that starts again is the same
    name     TEXT    NOT NULL,
    build    TEXT    NOT NULL,
    started  INTEGER NOT NULL,                          -- Unix milliseconds, as below
    seen     INTEGER NOT NULL,                          -- its last heartbeat
    running  INTEGER NOT NULL DEFAULT 1,                -- 0: it has left, and may come back
    indexes  INTEGER NOT NULL DEFAULT 0,                -- that it has open
    lag      INTEGER NOT NULL DEFAULT 0,                -- changes by which the worst of them was behind
    behind   INTEGER NOT NULL DEFAULT 0                 -- for how many milliseconds one has been
) WITHOUT ROWID;

-- How far a node's index of a connection is durable: later changes are kept for it.
CREATE TABLE node_position (
    connection INTEGER NOT NULL,
    node       TEXT    NOT NULL,
    change     INTEGER NOT NULL,
    schema     INTEGER NOT NULL DEFAULT 0,              -- the schema version that its items are indexed for
    PRIMARY KEY (connection, node)
) WITHOUT ROWID;
CREATE INDEX node_position_node ON node_position (node);

-- Copies of indexes in Indexing:SnapshotDirectory: changes after them are kept, so that a new node can go on from there.
CREATE TABLE index_snapshot (
    connection INTEGER NOT NULL,
    change     INTEGER NOT NULL,
    until      INTEGER NOT NULL,                        -- Unix milliseconds
    PRIMARY KEY (connection, change)
) WITHOUT ROWID;
