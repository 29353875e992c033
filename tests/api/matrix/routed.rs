//! Which routes there are, from the router itself: it tells its paths, and at each of them which methods it has.

use std::collections::BTreeSet;

use axum::http::Method;
use dialogporten::router;

use crate::support::Town;

/// Methods and paths, the paths as the router writes them.
pub async fn routed(town: &Town) -> BTreeSet<(String, String)> {
    let unknown = Method::from_bytes(b"FROB").unwrap();
    let mut found = BTreeSet::new();
    for path in paths(&format!("{:?}", router::all(&town.app))) {
        // What stands in braces may be anything here.
        let asked = path.replace(['{', '}'], "");
        let here = [("host", "localhost")];
        let answer = town.nobody().ask(unknown.clone(), &asked, &here).await;
        let allowed = answer.is_empty(405).header("allow");
        for method in allowed.split(", ") {
            found.insert((method.to_owned(), path.clone()));
        }
    }
    found
}

/// The paths in how the router shows itself: `RouteId(7): "/path"`.
fn paths(shown: &str) -> BTreeSet<String> {
    let (_, nodes) = shown.split_once("Node { paths: {").expect("its paths");
    let (nodes, _) = nodes.split_once("} }").expect("their end");
    let quoted = nodes.split('"').skip(1).step_by(2);
    let found: BTreeSet<String> = quoted.map(ToOwned::to_owned).collect();
    assert!(found.iter().all(|path| path.starts_with('/')), "{found:?}");
    found
}
