//! What is asked of the server.

use std::sync::Arc;

use dialogporten::seed::{self, Chance, Outline};
use uuid::Uuid;

use crate::{
    data::{Data, just_now},
    http::request,
    load::{Load, Source},
};

/// A kind of request that is measured.
pub struct Case {
    /// What it is called.
    pub name: &'static str,
    /// Most processor time of server and database, in `u`, where there is a goal.
    pub goal: Option<f64>,
    /// The requests.
    pub load: Load,
    /// How many requests one after the other make everything warm.
    pub warm: u64,
    /// Whether it leaves something to be tidied up.
    pub writes: bool,
    /// What `pgbench` is compared on.
    pub sql: Sql,
    /// Whether what was seen is forgotten before.
    pub forgets: bool,
    /// Whether a request does the same when it is repeated.
    pub repeats: bool,
    /// Whether it is measured where the goals of processor time were measured, and nowhere else.
    pub only_of_goals: bool,
}

/// The same statements without the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sql {
    /// Not compared.
    No,
    /// Statements that only read.
    Reads,
    /// Statements that write under new identifiers.
    Creates,
}

/// Statements of so many different requests are given to `pgbench`.
pub const VARIANTS: u64 = 8;

/// Services with many dialogs, `count` of them, others for another `variant`.
fn services(count: u64, variant: u64) -> String {
    (0..count)
        .map(|n| (n + variant % VARIANTS) % seed::SERVICES)
        .map(|service| format!("serviceResource={}&", seed::resource_urn(service)))
        .collect()
}

/// Makes the cases, for one server.
pub struct Cases<'a> {
    /// Where it is.
    pub address: &'a str,
    /// What it knows.
    pub data: &'a Data,
}

