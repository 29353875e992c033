//! Jobs that fetch from Altinn's services have nothing to do where a directory answers.

use dialogporten::jobs::Options;

use super::runs;
use crate::support::Town;

#[tokio::test]
async fn a_directory_is_not_fetched() {
    let town = Town::build().alone().open().await;
    for name in [
        "sync-subject-resource-mappings",
        "sync-resource-policy-information",
    ] {
        let refused = runs(&town, name, Options::default()).await.unwrap_err();
        assert!(refused.to_string().contains("platform.mode"), "{refused}");
    }
}
