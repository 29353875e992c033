//! The same world twice: the server, asked through its door, must answer as a second implementation does that knows
//! the world's plain data, was written from the rules of the public API, and shares nothing with the server.
//!
//! Every world has a seed and follows from it. Some hundred are tried in every run; more by
//!
//! ```sh
//! WORLDS=5000 cargo test --test api worlds          # as many, from the first
//! WORLDS=1 WORLD=4711 cargo test --test api worlds  # that one alone
//! ```
//!
//! Where the two disagree, the world is made smaller while they still do, and then told.

mod chance;
mod expected;
mod made;
mod naive;
mod settled;
mod smaller;
mod told;
mod world;

use std::{collections::BTreeMap, env};

use serde_json::Value;

use crate::support::{Builder, Town};
use dialogporten::dialog::id::Ids;
use expected::Expected;
use settled::Settled;
use world::{Asks, World};

/// Worlds in every run.
const USUAL: u64 = 200;

/// Worlds that share a server and its platform directory.
const TOGETHER: u64 = 40;

/// How often a failing world is made smaller.
const MOST_ATTEMPTS: usize = 150;

/// What was answered how often: `get 200`.
type Tally = BTreeMap<String, u32>;

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "how many worlds is for who runs the tests, not for the server"
)]
async fn what_each_caller_sees_is_what_the_rules_say() {
    let number = |name: &str| {
        env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().expect("a number"))
    };
    let count = number("WORLDS").unwrap_or(USUAL);
    let first = number("WORLD").unwrap_or(0);
    let mut tally = Tally::new();
    let mut seeds = first..first + count;
    loop {
        let worlds: Vec<_> = seeds
            .by_ref()
            .take(usize::try_from(TOGETHER).unwrap())
            .map(made::world)
            .collect();
        if worlds.is_empty() {
            break;
        }
        if let Err((world, mismatch)) = Box::pin(try_all(worlds, &mut tally)).await {
            let (world, mismatch) = Box::pin(shrink(world, mismatch)).await;
            panic!(
                "{mismatch}\nin {world}\nagain: WORLDS=1 WORLD={} cargo test --test api worlds",
                world.seed
            );
        }
    }
    println!("{tally:#?}");
    if count >= USUAL {
        all_happened(&tally);
    }
}

/// Worlds that never refuse anything prove little.
fn all_happened(tally: &Tally) {
    for (answer, least) in [
        ("get 200", 50),
        ("get 403 Forbidden", 50),
        ("get 403 Altinn authentication level too low.", 20),
        ("get 404", 10),
        ("get 410", 5),
        ("get 200 authorized", 30),
        ("get 200 unauthorized", 30),
        ("get 200 expired", 5),
        ("get 200 token empty", 5),
        ("part 200", 50),
        ("part 403", 10),
        ("part 404", 50),
        ("part 410", 3),
        ("labels 204", 10),
        ("labels 403", 10),
        ("lookup 200", 10),
        ("lookup 403", 10),
        ("search 200 found", 50),
        ("search 200 harmless", 5),
        ("search 502", 1),
    ] {
        let found = tally.get(answer).copied().unwrap_or_default();
        assert!(found >= least, "{answer} only {found} times: {tally:#?}");
    }
}

/// A world on which the two disagree, and how.
type Disagreement = (World, String);

async fn try_all(worlds: Vec<World>, tally: &mut Tally) -> Result<(), Disagreement> {
    let builder = Town::build().stopped();
    let (town, worlds) = open(builder, worlds).await;
    for settled in &worlds {
        settled.create(&town).await;
    }
    settled::wait(&town);
    for settled in &worlds {
        if let Err(mismatch) = check(&town, settled, tally).await {
            return Err((settled.world.clone(), mismatch));
        }
    }
    Ok(())
}

/// One server whose platform knows all these worlds.
async fn open(mut builder: Builder, worlds: Vec<World>) -> (Town, Vec<Settled>) {
    let mut ids = Ids::at(dialogporten::clock::Clock::system().now());
    let mut id = || ids.next().to_string();
    let settled: Vec<_> = worlds
        .into_iter()
        .map(|world| Settled::new(world, &builder.directory, &mut id))
        .collect();
    for one in &settled {
        one.tell(&mut builder.directory);
    }
    (builder.open().await, settled)
}

async fn check(town: &Town, settled: &Settled, tally: &mut Tally) -> Result<(), String> {
    let mut expected = Expected::new(settled);
    for step in &settled.world.steps {
        let should = expected.answer(step);
        let answer = settled.ask(town, step).await;
        let is = told::told(&step.asks, &answer);
        if is != should {
            return Err(format!(
                "{} at {} asks {:?}\nshould see {should}\nbut sees   {is}\n{}: {}",
                step.who, step.level, step.asks, answer.asked, answer.text
            ));
        }
        if let Some(number) = settled.number_in(step, &answer) {
            return Err(format!(
                "{}: {number} stands in {}",
                answer.asked, answer.text
            ));
        }
        count(tally, &step.asks, &is);
    }
    Ok(())
}

fn count(tally: &mut Tally, asks: &Asks, told: &Value) {
    let name = match asks {
        Asks::Search { .. } => "search",
        Asks::Get(_) => "get",
        Asks::SetLabels { .. } => "labels",
        Asks::Lookup(..) => "lookup",
        Asks::Resources(_) => "resources",
        Asks::Parties => "parties",
        _ => "part",
    };
    let mut add = |text: String| *tally.entry(text).or_default() += 1;
    let status = &told["status"];
    add(format!("{name} {status}"));
    if let (Asks::Get(_), Some(text)) = (asks, told["text"].as_str()) {
        add(format!("{name} {status} {text}"));
    }
    let whole = told.to_string();
    for (word, text) in [
        ("unauthorized", "urn:dialogporten:unauthorized"),
        ("expired", "urn:dialogporten:expired"),
        ("authorized", "true"),
        ("harmless", "harmless"),
        ("found", "isContentSeen"),
        ("token empty", r#""token":[]"#),
    ] {
        if whole.contains(text) {
            add(format!("{name} {status} {word}"));
        }
    }
}

/// The smallest world found on which the two still disagree.
async fn shrink(mut world: World, mut mismatch: String) -> Disagreement {
    let mut attempts = 0;
    let mut at = 0;
    while let Some(smaller) = smaller::without(&world, at) {
        attempts += 1;
        if attempts > MOST_ATTEMPTS {
            break;
        }
        match Box::pin(try_all(vec![smaller], &mut Tally::new())).await {
            // What stood at this place is gone; something else stands there now.
            Err((smaller, other)) => (world, mismatch) = (smaller, other),
            Ok(()) => at += 1,
        }
    }
    (world, mismatch)
}