impl Cases<'_> {
    fn load(&self, status: u16, shortest: usize, source: Source) -> Load {
        Load {
            address: self.address.to_owned(),
            source,
            status,
            shortest,
            may_be_busy: false,
        }
    }

    fn fixed(&self, status: u16, shortest: usize, requests: Vec<Vec<u8>>) -> Load {
        let requests = Arc::new(requests);
        let source = move |n: u64| {
            let at = usize::try_from(n % requests.len() as u64).ok()?;
            requests.get(at).cloned()
        };
        self.load(status, shortest, Arc::new(source))
    }

    /// Half of the dialogs of the largest party are read, the other half is changed.
    fn halves(&self) -> (&[Uuid], &[Uuid]) {
        let all = &self.data.of_largest;
        all.split_at(all.len() / 2)
    }

    fn token(&self, agent: usize) -> Option<&str> {
        self.data.agents.get(agent).map(|(_, token)| token.as_str())
    }

    /// All cases that the data has people for.
    pub fn all(&self) -> Vec<Case> {
        let mut cases = vec![self.get_seen(), self.get_first(), self.get_owner()];
        cases.extend(self.search("search, one party", Some(28.0), 0, 0, 100));
        // A goal in `u` is a part of what another implementation takes for the same answer. It was measured where these
        // scopes had so many dialogs, so as many are asked for; full pages are compared with the statement alone.
        let of_goals = [
            self.search("search, 20 items of 10 pairs", Some(12.0), 0, 10, 20),
            self.search("search, 10 items of 100 pairs", Some(10.0), 1, 10, 10),
            self.search("search, 86 items of 1,000 pairs", Some(40.0), 2, 20, 86),
        ];
        cases.extend(of_goals.into_iter().flatten().map(|case| Case {
            only_of_goals: true,
            sql: Sql::No,
            ..case
        }));
        cases.extend(self.search("search, 10 pairs", None, 0, 10, 100));
        cases.extend(self.search("search, 100 pairs", None, 1, 10, 100));
        cases.extend(self.search("search, 1,000 pairs", None, 2, 20, 100));
        cases.extend(self.search("search, 10,000 pairs", Some(100.0), 3, 20, 100));
        cases.extend(self.search("search, 100,000 pairs", Some(500.0), 4, 20, 100));
        // People look for a dialog that they remember by a word that few others have: this one stands in one of two
        // hundred.
        cases.push(self.text("free text", Some(20.0), 0, 500));
        cases.push(self.append_activity(self.halves().1));
        cases.push(self.append_transmission(self.halves().1));
        cases.push(self.set_label());
        cases.push(self.create("create, minimal", 9.0, minimal));
        cases.push(self.create("create, 2 transmissions, 3 attachments …", 16.0, average));
        cases.push(self.mixed());
        cases
    }

    fn case(name: &'static str, goal: impl Into<Option<f64>>, load: Load) -> Case {
        Case {
            name,
            goal: goal.into(),
            load,
            warm: 50,
            writes: false,
            sql: Sql::No,
            forgets: false,
            repeats: true,
            only_of_goals: false,
        }
    }

    fn get_seen(&self) -> Case {
        let (read, _) = self.halves();
        let token = &self.data.agents[0].1;
        let requests: Vec<_> = read
            .iter()
            .take(500)
            .map(|id| request("GET", &format!("/api/v1/enduser/dialogs/{id}"), token, None))
            .collect();
        Case {
            warm: requests.len() as u64,
            sql: Sql::Reads,
            ..Self::case(
                "get, end user, seen before",
                12.0,
                self.fixed(200, 4_000, requests),
            )
        }
    }

    fn get_first(&self) -> Case {
        let (_, token) = &self.data.agents[self.data.agents.len() - 1];
        let (token, ids) = (token.clone(), Arc::new(self.data.unseen.clone()));
        let source = move |n: u64| {
            let id = ids.get(usize::try_from(n).ok()?)?;
            Some(request(
                "GET",
                &format!("/api/v1/enduser/dialogs/{id}"),
                &token,
                None,
            ))
        };
        Case {
            forgets: true,
            writes: true,
            repeats: false,
            ..Self::case(
                "get, end user, first view",
                18.0,
                self.load(200, 4_000, Arc::new(source)),
            )
        }
    }

    fn get_owner(&self) -> Case {
        let requests = self.halves().0.iter().map(|id| {
            let target = format!("/api/v1/serviceowner/dialogs/{id}");
            request("GET", &target, &self.data.owner, None)
        });
        Case {
            sql: Sql::Reads,
            ..Self::case(
                "get, service owner",
                12.0,
                self.fixed(200, 4_000, requests.collect()),
            )
        }
    }

    /// A search of agent number `agent` for `limit` dialogs of `count` services; of its largest party where it has but
    /// one.
    fn search(
        &self,
        name: &'static str,
        goal: Option<f64>,
        agent: usize,
        count: u64,
        limit: u16,
    ) -> Option<Case> {
        let token = self.token(agent)?;
        let party = if agent == 0 {
            format!("party={}&", seed::party(0))
        } else {
            String::new()
        };
        let requests = (0..VARIANTS).map(|variant| {
            let services = services(count, variant);
            let target = format!("/api/v1/enduser/dialogs?{party}{services}limit={limit}");
            request("GET", &target, token, None)
        });
        Some(Case {
            sql: Sql::Reads,
            ..Self::case(name, goal, self.fixed(200, 200, requests.collect()))
        })
    }

    /// A search for a word, a common one for a small number.
    pub fn text(&self, name: &'static str, goal: Option<f64>, agent: usize, word: u64) -> Case {
        let token = self.token(agent).unwrap_or_default();
        let [word, _] = seed::word(word);
        let filter = if agent == 0 {
            format!("party={}&", seed::party(0))
        } else {
            services(20, 0)
        };
        let target = format!("/api/v1/enduser/dialogs?{filter}search={word}&searchLanguageCode=nb");
        let requests = vec![request(
            "GET",
            &target.replace('ø', "%C3%B8").replace('å', "%C3%A5"),
            token,
            None,
        )];
        Case {
            sql: Sql::Reads,
            ..Self::case(name, goal, self.fixed(200, 30, requests))
        }
    }

    /// Appends to some dialogs, one after the other.
    pub fn append_activity(&self, dialogs: &[Uuid]) -> Case {
        let body = r#"{"type":"Information","performedBy":{"actorType":"ServiceOwner"},"description":[{"languageCode":"nb","value":"Saken er mottatt"},{"languageCode":"en","value":"The case has been received"}]}"#;
        let requests = dialogs.iter().map(|id| {
            let target = format!("/api/v1/serviceowner/dialogs/{id}/activities");
            request("POST", &target, &self.data.owner, Some(body))
        });
        Case {
            writes: true,
            ..Self::case(
                "append activity",
                10.0,
                self.fixed(201, 0, requests.collect()),
            )
        }
    }

    /// Appends to some dialogs, one after the other.
    pub fn append_transmission(&self, dialogs: &[Uuid]) -> Case {
        let requests = dialogs.iter().map(|id| {
            let target = format!("/api/v1/serviceowner/dialogs/{id}/transmissions");
            request("POST", &target, &self.data.owner, Some(TRANSMISSION))
        });
        Case {
            writes: true,
            ..Self::case(
                "append transmission",
                11.0,
                self.fixed(201, 0, requests.collect()),
            )
        }
    }

    /// To the archive and back.
    fn set_label(&self) -> Case {
        let token = self.data.agents[0].1.clone();
        let ids = Arc::new(self.halves().1.to_vec());
        let source = move |n: u64| {
            let (turn, at) = (n / ids.len() as u64, n % ids.len() as u64);
            let id = ids.get(usize::try_from(at).ok()?)?;
            let label = ["Archive", "Bin"][usize::try_from(turn % 2).ok()?];
            let target = format!("/api/v1/enduser/dialogs/{id}/context/systemlabels");
            let body = format!(r#"{{"addLabels":["{label}"]}}"#);
            Some(request("PUT", &target, &token, Some(&body)))
        };
        Case {
            repeats: false,
            writes: true,
            ..Self::case("set system label", 9.0, self.load(204, 0, Arc::new(source)))
        }
    }

    fn create(&self, name: &'static str, goal: f64, body: fn(u64, &mut Chance) -> String) -> Case {
        let plan = &self.data.plan;
        let requests = (0..1_000).map(|n| {
            let mut chance = Chance::new(99, n);
            let body = body(chance.skewed(plan.parties, 3.0), &mut chance);
            request(
                "POST",
                "/api/v1/serviceowner/dialogs",
                &self.data.owner,
                Some(&body),
            )
        });
        Case {
            sql: Sql::Creates,
            writes: true,
            warm: 1_000,
            ..Self::case(name, goal, self.fixed(201, 36, requests.collect()))
        }
    }

    fn mixed(&self) -> Case {
        let parts = [
            self.search("", None, 0, 10, 20),
            Some(self.get_seen()),
            Some(self.append_activity(self.halves().1)),
        ];
        let sources: Vec<Source> = parts
            .into_iter()
            .flatten()
            .map(|case| case.load.source)
            .collect();
        let source = move |n: u64| {
            let which = match n % 10 {
                0..7 => 0,
                7..9 => 1,
                _ => 2,
            };
            sources.get(which)?(n / 10 * 3 + n % 10)
        };
        Case {
            writes: true,
            ..Self::case(
                "mixed: 7 searches, 2 gets, 1 write",
                22.0,
                // Different requests, different answers.
                Load {
                    status: 0,
                    ..self.load(0, 0, Arc::new(source))
                },
            )
        }
    }
}

