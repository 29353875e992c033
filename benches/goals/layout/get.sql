BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT d.*, e.id AS context_id, e.revision AS context_revision
  FROM n.dialog d JOIN n.end_user_context e ON e.dialog_id = d.id WHERE d.id = :dialog;
SELECT c.id, c.type, c.media_type, l.language, l.value
  FROM n.dialog_content c
  JOIN n.localization_set s ON s.dialog_content_id = c.id JOIN n.localization l ON l.set_id = s.id
 WHERE c.dialog_id = :dialog ORDER BY c.id;
SELECT a.*, l.language, l.value
  FROM n.attachment a
  LEFT JOIN n.localization_set s ON s.attachment_id = a.id LEFT JOIN n.localization l ON l.set_id = s.id
 WHERE a.dialog_id = :dialog ORDER BY a.id;
SELECT u.* FROM n.attachment a JOIN n.attachment_url u ON u.attachment_id = a.id WHERE a.dialog_id = :dialog ORDER BY a.id;
SELECT g.*, l.language, l.value
  FROM n.gui_action g
  LEFT JOIN n.localization_set s ON s.gui_action_title_id = g.id LEFT JOIN n.localization l ON l.set_id = s.id
 WHERE g.dialog_id = :dialog ORDER BY g.id;
SELECT g.id, l.language, l.value
  FROM n.gui_action g
  JOIN n.localization_set s ON s.gui_action_prompt_id = g.id JOIN n.localization l ON l.set_id = s.id
 WHERE g.dialog_id = :dialog ORDER BY g.id;
SELECT * FROM n.api_action WHERE dialog_id = :dialog ORDER BY id;
SELECT p.* FROM n.api_action a JOIN n.api_endpoint p ON p.action_id = a.id WHERE a.dialog_id = :dialog ORDER BY a.id;
SELECT a.*, l.language, l.value
  FROM n.activity a
  LEFT JOIN n.localization_set s ON s.activity_id = a.id LEFT JOIN n.localization l ON l.set_id = s.id
 WHERE a.dialog_id = :dialog ORDER BY a.id;
SELECT w.*, m.actor_id, m.name
  FROM n.activity a JOIN n.actor w ON w.activity_id = a.id LEFT JOIN n.actor_name m ON m.id = w.actor_name_id
 WHERE a.dialog_id = :dialog ORDER BY a.id;
SELECT v.*, w.type, m.actor_id, m.name
  FROM n.dialog d
  JOIN n.seen_log v ON v.dialog_id = d.id AND v.created_at >= d.updated_at
  JOIN n.actor w ON w.seen_log_id = v.id LEFT JOIN n.actor_name m ON m.id = w.actor_name_id
 WHERE d.id = :dialog ORDER BY v.created_at;
SELECT l.* FROM n.end_user_context e JOIN n.system_label l ON l.context_id = e.id WHERE e.dialog_id = :dialog;
SELECT * FROM n.transmission WHERE dialog_id = :dialog ORDER BY id;
SELECT c.* FROM n.transmission t JOIN n.transmission_content c ON c.transmission_id = t.id
 WHERE t.dialog_id = :dialog ORDER BY t.id;
SELECT c.id, l.language, l.value
  FROM n.transmission t
  JOIN n.transmission_content c ON c.transmission_id = t.id
  JOIN n.localization_set s ON s.transmission_content_id = c.id JOIN n.localization l ON l.set_id = s.id
 WHERE t.dialog_id = :dialog ORDER BY c.id;
SELECT w.*, m.actor_id, m.name
  FROM n.transmission t JOIN n.actor w ON w.transmission_id = t.id LEFT JOIN n.actor_name m ON m.id = w.actor_name_id
 WHERE t.dialog_id = :dialog ORDER BY t.id;
SELECT a.* FROM n.transmission t JOIN n.attachment a ON a.transmission_id = t.id WHERE t.dialog_id = :dialog ORDER BY t.id;
SELECT a.id, l.language, l.value
  FROM n.transmission t
  JOIN n.attachment a ON a.transmission_id = t.id
  JOIN n.localization_set s ON s.attachment_id = a.id JOIN n.localization l ON l.set_id = s.id
 WHERE t.dialog_id = :dialog ORDER BY a.id;
SELECT u.*
  FROM n.transmission t
  JOIN n.attachment a ON a.transmission_id = t.id JOIN n.attachment_url u ON u.attachment_id = a.id
 WHERE t.dialog_id = :dialog ORDER BY a.id;
SELECT a.*, l.language, l.value
  FROM n.transmission t
  JOIN n.navigational_action a ON a.transmission_id = t.id
  JOIN n.localization_set s ON s.navigational_action_id = a.id JOIN n.localization l ON l.set_id = s.id
 WHERE t.dialog_id = :dialog ORDER BY a.id;
COMMIT;
