//! What statements cost the database when nothing else happens: processor time of one session that executes them again
//! and again. Where it is much less than under load, sessions are in each other's way.

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{
    capture::{self, Executed},
    postgres::Postgres,
};

/// Executions of one measurement.
const TIMES: u32 = 100;
/// Measurements, of which the least counts: whatever disturbs adds.
const ROUNDS: usize = 7;

/// Microseconds of processor time that the statements take, one after the other. Values are given as text, and
/// results come as text, which is a little more than the server asks for.
pub async fn microseconds(
    postgres: &Postgres,
    database: &str,
    statements: &[Executed],
) -> anyhow::Result<f64> {
    let mut connection = PgConnection::connect_with(&postgres.options(database)).await?;
    sqlx::raw_sql(capture::SESSION)
        .execute(&mut connection)
        .await?;
    let session: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut connection)
        .await?;
    let mut total = 0.0;
    for statement in statements {
        let count = capture::types(&mut connection, statement).await?.len();
        let values: Vec<String> = (0..count)
            .map(|at| match statement.values.get(at) {
                Some(Some(value)) => format!("'{}'", value.replace('\'', "''")),
                _ => "NULL".to_owned(),
            })
            .collect();
        let list = match values.as_slice() {
            [] => String::new(),
            values => format!("({})", values.join(", ")),
        };
        let execute = format!("EXECUTE captured {list}");
        let mut least = f64::INFINITY;
        for _ in 0..ROUNDS {
            let before = spent(session)?;
            for _ in 0..TIMES {
                sqlx::raw_sql(AssertSqlSafe(execute.as_str()))
                    .fetch_all(&mut connection)
                    .await?;
            }
            least = least.min((spent(session)? - before) / f64::from(TIMES));
        }
        total += least;
    }
    connection.close().await?;
    Ok(total)
}

/// Processor time of a process so far, in microseconds.
fn spent(process: i32) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/schedstat"))?;
    let nanoseconds: f64 = text
        .split_whitespace()
        .next()
        .context("/proc/PID/schedstat is empty")?
        .parse()?;
    Ok(nanoseconds / 1_000.0)
}
