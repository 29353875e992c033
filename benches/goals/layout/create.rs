//! Creating the same dialog in the normalised layout: its rows, under new identifiers.

use std::{collections::HashMap, fmt::Write, path::Path};

use anyhow::ensure;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use super::text::literal;
use crate::{capture::Script, data::DATABASE, postgres::Postgres};

/// Tables in the order in which they are written, and which of their rows are of a dialog.
const TABLES: [(&str, &str); 19] = [
    ("dialog", "id = $1"),
    ("dialog_content", "dialog_id = $1"),
    ("transmission", "dialog_id = $1"),
    ("transmission_content", OF_TRANSMISSIONS),
    ("attachment", "dialog_id = $1"),
    (
        "attachment_url",
        "attachment_id IN (SELECT id FROM n.attachment WHERE dialog_id = $1)",
    ),
    ("gui_action", "dialog_id = $1"),
    ("activity", "dialog_id = $1"),
    ("search_tag", "dialog_id = $1"),
    ("end_user_context", "dialog_id = $1"),
    ("system_label", OF_CONTEXT),
    ("label_log", OF_CONTEXT),
    ("service_owner_context", "dialog_id = $1"),
    ("service_owner_label", "dialog_id = $1"),
    (
        "actor",
        "transmission_id IN (SELECT id FROM n.transmission WHERE dialog_id = $1)
         OR activity_id IN (SELECT id FROM n.activity WHERE dialog_id = $1)
         OR label_log_id IN (SELECT l.id FROM n.label_log l JOIN n.end_user_context e ON e.id = l.context_id
                              WHERE e.dialog_id = $1)",
    ),
    ("localization_set", "{sets}"),
    (
        "localization",
        "set_id IN (SELECT id FROM n.localization_set WHERE {sets})",
    ),
    ("outbox_state", "dialog_id = $1"),
    ("outbox_message", "dialog_id = $1"),
];
const OF_TRANSMISSIONS: &str =
    "transmission_id IN (SELECT id FROM n.transmission WHERE dialog_id = $1)";
const OF_CONTEXT: &str = "context_id IN (SELECT id FROM n.end_user_context WHERE dialog_id = $1)";
const OF_SETS: &str = "dialog_content_id IN (SELECT id FROM n.dialog_content WHERE dialog_id = $1)
    OR transmission_content_id IN (SELECT c.id FROM n.transmission_content c
         JOIN n.transmission t ON t.id = c.transmission_id WHERE t.dialog_id = $1)
    OR attachment_id IN (SELECT id FROM n.attachment WHERE dialog_id = $1)
    OR gui_action_title_id IN (SELECT id FROM n.gui_action WHERE dialog_id = $1)
    OR activity_id IN (SELECT id FROM n.activity WHERE dialog_id = $1)";

/// Gathers the words of a dialog anew.
const WORDS: &str = include_str!("words.sql");

/// Scripts that create dialogs.
pub struct Creations {
    /// Creating alone.
    pub scripts: Vec<Script>,
    /// Creating, and afterwards gathering the words to be found by.
    pub with_words: Vec<Script>,
    /// Rows of a dialog, and tables that they are in, of the last one.
    pub rows: usize,
    /// See above.
    pub tables: usize,
}

/// Makes the scripts, one for each of the dialogs.
pub async fn scripts(
    postgres: &Postgres,
    directory: &Path,
    dialogs: &[Uuid],
) -> anyhow::Result<Creations> {
    let mut connection = PgConnection::connect_with(&postgres.options(DATABASE)).await?;
    let mut made = Creations {
        scripts: Vec::new(),
        with_words: Vec::new(),
        rows: 0,
        tables: 0,
    };
    for (number, dialog) in dialogs.iter().enumerate() {
        let mut creation = Creation::default();
        for (table, condition) in TABLES {
            let condition = condition.replace("{sets}", OF_SETS);
            let query = format!("SELECT to_json(t) FROM n.{table} t WHERE {condition}");
            let rows: Vec<Value> = sqlx::query_scalar(AssertSqlSafe(query))
                .bind(dialog)
                .fetch_all(&mut connection)
                .await?;
            creation.insert(table, rows);
        }
        let names: Vec<(Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT m.actor_id, m.name
               FROM n.transmission t JOIN n.actor w ON w.transmission_id = t.id JOIN n.actor_name m ON m.id = w.actor_name_id
              WHERE t.dialog_id = $1",
        )
        .bind(dialog)
        .fetch_all(&mut connection)
        .await?;
        let text = creation.script(&names);
        let path = directory.join(format!("normalised-create{number}.sql"));
        ensure!(
            creation.statements.contains("n.outbox_message"),
            "a dialog without events"
        );
        made.scripts.push(write(&path, &text)?);
        let words = WORDS.replace(":dialog", &creation.identifier(*dialog));
        let path = directory.join(format!("normalised-create-words{number}.sql"));
        made.with_words.push(write(&path, &(text + &words))?);
        (made.rows, made.tables) = (creation.rows, creation.tables);
    }
    connection.close().await?;
    Ok(made)
}

