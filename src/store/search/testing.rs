//! Databases for this module's tests.

use sqlx::{Executor, PgPool, postgres::PgPoolOptions};

/// A fresh database with the schema.
pub async fn database(name: &str) -> PgPool {
    let server = "postgres://dialogporten@localhost/postgres?host=/tmp/devpg";
    let admin = PgPool::connect(server).await.unwrap();
    for statement in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name}"),
    ] {
        admin.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }
    let pool = PgPoolOptions::new()
        .max_connections(3)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection
                    .execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
                    .await
                    .map(|_| ())
            })
        })
        .connect(&server.replace("/postgres?", &format!("/{name}?")))
        .await
        .unwrap();
    sqlx::migrate!("./migrations").run(&pool).await.unwrap();
    pool
}