const TRANSMISSION: &str = r#"{"type":"Information","sender":{"actorType":"ServiceOwner"},"content":{"title":{"value":[{"languageCode":"nb","value":"Vedtak i saken"},{"languageCode":"en","value":"A decision in the case"}]},"summary":{"value":[{"languageCode":"nb","value":"Les mer i vedlegget"},{"languageCode":"en","value":"Read more in the attachment"}]}}}"#;

/// The body of a dialog with no more than it must have.
fn minimal(party: u64, chance: &mut Chance) -> String {
    format!(
        r#"{{"serviceResource":"{}","party":"{}","content":{{"title":{{"value":[{{"languageCode":"nb","value":"{}"}}]}}}}}}"#,
        seed::resource_urn(chance.skewed(seed::SERVICES, 2.5)),
        seed::party(party),
        seed::word(chance.skewed(seed::WORDS, 3.0))[0],
    )
}

/// The body of a dialog like the seeded ones.
fn average(party: u64, chance: &mut Chance) -> String {
    let now = just_now();
    let outline = Outline {
        number: chance.below(1_000_000),
        seed: 99,
        id: Uuid::nil(),
        party,
        service: chance.skewed(seed::SERVICES, 2.5),
        created_at: now,
        changed_at: now,
        due_at: None,
        expires_at: None,
        deleted_at: None,
        seen_at: None,
        system_label: "Default",
    };
    let body = seed::body(&outline, chance);
    // Without what makes it one dialog and no other.
    let at = body.find(r#""serviceResource""#).unwrap_or(0);
    format!("{{{}", &body[at..])
}

/// The body of a dialog with so many transmissions.
pub fn with_transmissions(count: usize) -> String {
    let body = minimal(0, &mut Chance::new(98, 0));
    let transmissions = vec![TRANSMISSION; count].join(",");
    format!(
        r#"{},"transmissions":[{transmissions}]}}"#,
        body.trim_end_matches('}').to_owned() + "}}"
    )
}