/// Writes a script that needs no variables.
pub fn write(path: &Path, text: &str) -> anyhow::Result<Script> {
    std::fs::write(path, text)?;
    Ok(Script {
        path: path.to_owned(),
        variables: Vec::new(),
    })
}

#[derive(Default)]
struct Creation {
    statements: String,
    identifiers: HashMap<Uuid, usize>,
    rows: usize,
    tables: usize,
}

impl Creation {
    /// One statement for all rows of a table.
    fn insert(&mut self, table: &str, rows: Vec<Value>) {
        let mut rows: Vec<Map<String, Value>> = rows
            .into_iter()
            .filter_map(|row| match row {
                Value::Object(row) => Some(row),
                _ => None,
            })
            .collect();
        for row in &mut rows {
            match table {
                // A trigger adds it up.
                "dialog" => row.remove("label_mask"),
                "outbox_message" => row.remove("id"),
                _ => None,
            };
        }
        let Some(first) = rows.first() else {
            return;
        };
        let columns: Vec<String> = first.keys().cloned().collect();
        let lines: Vec<String> = rows
            .iter()
            .map(|row| {
                let values = columns
                    .iter()
                    .map(|column| self.value(column, &row[column]));
                format!("({})", values.collect::<Vec<_>>().join(", "))
            })
            .collect();
        self.rows += rows.len();
        self.tables += 1;
        // Writing to a text cannot fail.
        let _ = writeln!(
            self.statements,
            "INSERT INTO n.{table} ({}) VALUES\n{};",
            columns.join(", "),
            lines.join(",\n")
        );
    }

    fn value(&mut self, column: &str, value: &Value) -> String {
        match value {
            Value::Null => "NULL".to_owned(),
            Value::String(text) => match Uuid::parse_str(text) {
                // Names are shared by all dialogs.
                Ok(id) if column != "actor_name_id" => self.identifier(id),
                _ => literal(text),
            },
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => literal(&value.to_string()),
        }
    }

    /// Another one each time, in the order of time: `:k` is twelve digits.
    fn identifier(&mut self, id: Uuid) -> String {
        let next = self.identifiers.len();
        let number = *self.identifiers.entry(id).or_insert(next);
        format!("(:k || '7000800000000000{number:04}')::uuid")
    }

    /// A round trip for names, one to begin, one for all rows, one to commit.
    fn script(&self, names: &[(Option<String>, Option<String>)]) -> String {
        let mut text =
            "\\set n :n + 1\n\\set k 200000000000 + :run * 100000000 + :n * 64 + :client_id\n"
                .to_owned();
        let value =
            |value: &Option<String>| value.as_deref().map_or_else(|| "NULL".to_owned(), literal);
        let names: Vec<_> = names
            .iter()
            .map(|(id, name)| format!("(gen_random_uuid(), {}, {})", value(id), value(name)))
            .collect();
        if !names.is_empty() {
            let _ = writeln!(
                text,
                "INSERT INTO n.actor_name (id, actor_id, name) VALUES {} ON CONFLICT (actor_id, name) DO NOTHING;",
                names.join(", ")
            );
        }
        let _ = write!(
            text,
            "BEGIN;\n\\startpipeline\n{}\\endpipeline\nCOMMIT;\n",
            self.statements
        );
        text
    }
}
