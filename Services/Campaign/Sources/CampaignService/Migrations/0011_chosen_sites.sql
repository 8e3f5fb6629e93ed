-- The event that said last that this one of several sites is its lead's: the latest of them holds.
ALTER TABLE sites ADD COLUMN chosen uuid;
