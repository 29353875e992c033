//! What local mode tells whoever started it.

use std::fmt::Write;

use anyhow::Context;

use crate::{
    auth::local_issuer::{Holder, LocalIssuer, Terms},
    authority::local::bundled,
    config::Config,
    dialog::{party::PartyUrn, timestamp::Timestamp},
};

/// Tokens of the local issuer for the first two requests.
#[derive(Debug)]
pub(super) struct FirstTokens {
    /// Of a service owner.
    pub(super) service_owner: String,
    /// Of a person.
    pub(super) end_user: String,
    /// That person, as a party.
    pub(super) party: String,
    /// A resource that the service owner owns and the person may use.
    pub(super) resource: String,
}

/// Puts the bundled platform directory in place where there is none, and says whether it did.
pub(super) fn install_platform(config: &Config) -> anyhow::Result<bool> {
    let directory = config.platform_directory();
    bundled::install(&directory).with_context(|| {
        format!(
            "cannot write the platform directory {}",
            directory.display()
        )
    })
}

/// Tokens for the commands of the banner, valid for eight hours.
pub(super) fn first_tokens(config: &Config, now: Timestamp) -> anyhow::Result<FirstTokens> {
    let issuer = LocalIssuer::open(&config.data_dir)?;
    let token = |holder: &Holder| {
        let terms = Terms {
            scopes: holder.usual_scopes(),
            level: 3,
            ttl_seconds: 8 * 60 * 60,
        };
        issuer.issue(holder, &terms, now)
    };
    Ok(FirstTokens {
        service_owner: token(&Holder::ServiceOwner {
            org: bundled::ORG.to_owned(),
            number: bundled::ORG_NUMBER.to_owned(),
        }),
        end_user: token(&Holder::EndUser {
            pid: bundled::PERSON.to_owned(),
        }),
        party: PartyUrn::person(bundled::PERSON).to_string(),
        resource: bundled::RESOURCE.to_owned(),
    })
}

/// Where the server is, what to paste, where the data is.
pub(super) fn banner(config: &Config, tokens: &FirstTokens) -> String {
    let base = &config.http.public_base_uri;
    let data = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    let mut text = format!("\nDialogporten answers at {base}\n");
    let FirstTokens {
        service_owner,
        end_user,
        party,
        resource,
    } = tokens;
    // Writing to a text cannot fail.
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

    let _ = write!(
        text,
        "\nThe data is in {}. Everything that was acknowledged survives a crash of this program; a power failure may \
         cost the last moments.\nCtrl-C stops the server and its database.\n",
        data.display()
    );
    text
}
