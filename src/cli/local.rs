//! What local mode prepares, and what it tells whoever started it.

use std::fmt::Write;

use anyhow::Context;

use crate::{
    auth::local_issuer::{Holder, LocalIssuer, Terms},
    authority::local::bundled,
    clock::Clock,
    config::{Config, Mode},
};

/// Copies the bundled platform directory to the data directory, unless another one is configured or it is there, and
/// says whether it did.
pub(super) fn prepare(config: &Config) -> anyhow::Result<bool> {
    if config.platform.mode != Mode::Local || config.platform.directory.is_some() {
        return Ok(false);
    }
    let directory = config.platform_directory();
    let is_new = bundled::install(&directory).with_context(|| {
        format!(
            "cannot write the platform directory {}",
            directory.display()
        )
    })?;
    if is_new {
        tracing::info!(directory = %directory.display(), "made a platform directory with a made-up world");
    }
    Ok(is_new)
}

/// Tokens of the local issuer for the first two requests.
#[derive(Debug)]
pub(super) struct FirstTokens {
    /// Of a service owner.
    pub(super) service_owner: String,
    /// Of a person.
    end_user: String,
}

impl FirstTokens {
    /// New ones, if the server accepts them.
    pub(super) fn issue(config: &Config, clock: &Clock) -> anyhow::Result<Option<Self>> {
        if !config.auth.local_issuer {
            return Ok(None);
        }
        let issuer = LocalIssuer::open(&config.data_dir).context("the local issuer cannot sign")?;
        let issue = |holder: &Holder| issuer.issue(holder, &Terms::usual(holder), clock.now());
        Ok(Some(Self {
            service_owner: issue(&Holder::ServiceOwner {
                org: bundled::ORG.to_owned(),
                number: bundled::ORG_NUMBER.to_owned(),
            }),
            end_user: issue(&Holder::EndUser {
                pid: bundled::PERSON.to_owned(),
            }),
        }))
    }
}

/// Where the server is, what to paste, where the data is.
pub(super) fn banner(config: &Config, tokens: Option<&FirstTokens>) -> String {
    let base = &config.http.public_base_uri;
    let data = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    let mut text = format!("\nDialogporten answers at {base}\n");
    if config.has_start_page() {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "Look around in a browser: {base}/");
    }
    if let Some(tokens) = tokens {
        let FirstTokens {
            service_owner,
            end_user,
        } = tokens;
        let resource = bundled::RESOURCE;
        let party = format!("urn:altinn:person:identifier-no:{}", bundled::PERSON);
        let _ = write!(
            text,
            r#"
Create a dialog as a service owner:

curl -i {base}/api/v1/serviceowner/dialogs \
  -H 'Authorization: Bearer {service_owner}' \
  -H 'Content-Type: application/json' \
  -d '{{"serviceResource":"{resource}","party":"{party}","content":{{"title":{{"value":[{{"languageCode":"nb","value":"Hei"}}]}},"summary":{{"value":[{{"languageCode":"nb","value":"En dialog"}}]}}}}}}'

Find it as a person:

curl '{base}/api/v1/enduser/dialogs?party={party}' \
  -H 'Authorization: Bearer {end_user}'

More tokens: dialogporten token --help
"#
        );
    }
    let _ = write!(
        text,
        "\nThe data is in {}. What was acknowledged survives a kill of this program; a power failure may cost the last \
         moments.\nCtrl-C stops the server and its database.",
        data.display()
    );
    text
}
