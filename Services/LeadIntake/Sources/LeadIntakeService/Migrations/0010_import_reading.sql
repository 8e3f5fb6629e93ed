-- How the file of an import was read: encoding, separator, preset, and what each of its columns was taken for.
ALTER TABLE imports ADD COLUMN reading jsonb;

-- What was done with a lead in the program that its list comes from.
ALTER TABLE import_rows
    ADD COLUMN sales_stage  text NOT NULL DEFAULT 'new',
    ADD COLUMN assigned_to  text,
    ADD COLUMN note         text;
