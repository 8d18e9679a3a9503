-- The words of things; rowid is the thing's number.
CREATE VIRTUAL TABLE search USING fts5 (
    title,
    text,
    tokenize = "unicode61 remove_diacritics 2"
);
