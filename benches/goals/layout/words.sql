INSERT INTO n.dialog_search (dialog_id, party, vec, updated_at)
SELECT d.id, d.party,
       (SELECT coalesce(tsvector_agg(setweight(to_tsvector(CASE language WHEN 'nb' THEN 'norwegian' WHEN 'en' THEN 'english' ELSE 'simple' END::regconfig, value), weight)), '')
          FROM (SELECT l.language, l.value, CASE c.type WHEN 1 THEN 'B' ELSE 'D' END::"char" AS weight
                  FROM n.dialog_content c
                  JOIN n.localization_set s ON s.dialog_content_id = c.id JOIN n.localization l ON l.set_id = s.id
                 WHERE c.dialog_id = d.id AND c.media_type = 'text/plain'
                UNION ALL
                SELECT '', value, 'D' FROM n.search_tag WHERE dialog_id = d.id
                UNION ALL
                SELECT l.language, l.value, 'D'
                  FROM n.transmission t
                  JOIN n.transmission_content c ON c.transmission_id = t.id AND c.media_type = 'text/plain'
                  JOIN n.localization_set s ON s.transmission_content_id = c.id JOIN n.localization l ON l.set_id = s.id
                 WHERE t.dialog_id = d.id
                UNION ALL
                SELECT l.language, l.value, 'D'
                  FROM n.attachment a
                  JOIN n.localization_set s ON s.attachment_id = a.id JOIN n.localization l ON l.set_id = s.id
                 WHERE a.dialog_id = d.id
                UNION ALL
                SELECT l.language, l.value, 'D'
                  FROM n.activity a
                  JOIN n.localization_set s ON s.activity_id = a.id JOIN n.localization l ON l.set_id = s.id
                 WHERE a.dialog_id = d.id) AS texts), d.updated_at
  FROM n.dialog d WHERE d.id = :dialog
    ON CONFLICT (dialog_id) DO UPDATE SET vec = excluded.vec, updated_at = excluded.updated_at;
