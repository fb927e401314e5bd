-- People are records. Their sessions end: everybody signs in once more. What stands in `roles` are grants, or the bare names
-- of roles that an older program wrote, which counted everywhere.
INSERT INTO record (kind, id, version, grp, due, body, at)
SELECT 'user', name, 1, '', NULL,
       json_object('name', name, 'password', password, 'lang', lang, 'created_at', created_at,
                   'disabled', json(iif(disabled, 'true', 'false')),
                   'password_due', json(iif(password_due, 'true', 'false')),
                   'grants', (SELECT json_group_array(iif(type = 'object', json(value), json_object(
                                                          'role', value,
                                                          'modes', json('["mock","isolated","drill","real"]'))))
                              FROM json_each(roles))),
       created_at
FROM account;

DROP TABLE session;
DROP TABLE account;
