-- Several nodes over one store: what each column and table is for, 0008 of SQLite says.

ALTER TABLE change ADD COLUMN mark BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN feed_mark BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN noted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE directory_tenant ADD COLUMN noted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operation ADD COLUMN owner TEXT COLLATE "C";
ALTER TABLE operation ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;

-- A row for each node, which changes with each heartbeat.
CREATE TABLE node (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL,
    build   TEXT COLLATE "C" NOT NULL,
    started BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    running BIGINT NOT NULL DEFAULT 1,
    indexes BIGINT NOT NULL DEFAULT 0,
    lag     BIGINT NOT NULL DEFAULT 0,
    behind  BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- A row for each index of each node, which changes with each of its commits.
CREATE TABLE node_position (
    connection BIGINT NOT NULL,
    node       TEXT COLLATE "C" NOT NULL,
    change     BIGINT NOT NULL,
    schema     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (connection, node)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX node_position_node ON node_position (node);

CREATE TABLE index_snapshot (
    connection BIGINT NOT NULL,
    change     BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    PRIMARY KEY (connection, change)
);
