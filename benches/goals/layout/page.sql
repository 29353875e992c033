\startpipeline
SELECT c.dialog_id, c.type, c.media_type, l.language, l.value
  FROM n.dialog_content c
  JOIN n.localization_set s ON s.dialog_content_id = c.id JOIN n.localization l ON l.set_id = s.id
 WHERE c.dialog_id = ANY (:dialogs) AND c.type IN (1, 2);
SELECT a.dialog_id, count(*)
  FROM n.attachment a
 WHERE a.dialog_id = ANY (:dialogs)
   AND EXISTS (SELECT FROM n.attachment_url u WHERE u.attachment_id = a.id AND u.consumer_type = 1)
 GROUP BY 1;
SELECT e.dialog_id, e.revision, l.label
  FROM n.end_user_context e JOIN n.system_label l ON l.context_id = e.id WHERE e.dialog_id = ANY (:dialogs);
SELECT v.*, w.type, m.actor_id, m.name
  FROM n.dialog d
  JOIN n.seen_log v ON v.dialog_id = d.id AND v.created_at >= d.updated_at
  JOIN n.actor w ON w.seen_log_id = v.id LEFT JOIN n.actor_name m ON m.id = w.actor_name_id
 WHERE d.id = ANY (:dialogs);
SELECT a.*, w.type AS actor_type, m.actor_id, m.name, l.language, l.value
  FROM unnest(:dialogs) AS d (id)
 CROSS JOIN LATERAL (SELECT * FROM n.activity WHERE dialog_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) a
  JOIN n.actor w ON w.activity_id = a.id LEFT JOIN n.actor_name m ON m.id = w.actor_name_id
  LEFT JOIN n.localization_set s ON s.activity_id = a.id LEFT JOIN n.localization l ON l.set_id = s.id;
\endpipeline
