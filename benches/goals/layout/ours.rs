//! Our statements for the requests that are compared, as the server sends them.

use anyhow::Context;
use serde_json::Value;

use crate::{
    Run,
    capture::{self, Script},
    cases::{Case, Cases, Sql, VARIANTS},
    data::{DATABASE, Data},
    http::Connection,
    server::Server,
};

/// What the server did for some requests of one kind.
pub struct Asked {
    /// Its statements, for each request.
    pub scripts: Vec<Script>,
    /// The targets of the requests.
    pub targets: Vec<String>,
    /// What it answered.
    pub answers: Vec<Value>,
    /// How many statements there were in all.
    pub statements: usize,
}

/// Asks the server for each of the cases.
pub async fn ask(run: &Run<'_>, data: &Data, names: &[&str]) -> anyhow::Result<Vec<Asked>> {
    capture::tell(run.postgres, true).await?;
    let server = Server::start(run.directory, &run.postgres.url(DATABASE)).await?;
    let cases = Cases {
        address: &server.address,
        data,
    };
    let all = cases.all();
    let mut asked = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let case = all.iter().find(|case| case.name == *name);
        let case = case.with_context(|| format!("there are too few dialogs for: {name}"))?;
        asked.push(ask_for(run, number, case).await?);
    }
    server.stop()?;
    capture::tell(run.postgres, false).await?;
    Ok(asked)
}

async fn ask_for(run: &Run<'_>, number: usize, case: &Case) -> anyhow::Result<Asked> {
    // What the process is still to learn is learnt before.
    case.load.one_by_one(0..VARIANTS).await?;
    let mut connection = Connection::open(&case.load.address).await?;
    let mut asked = Asked {
        scripts: Vec::new(),
        targets: Vec::new(),
        answers: Vec::new(),
        statements: 0,
    };
    for variant in 0..VARIANTS {
        let from = run.postgres.log()?.len();
        let request = (case.load.source)(variant).context("no request")?;
        let target = String::from_utf8_lossy(&request);
        let target = target.split(' ').nth(1).unwrap_or_default().to_owned();
        let answer = connection.ask(&request).await?;
        asked.answers.push(serde_json::from_slice(answer.body)?);
        asked.targets.push(target);
        let statements = capture::some(capture::executed(&run.postgres.log()?, from))?;
        asked.statements += statements.len();
        let path = run.directory.join(format!("ours{number}v{variant}.sql"));
        let is_fresh = case.sql == Sql::Creates;
        let script = capture::script(run.postgres, DATABASE, &statements, is_fresh, &path).await?;
        asked.scripts.push(script);
    }
    Ok(asked)
}
