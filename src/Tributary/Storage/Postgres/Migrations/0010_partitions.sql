-- Not beside running nodes.
-- Items and their content lie in sixteen parts, by connection: what vacuum, a rebuilt index or a statistic goes through at once is a sixteenth of it. SQLite has nothing like it.
-- A node of before that was cut off and comes back reads rightly, and fails where it writes content.

-- Sessions are told to look rows up; here all of them are gone through, each once.
SET LOCAL enable_seqscan = on;
SET LOCAL enable_hashjoin = on;
SET LOCAL enable_sort = on;

ALTER TABLE item RENAME TO item_before;
ALTER TABLE item_content RENAME TO item_content_before;
ALTER TABLE item_before RENAME CONSTRAINT item_pkey TO item_before_pkey;
ALTER TABLE item_content_before RENAME CONSTRAINT item_content_pkey TO item_content_before_pkey;
ALTER INDEX item_acl RENAME TO item_before_acl;

-- No identity: before version 17 a table in parts can have none.
CREATE SEQUENCE item_key;
CREATE TABLE item (
    key             BIGINT NOT NULL DEFAULT nextval('item_key'),
    connection      BIGINT NOT NULL,
    id              TEXT COLLATE "C" NOT NULL,
    acl             BIGINT NOT NULL,
    change          BIGINT NOT NULL,
    label           TEXT COLLATE "C",
    content_type    BIGINT NOT NULL DEFAULT 0,
    searchable_from BIGINT NOT NULL DEFAULT 0,
    properties      BYTEA  NOT NULL
) PARTITION BY HASH (connection);
ALTER SEQUENCE item_key OWNED BY item.key;

CREATE TABLE item_content (
    connection BIGINT NOT NULL,
    item       BIGINT NOT NULL,
    excerpt    TEXT COLLATE "C",
    value      TEXT COLLATE "C" NOT NULL
) PARTITION BY HASH (connection);

-- Of an item's row there is room on each page for its next version: one that keeps its access list touches no index.
DO $$
BEGIN
    FOR part IN 0..15 LOOP
        EXECUTE format('CREATE TABLE item_%s PARTITION OF item FOR VALUES WITH (MODULUS 16, REMAINDER %s) WITH (fillfactor = 85)', part, part);
        EXECUTE format('ALTER TABLE item_%s ALTER COLUMN connection SET (n_distinct = 1)', part);
        EXECUTE format('CREATE TABLE item_content_%s PARTITION OF item_content FOR VALUES WITH (MODULUS 16, REMAINDER %s)', part, part);
    END LOOP;
END $$;

INSERT INTO item (key, connection, id, acl, change, label, content_type, searchable_from, properties)
    SELECT key, connection, id, acl, change, label, content_type, searchable_from, properties FROM item_before;
INSERT INTO item_content (connection, item, excerpt, value)
    SELECT i.connection, c.item, c.excerpt, c.value FROM item_content_before c JOIN item_before i ON i.key = c.item;

-- Nodes have taken keys in blocks, so it goes on after what was given, and not after what is there.
SELECT setval('item_key', greatest((SELECT last_value FROM item_key_seq), (SELECT max(key) FROM item)));
DROP TABLE item_content_before;
DROP TABLE item_before;

-- After the rows, which is faster.
ALTER TABLE item ADD PRIMARY KEY (connection, id);
CREATE INDEX item_acl ON item (connection, acl, id);
ALTER TABLE item_content ADD PRIMARY KEY (connection, item);

-- Where each of many connections has a row, every index of a table looks as good as the right one to who plans a query, and a plan is kept while one of them grows. So where there are
-- several, all rows are said to be of one connection.
ALTER TABLE acl ALTER COLUMN connection SET (n_distinct = 1);
ALTER TABLE acl_left ALTER COLUMN connection SET (n_distinct = 1);
