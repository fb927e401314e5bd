-- An account whose password was printed by the program gives its owner nothing but the page on which to choose another.
ALTER TABLE account ADD COLUMN password_due boolean NOT NULL DEFAULT false;
