//! The clients of all callers, and calls that several steps make.

use dialogporten_enduser::{
    apis::{configuration::Configuration as EndUserConfiguration, enduser_api as eu},
    models as eum,
};
use dialogporten_serviceowner::{
    apis::{configuration::Configuration, serviceowner_api as so},
    models as som,
};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use uuid::Uuid;

use crate::given::{self, given};

pub struct Client {
    pub owner: Configuration,
    pub sender: Configuration,
    pub nobody: Configuration,
    pub person_as_owner: Configuration,
    pub person: EndUserConfiguration,
    pub stranger: EndUserConfiguration,
    pub dialog: String,
    pub transmission: Uuid,
}

impl Client {
    pub fn new() -> Self {
        Self {
            owner: owner("OWNER"),
            sender: owner("SENDER"),
            nobody: Configuration {
                base_path: given("BASE"),
                ..Configuration::new()
            },
            person_as_owner: owner("PERSON"),
            person: person("PERSON"),
            stranger: person("STRANGER"),
            dialog: given("DIALOG"),
            transmission: given::id("TRANSMISSION"),
        }
    }

    pub async fn read(&self) -> som::Dialog {
        so::get_dialog(&self.owner, &self.dialog, None)
            .await
            .unwrap()
    }

    pub async fn opens(&self) -> eum::Dialog {
        eu::get_dialog(&self.person, &self.dialog, None)
            .await
            .unwrap()
    }

    /// A page of three, from the first moment that this run may have made anything.
    pub async fn page(&self, token: Option<&str>) -> som::PaginatedListOfDialogListItem {
        so::search_dialogs(
            &self.owner,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            Some(given::in_days(-1)),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            Some(vec![given::label()]),
            None,
            None,
            token,
            Some(3),
        )
        .await
        .unwrap()
    }

    pub async fn deleted(&self) -> som::PaginatedListOfDialogListItem {
        so::search_dialogs(
            &self.owner,
            None,
            None,
            None,
            None,
            None,
            None,
            Some("Only"),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            Some(vec![given::label()]),
            None,
            None,
            None,
            None,
        )
        .await
        .unwrap()
    }

    /// A page of two of the person's.
    pub async fn found(&self, token: Option<&str>) -> eum::PaginatedListOfDialogListItem {
        let name = given::name();
        eu::search_dialogs(
            &self.person,
            None,
            None,
            Some(vec![given::PERSON.into()]),
            None,
            Some(&name),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            token,
            Some(2),
            None,
        )
        .await
        .unwrap()
    }
}

fn owner(token: &str) -> Configuration {
    Configuration {
        base_path: given("BASE"),
        oauth_access_token: Some(given(token)),
        ..Configuration::new()
    }
}

/// Where there are two ways to a token, the generated code sends the token once for each, which no server takes: it goes
/// into every request of the HTTP client instead.
fn person(token: &str) -> EndUserConfiguration {
    let mut headers = HeaderMap::new();
    let value = format!("Bearer {}", given(token)).parse().unwrap();
    headers.insert(AUTHORIZATION, value);
    EndUserConfiguration {
        base_path: given("BASE"),
        client: reqwest::Client::builder()
            .default_headers(headers)
            .build()
            .unwrap(),
        ..EndUserConfiguration::new()
    }
}
