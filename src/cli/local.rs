//! What local mode tells whoever started it.

use std::fmt::Write;

use crate::config::Config;

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

/// Where the server is, what to paste, where the data is.
pub(super) fn banner(config: &Config, tokens: Option<&FirstTokens>) -> String {
    let base = &config.http.public_base_uri;
    let data = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone());
    let mut text = format!("\nDialogporten answers at {base}\n");
    if let Some(tokens) = tokens {
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
    }
    let _ = write!(
        text,
        "\nThe data is in {}. Everything that was acknowledged survives a crash of this program; a power failure may \
         cost the last moments.\nCtrl-C stops the server and its database.\n",
        data.display()
    );
    text
}
