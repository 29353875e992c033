//! The statements of a request, as the server sends them, for `pgbench` to send them again.
//!
//! PostgreSQL writes them to its log with all values. Values stay values: only then are the plans the same.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::postgres::Postgres;

/// Makes identifiers like those of the server: in the order of time.
pub const ID_FUNCTION: &str = "
CREATE OR REPLACE FUNCTION benchmark_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
           substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
           52, 1), 53, 1), 'hex')::uuid
$$";

/// Of settings that the server under test has for its own sessions.
pub const SESSION: &str =
    "SET plan_cache_mode = force_generic_plan; SET jit = off; SET random_page_cost = 1.1;
SET max_parallel_workers_per_gather = 0; SET work_mem = '16MB'";

/// One execution of a statement.
#[derive(Debug, Clone)]
pub struct Executed {
    /// The statement, with `$1` and so on.
    pub sql: String,
    /// Its values as text.
    pub values: Vec<Option<String>>,
}

/// Sessions that requests wait for, by their names.
const OF_REQUESTS: [&str; 3] = [
    "dialogporten request|",
    "dialogporten search|",
    "dialogporten seen|",
];

/// What the log tells of executions for requests behind its first `from` bytes.
pub fn executed(log: &str, from: usize) -> Vec<Executed> {
    let mut found: Vec<Executed> = Vec::new();
    for entry in entries(log.get(from..).unwrap_or_default()) {
        if !OF_REQUESTS.iter().any(|name| entry.starts_with(name)) {
            continue;
        }
        let execution = entry
            .split_once("  execute ")
            .and_then(|(_, rest)| rest.split_once(": "));
        // A statement without values, such as BEGIN.
        let simple = entry.split_once(" ms  statement: ");
        if let Some((_, sql)) = execution.or(simple) {
            found.push(Executed {
                sql: sql.to_owned(),
                values: Vec::new(),
            });
        } else if let Some((_, rest)) = entry.split_once("DETAIL:  ")
            && let Some((head, list)) = rest.split_once(": ")
            && head.eq_ignore_ascii_case("parameters")
            && let Some(last) = found.last_mut()
        {
            last.values = values(list);
        }
    }
    found
}

/// Entries of the log; further lines of one begin with a tab.
fn entries(log: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.strip_prefix('\t'), entries.last_mut()) {
            (Some(more), Some(entry)) => {
                entry.push('\n');
                entry.push_str(more);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    entries
}

/// `$1 = 'a', $2 = NULL` with quotes doubled.
fn values(list: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = list;
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(quoted) = value.strip_prefix('\'') {
            let mut text = String::new();
            let mut chars = quoted.char_indices().peekable();
            let mut end = quoted.len();
            while let Some((at, c)) = chars.next() {
                if c != '\'' {
                    text.push(c);
                } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
                    text.push('\'');
                } else {
                    end = at + 1;
                    break;
                }
            }
            values.push(Some(text));
            rest = &quoted[end..];
        } else {
            values.push(None);
            rest = value.strip_prefix("NULL").unwrap_or_default();
        }
    }
    values
}

/// A file for `pgbench`, and the variables that it uses.
#[derive(Debug, Clone)]
pub struct Script {
    /// Where it is.
    pub path: PathBuf,
    /// Names and values.
    pub variables: Vec<(String, String)>,
}

/// Writes the statements of one request. With `fresh_ids`, every identifier among the values is another one each time.
pub async fn script(
    postgres: &Postgres,
    database: &str,
    statements: &[Executed],
    fresh_ids: bool,
    path: &Path,
) -> anyhow::Result<Script> {
    let name = path
        .file_stem()
        .and_then(|name| name.to_str())
        .context("a script without name")?;
    let mut connection = PgConnection::connect_with(&postgres.options(database)).await?;
    let (mut text, mut variables) = (String::new(), Vec::new());
    for (n, statement) in statements.iter().enumerate() {
        let types = types(&mut connection, statement).await?;
        let mut sql = String::new();
        for piece in pieces(&statement.sql) {
            let Piece::Parameter(at) = piece else {
                sql.push_str(piece.text());
                continue;
            };
            let (value, kind) = (
                statement.values.get(at - 1).cloned().flatten(),
                types.get(at - 1).context("a parameter without type")?,
            );
            let variable = format!("{name}_{n}_{at}");
            match value {
                Some(value) if fresh_ids && kind == "uuid" && value.len() == 36 => {
                    sql.push_str("benchmark_id()");
                }
                Some(value) if fresh_ids && kind == "uuid[]" => sql.push_str(&ids(&value)),
                Some(value) if value.is_empty() => sql.extend(["''::", kind]),
                Some(value) => {
                    sql.extend(["(:", &variable, ")::", kind]);
                    variables.push((variable, value));
                }
                None => {
                    // A variable cannot be null, nor empty.
                    sql.extend(["(nullif(:", &variable, ", '-'))::", kind]);
                    variables.push((variable, "-".to_owned()));
                }
            }
        }
        text.push_str(&sql);
        text.push_str(";\n");
    }
    connection.close().await?;
    variables.sort();
    variables.dedup();
    std::fs::write(path, text)?;
    Ok(Script {
        path: path.to_owned(),
        variables,
    })
}

