-- People are records. Their sessions end: everybody signs in once more. What stands in `roles` are grants, or the bare names
-- of roles that an older program wrote, which counted everywhere.
INSERT INTO record (kind, id, version, grp, due, body, at)
SELECT 'user', name, 1, '', NULL,
       jsonb_build_object('name', name, 'password', password, 'lang', lang, 'created_at', created_at,
                          'disabled', disabled, 'password_due', password_due,
                          'grants', (SELECT coalesce(jsonb_agg(CASE jsonb_typeof(value)
                                                WHEN 'object' THEN value
                                                ELSE jsonb_build_object(
                                                    'role', value, 'modes', '["mock","isolated","drill","real"]'::jsonb)
                                                END), '[]'::jsonb)
                                     FROM jsonb_array_elements(roles::jsonb)))::text,
       created_at
FROM account;

DROP TABLE session;
DROP TABLE account;
