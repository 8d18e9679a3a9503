-- The words of things; rowid is the thing's number.
CREATE TABLE search (
    rowid BIGINT PRIMARY KEY,
    title {text} NOT NULL,
    text  {text} NOT NULL,
    words tsvector NOT NULL
);

CREATE INDEX search_words ON search USING gin (words);