fn ids(array: &str) -> String {
    let items = array.trim_matches(['{', '}']).split(',');
    let items: Vec<_> = items
        .filter(|item| !item.is_empty())
        .map(|item| {
            if item == "NULL" {
                "NULL"
            } else {
                "benchmark_id()"
            }
        })
        .collect();
    format!("ARRAY[{}]::uuid[]", items.join(", "))
}

enum Piece<'a> {
    Text(&'a str),
    Parameter(usize),
}

impl Piece<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Parameter(_) => "",
        }
    }
}

fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while let Some(at) = rest.find('$') {
        pieces.push(Piece::Text(&rest[..at]));
        let digits = rest[at + 1..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len() - at - 1);
        match rest[at + 1..=at + digits].parse() {
            Ok(number) => pieces.push(Piece::Parameter(number)),
            Err(_) => pieces.push(Piece::Text("$")),
        }
        rest = &rest[at + 1 + digits..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Prepares the statement as `captured`, and tells the types of its parameters.
pub async fn types(
    connection: &mut PgConnection,
    statement: &Executed,
) -> anyhow::Result<Vec<String>> {
    let used: Vec<usize> = pieces(&statement.sql)
        .iter()
        .filter_map(|piece| match piece {
            Piece::Parameter(number) => Some(*number),
            Piece::Text(_) => None,
        })
        .collect();
    let count = used.iter().copied().max().unwrap_or(0);
    // A statement may have a value that it does not use.
    let types: Vec<_> = (1..=count)
        .map(|n| if used.contains(&n) { "unknown" } else { "text" })
        .collect();
    let list = if types.is_empty() {
        String::new()
    } else {
        format!("({})", types.join(", "))
    };
    sqlx::raw_sql(AssertSqlSafe(format!(
        "DEALLOCATE ALL; PREPARE captured {list} AS {}",
        statement.sql
    )))
    .execute(&mut *connection)
    .await
    .with_context(|| statement.sql.clone())?;
    let row = sqlx::query(
        "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 'captured'",
    )
    .persistent(false)
    .fetch_one(connection)
    .await?;
    Ok(row.get(0))
}

/// Tables of more than some thousand rows that a statement reads from end to end, by the plan for any values.
pub async fn whole_reads(
    postgres: &Postgres,
    database: &str,
    statement: &Executed,
) -> anyhow::Result<Vec<String>> {
    let mut connection = PgConnection::connect_with(&postgres.options(database)).await?;
    sqlx::raw_sql(SESSION).execute(&mut connection).await?;
    let count = types(&mut connection, statement).await?.len();
    let values = if count == 0 {
        String::new()
    } else {
        format!("({})", vec!["NULL"; count].join(", "))
    };
    let row = sqlx::raw_sql(AssertSqlSafe(format!(
        "EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE captured {values}"
    )))
    .fetch_one(&mut connection)
    .await?;
    let plan: Value = row.get(0);
    let large: Vec<String> =
        sqlx::query_scalar("SELECT relname::text FROM pg_class WHERE reltuples > 5000")
            .persistent(false)
            .fetch_all(&mut connection)
            .await?;
    connection.close().await?;
    let mut found = Vec::new();
    collect(&plan, &mut found);
    found.retain(|table| large.contains(table));
    found.sort();
    found.dedup();
    Ok(found)
}

fn collect(plan: &Value, found: &mut Vec<String>) {
    match plan {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(node) => {
            if node.get("Node Type").is_some_and(|kind| kind == "Seq Scan") {
                let table = node.get("Relation Name").and_then(Value::as_str);
                found.extend(table.map(str::to_owned));
            }
            node.values().for_each(|value| collect(value, found));
        }
        _ => {}
    }
}

/// Makes new sessions of the server tell what they execute, or no longer.
pub async fn tell(postgres: &Postgres, whether: bool) -> anyhow::Result<()> {
    let statement = if whether {
        "ALTER ROLE dialogporten SET log_min_duration_statement = 0"
    } else {
        "ALTER ROLE dialogporten RESET log_min_duration_statement"
    };
    postgres.run("postgres", &[statement]).await
}

/// Refuses to go on where nothing was told.
pub fn some(statements: Vec<Executed>) -> anyhow::Result<Vec<Executed>> {
    if statements.is_empty() {
        bail!("the database's log told of no statement");
    }
    Ok(statements)
}
