-- As 0009 of SQLite.

CREATE TABLE connection_export (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    connection   BIGINT NOT NULL,
    change       BIGINT NOT NULL,
    group_change BIGINT NOT NULL,
    expires      BIGINT NOT NULL
);
CREATE INDEX connection_export_connection ON connection_export (connection);
CREATE INDEX connection_export_expires ON connection_export (expires);

CREATE TABLE external_group_change (
    connection BIGINT NOT NULL,
    number     BIGINT NOT NULL,
    group_id   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (connection, number)
);

CREATE TABLE connection_import (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant     TEXT COLLATE "C" NOT NULL,
    connection BIGINT NOT NULL,
    request    BYTEA  NOT NULL,
    chunk      BIGINT NOT NULL,
    sha256     TEXT COLLATE "C" NOT NULL,
    operations BYTEA,
    done       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX connection_import_connection ON connection_import (connection);
CREATE INDEX connection_import_tenant ON connection_import (tenant, done);
