-- An account whose password was printed by the program gives its owner nothing but the page on which to choose another.
ALTER TABLE account ADD COLUMN password_due INTEGER NOT NULL DEFAULT 0 CHECK (password_due IN (0, 1));
