-- Deliveries know whose server they go to and what they are about: of one thing, a
-- server gets the earlier before the later, whoever delivers.
ALTER TABLE delivery ADD COLUMN host {text} NOT NULL DEFAULT '';

ALTER TABLE delivery ADD COLUMN about {text} NOT NULL DEFAULT '';

CREATE INDEX delivery_lane ON delivery (host, about, id);
