-- People are records. Their sessions end: everybody signs in once more.
INSERT INTO record (kind, id, version, grp, due, body, at)
SELECT 'user', name, 1, '', NULL,
       jsonb_build_object('name', name, 'password', password, 'lang', lang, 'created_at', created_at,
                          'disabled', disabled, 'password_due', password_due,
                          'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                                'role', value, 'modes', '["mock","isolated","drill","real"]'::jsonb)), '[]'::jsonb)
                                     FROM jsonb_array_elements_text(roles::jsonb)))::text,
       created_at
FROM account;

DROP TABLE session;
DROP TABLE account;
