-- Where a sign-in at the house identity goes on.
ALTER TABLE oidc_flow ADD COLUMN return_path TEXT; -- path of ours; NULL: the first page
