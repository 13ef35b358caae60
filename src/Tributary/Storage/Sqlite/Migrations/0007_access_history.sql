-- What access was before it changed, kept while Access:History:Retention is set. Each row of a table ..._past tells what held until an instant: since the one before it of
-- the same key, or since history begins. What holds after the last one is what the tables of the present say. So nothing is copied when keeping begins, and what never
-- changes takes no room. Instants are UTC, in units of 100 ns, and never go back: the order of the keys is that of the instants, by which old rows are found.

-- One row while history is kept, else none.
CREATE TABLE access_history (
    begins        INTEGER NOT NULL,
    epoch         INTEGER NOT NULL,                     -- that of the store at the time
    sources       TEXT    NOT NULL,                     -- which directory each tenant has
    sources_since INTEGER NOT NULL,
    seed          TEXT    NOT NULL,                     -- digest of the seed file; empty for none
    seed_since    INTEGER NOT NULL
);

CREATE TABLE connection_past (
    key        INTEGER PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    until      INTEGER NOT NULL,
    connection INTEGER                                  -- null: there was none of that id
);
CREATE UNIQUE INDEX connection_past_until ON connection_past (tenant, id, until);

CREATE TABLE item_acl_past (
    key             INTEGER PRIMARY KEY,
    connection      INTEGER NOT NULL,
    item            TEXT    NOT NULL,
    until           INTEGER NOT NULL,
    acl             INTEGER,                            -- its number; null: there was no such item
    searchable_from INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX item_acl_past_until ON item_acl_past (connection, item, until);

-- Lists that were removed from acl, as no item used them any more.
CREATE TABLE acl_past (
    key        INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    entries    BLOB    NOT NULL
);
CREATE UNIQUE INDEX acl_past_number ON acl_past (connection, number);

CREATE TABLE external_group_past (
    key        INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL,
    id         TEXT    NOT NULL,
    until      INTEGER NOT NULL,
    was        INTEGER NOT NULL                         -- 1: it was there, 0: it was not; also below
);
CREATE UNIQUE INDEX external_group_past_until ON external_group_past (connection, id, until);

CREATE TABLE external_group_member_past (
    key        INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL,
    type       INTEGER NOT NULL,
    folded     TEXT    NOT NULL,
    group_id   TEXT    NOT NULL,
    until      INTEGER NOT NULL,
    was        INTEGER NOT NULL
);
CREATE UNIQUE INDEX external_group_member_past_until ON external_group_member_past (connection, type, folded, group_id, until);

-- Of users no more than access asks: neither names nor addresses outlive the deletion of one.
CREATE TABLE directory_object_past (
    key     INTEGER PRIMARY KEY,
    tenant  INTEGER NOT NULL,
    id      TEXT    NOT NULL,
    until   INTEGER NOT NULL,
    kind    INTEGER NOT NULL,                           -- 1: user, 2: group, 0: there was neither
    enabled INTEGER NOT NULL DEFAULT 1,
    guest   INTEGER                                     -- null: not known
);
CREATE UNIQUE INDEX directory_object_past_until ON directory_object_past (tenant, id, until);

CREATE TABLE directory_member_past (
    key      INTEGER PRIMARY KEY,
    tenant   INTEGER NOT NULL,
    member   TEXT    NOT NULL,
    group_id TEXT    NOT NULL,
    until    INTEGER NOT NULL,
    was      INTEGER NOT NULL
);
CREATE UNIQUE INDEX directory_member_past_until ON directory_member_past (tenant, member, group_id, until);
