//! Reading from the normalised layout: a dialog by some twenty statements, a page of a search by eight or so.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use dialogporten::seed;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::{
    create::write,
    ours::Asked,
    text::{array, literal},
};
use crate::{
    capture::Script,
    data::{DATABASE, Data},
    postgres::Postgres,
};

/// The statements that read one dialog, in one snapshot.
const GET: &str = include_str!("get.sql");
/// The statements that complete a page of dialogs. They are asked on connections of their own, at once; here it is one
/// connection that they share without waiting for each other.
const PAGE: &str = include_str!("page.sql");
/// Dialogs that are looked for: one more than a page has.
const LIMIT: usize = 101;
/// Above so many parties each service is searched, as long as there are few.
const MANY_PARTIES: usize = 100;
/// Few services.
const FEW_SERVICES: usize = 20;

/// The same dialogs as were asked of the server.
pub fn gets(directory: &Path, asked: &Asked) -> anyhow::Result<Vec<Script>> {
    let scripts = asked.answers.iter().enumerate().map(|(number, answer)| {
        let id = answer["id"].as_str().context("an answer without id")?;
        let text = GET.replace(":dialog", &format!("{}::uuid", literal(id)));
        write(
            &directory.join(format!("normalised-get{number}.sql")),
            &text,
        )
    });
    scripts.collect()
}

/// Makes the same searches, and finds the same.
pub struct Searches<'a> {
    /// The database.
    pub postgres: &'a Postgres,
    /// Where scripts go.
    pub directory: &'a Path,
    /// Who asks.
    pub data: &'a Data,
}

impl Searches<'_> {
    /// As asked by agent number `agent`.
    pub async fn scripts(&self, agent: usize, asked: &Asked) -> anyhow::Result<Vec<Script>> {
        let mut connection = PgConnection::connect_with(&self.postgres.options(DATABASE)).await?;
        let mut scripts = Vec::new();
        for (number, (target, answer)) in asked.targets.iter().zip(&asked.answers).enumerate() {
            let scope = self.scope(&mut connection, agent, target).await?;
            let found = scope.statement("d.id, d.content_updated_at", &LIMIT.to_string())?;
            let mut ids: Vec<String> = sqlx::query(AssertSqlSafe(found))
                .fetch_all(&mut connection)
                .await?
                .iter()
                .map(|row| row.get::<uuid::Uuid, _>(0).to_string())
                .collect();
            ids.truncate(LIMIT - 1);
            ensure!(
                ids == ids_of(answer),
                "the layouts disagree on {target}: {} and {} dialogs",
                ids.len(),
                ids_of(answer).len()
            );
            let text = format!(
                "\\set limit {LIMIT}\nBEGIN;\nSET LOCAL plan_cache_mode = force_custom_plan;\n{};\nCOMMIT;\n{}",
                scope.statement("d.*", ":limit")?,
                PAGE.replace(":dialogs", &array(&ids, "uuid")),
            );
            let name = format!("normalised-search{agent}v{number}.sql");
            scripts.push(write(&self.directory.join(name), &text)?);
        }
        connection.close().await?;
        Ok(scripts)
    }

    /// Parties and services of a request, without pairs that have no dialogs. It takes no statement: it is remembered.
    async fn scope(
        &self,
        connection: &mut PgConnection,
        agent: usize,
        target: &str,
    ) -> anyhow::Result<Scope> {
        let named = |name: &str| -> Vec<String> {
            let query = target.split_once('?').map_or("", |(_, query)| query);
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
                .collect()
        };
        let mut parties = named("party");
        if parties.is_empty() {
            let (agent, _) = self.data.agents.get(agent).context("no such agent")?;
            parties = agent
                .parties
                .iter()
                .map(|n| seed::party(*n).to_string())
                .collect();
        }
        let groups = sqlx::query_as(
            "SELECT array_agg(party), services
               FROM (SELECT p.urn AS party, array_agg(r.urn ORDER BY r.urn) AS services
                       FROM pair x JOIN party p ON p.id = x.party_id JOIN resource r ON r.id = x.resource_id
                      WHERE p.urn = ANY ($1) AND r.urn = ANY ($2) GROUP BY 1) s
              GROUP BY services",
        )
        .bind(parties)
        .bind(named("serviceResource"))
        .fetch_all(connection)
        .await?;
        Ok(Scope(groups))
    }
}

fn ids_of(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().map_or(&[][..], Vec::as_slice);
    let ids = items.iter().filter_map(|item| item["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// Parties that have dialogs of the same services, and these services.
struct Scope(Vec<(Vec<String>, Vec<String>)>);

const OPEN: &str = "NOT d.deleted AND (d.visible_from IS NULL OR d.visible_from <= now()) AND (d.expires_at IS NULL OR d.expires_at > now())";
const ORDER: &str = "content_updated_at DESC, id DESC";

impl Scope {
    /// Finds identifiers first, by the strategy that so many parties and services call for, and rows by these.
    fn statement(&self, columns: &str, limit: &str) -> anyhow::Result<String> {
        let parties: Vec<&String> = self.0.iter().flat_map(|(parties, _)| parties).collect();
        let mut services: Vec<&String> = self.0.iter().flat_map(|(_, of)| of).collect();
        services.sort();
        services.dedup();
        let candidates = match (parties.as_slice(), services.len()) {
            ([party], _) => format!(
                "SELECT d.id, d.content_updated_at FROM n.dialog d
                  WHERE d.party = {} AND d.service_resource = ANY ({}) AND {OPEN} ORDER BY {ORDER} LIMIT {limit}",
                literal(party),
                array(&services, "text"),
            ),
            ([], _) | (_, 1) => bail!("a scope that is not compared"),
            (many, few) if many.len() > MANY_PARTIES && few <= FEW_SERVICES => {
                let blocks: Vec<_> = services
                    .iter()
                    .map(|service| {
                        format!(
                            "(SELECT d.id, d.content_updated_at FROM n.dialog d
                               WHERE d.service_resource = {} AND d.party = ANY ({}) AND {OPEN} ORDER BY {ORDER} LIMIT {limit})",
                            literal(service),
                            array(&parties, "text"),
                        )
                    })
                    .collect();
                format!(
                    "SELECT * FROM ({}) AS c ORDER BY {ORDER} LIMIT {limit}",
                    blocks.join("\nUNION ALL\n")
                )
            }
            _ => {
                let groups: Vec<_> = self
                    .0
                    .iter()
                    .map(|(parties, services)| json!({"parties": parties, "services": services}))
                    .collect();
                format!(
                    "SELECT c.* FROM jsonb_to_recordset({}::jsonb) AS g (parties text[], services text[])
                      CROSS JOIN unnest(g.parties) AS p (urn)
                      CROSS JOIN LATERAL (SELECT d.id, d.content_updated_at FROM n.dialog d
                                           WHERE d.party = p.urn AND d.service_resource = ANY (g.services) AND {OPEN}
                                           ORDER BY {ORDER} LIMIT {limit}) AS c
                      ORDER BY {ORDER} LIMIT {limit}",
                    literal(&Value::Array(groups).to_string()),
                )
            }
        };
        Ok(format!(
            "WITH found AS ({candidates})\nSELECT {columns} FROM found f JOIN n.dialog d ON d.id = f.id
              ORDER BY f.content_updated_at DESC, f.id DESC"
        ))
    }
}
