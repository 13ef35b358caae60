-- The language that a connection's texts are indexed in; null for that of the server.

ALTER TABLE connection ADD COLUMN language TEXT;
