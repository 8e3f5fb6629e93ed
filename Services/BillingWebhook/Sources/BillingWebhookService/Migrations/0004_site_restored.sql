-- When the site was last brought back to be sold: what was told of it before counts no more, however late it comes.
ALTER TABLE sites ADD COLUMN for_sale_since timestamptz;
