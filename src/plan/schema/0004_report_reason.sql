-- Why a report goes below what stood there before.
ALTER TABLE report ADD COLUMN reason TEXT; -- why the percent is lower than before; NULL: it is not
