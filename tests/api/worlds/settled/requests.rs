//! What is sent: the dialogs of a world, and the questions about it.

use dialogporten::auth::local_issuer::Holder;
use serde_json::{Value, json};

use super::{
    super::world::{
        Action, Asks, Dialog, Kind, Moment, PartyKind, Place, Reference, Step, Texts, Transmission,
    },
    LATER, Settled,
};
use crate::support::{
    Answer, Caller, FOUND, Town, activity, api_action, attachment, content, embed, gui_action,
    texts, transmission, with,
};

const LOOKUP: &str = "/api/v1/enduser/dialoglookup";

impl Settled {
    fn caller<'t>(&self, town: &'t Town, step: &Step) -> Caller<'t> {
        let holder = match self.world.people[step.who].kind {
            Kind::System => Holder::SystemUser {
                id: self.systems[step.who],
                owner: self.organization.clone(),
                number: self.organization.clone(),
            },
            Kind::Party(party) if self.world.parties[party] == PartyKind::Address => {
                Holder::EmailUser {
                    email: self.parties[party].clone(),
                }
            }
            Kind::Party(party) => Holder::EndUser {
                pid: self.parties[party].clone(),
            },
        };
        town.holder(&holder, &holder.usual_scopes(), step.level)
    }

    /// Creates the dialogs, [`LATER`] before anything is asked.
    pub async fn create(&self, town: &Town) {
        for (n, dialog) in self.world.dialogs.iter().enumerate() {
            let id = town.owner().creates(self.body(town, n, dialog)).await;
            if dialog.is_deleted {
                town.owner().deletes(&id).await;
            }
        }
    }

    /// Asks one thing.
    pub async fn ask(&self, town: &Town, step: &Step) -> Answer {
        let caller = self.caller(town, step);
        let part =
            |dialog: usize, below: &str| format!("{FOUND}/{}/{below}", self.dialogs[dialog].id);
        let query = |parties: &[usize], resources: &[usize]| -> Vec<String> {
            let parties = parties
                .iter()
                .map(|party| format!("party={}", self.party(*party)));
            let resources = resources
                .iter()
                .map(|r| format!("serviceResource={}", self.resource_urn(*r)));
            parties.chain(resources).collect()
        };
        match &step.asks {
            Asks::Search {
                parties,
                resources,
                place,
            } => {
                let mut query = query(parties, resources);
                query.extend(place.map(|place| format!("systemLabel={place:?}")));
                caller.finds(&query.join("&")).await
            }
            Asks::Get(dialog) => caller.opens(&self.dialogs[*dialog].id).await,
            Asks::Activities(dialog) => caller.get(&part(*dialog, "activities")).await,
            Asks::Activity(dialog, n) => {
                let id = &self.dialogs[*dialog].activities[*n];
                caller
                    .get(&part(*dialog, &format!("activities/{id}")))
                    .await
            }
            Asks::Transmissions(dialog) => caller.get(&part(*dialog, "transmissions")).await,
            Asks::Transmission(dialog, n) => {
                let id = &self.dialogs[*dialog].transmissions[*n];
                caller
                    .get(&part(*dialog, &format!("transmissions/{id}")))
                    .await
            }
            Asks::SeenLog(dialog) => caller.get(&part(*dialog, "seenlog")).await,
            Asks::SeenEntry(dialog) => {
                caller
                    .get(&part(*dialog, &format!("seenlog/{}", town.id())))
                    .await
            }
            Asks::LabelLog(dialog) => caller.get(&part(*dialog, "context/labellog")).await,
            Asks::SetLabels { dialogs, add } => {
                let ids: Vec<_> = dialogs.iter().map(|n| &self.dialogs[*n].id).collect();
                if let [id] = ids[..] {
                    return caller.labels(id, &[add], &[]).await;
                }
                let path = format!("{FOUND}/context/systemlabels/actions/bulkset");
                let ids: Vec<_> = ids.iter().map(|id| json!({"dialogId": id})).collect();
                let body = json!({"dialogs": ids, "addLabels": [add]});
                caller.post(&path, &body).await
            }
            Asks::Lookup(dialog, by) => {
                caller
                    .get(&format!(
                        "{LOOKUP}?instanceRef={}",
                        self.reference(*dialog, *by)
                    ))
                    .await
            }
            Asks::Resources(parties) => {
                let query = query(parties, &[]).join("&");
                caller
                    .get(&format!("/api/v1/enduser/serviceresources?{query}"))
                    .await
            }
            Asks::Parties => caller.get("/api/v1/enduser/parties").await,
        }
    }

    fn body(&self, town: &Town, n: usize, dialog: &Dialog) -> Value {
        let named = &self.dialogs[n];
        let labels = dialog.labels.iter().map(|label| match label {
            Reference::Instance => format!(
                "urn:altinn:integration:storage:{}/{}",
                n + 1,
                named.instance
            ),
            label => self.reference(n, *label),
        });
        let labels: Vec<_> = labels.map(|label| json!({"value": label})).collect();
        let sent = dialog.transmissions.iter().zip(&named.transmissions);
        let body = json!({
            "id": named.id,
            "serviceResource": self.resource_urn(dialog.resource),
            "party": self.party(dialog.party),
            "isApiOnly": dialog.texts.is_none(),
            "visibleFrom": dialog.visible_from.map(|moment| at(town, moment)),
            "expiresAt": dialog.expires_at.map(|moment| at(town, moment)),
            "systemLabel": match dialog.place {
                Place::Default => Value::Null,
                place => format!("{place:?}").into(),
            },
            "serviceOwnerContext": {"serviceOwnerLabels": labels},
            "guiActions": dialog.gui_actions.iter().map(|action| self.action(gui_action(action.name), action)).collect::<Vec<_>>(),
            "apiActions": dialog.api_actions.iter().map(|action| self.action(api_action(action.name), action)).collect::<Vec<_>>(),
            "attachments": dialog.attachments.iter().map(|expires| expiring(town, attachment(), *expires)).collect::<Vec<_>>(),
            "transmissions": sent.map(|(sent, id)| self.transmission(town, sent, id)).collect::<Vec<_>>(),
            "activities": named.activities.iter().take(dialog.activities)
                .map(|id| with(activity("FormSaved"), json!({"id": id}))).collect::<Vec<_>>(),
        });
        dialog.texts.map_or(body.clone(), |texts| {
            with(body, json!({"content": written(n, texts)}))
        })
    }

    fn action(&self, body: Value, action: &Action) -> Value {
        with(
            body,
            json!({"authorizationAttribute": action.attribute.map(|a| self.attribute(a))}),
        )
    }

    fn transmission(&self, town: &Town, sent: &Transmission, id: &str) -> Value {
        let mut body = with(
            transmission("Information"),
            json!({"id": id, "authorizationAttribute": sent.attribute.map(|a| self.attribute(a))}),
        );
        if sent.has_reference {
            body["content"]["contentReference"] = embed("https://example.com/t");
        }
        let link = json!({"title": texts(&[("nb", "Gå")]), "url": "https://example.com/n"});
        let expiring = |part: &Value, moments: &[Option<Moment>]| -> Vec<Value> {
            moments
                .iter()
                .map(|expires| expiring(town, part.clone(), *expires))
                .collect()
        };
        with(
            body,
            json!({
                "attachments": expiring(&attachment(), &sent.attachments),
                "navigationalActions": expiring(&link, &sent.links),
            }),
        )
    }
}

fn at(town: &Town, moment: Moment) -> String {
    town.after(match moment {
        Moment::Before => LATER / 2,
        Moment::Now => LATER,
        Moment::After => LATER * 2,
    })
}

fn expiring(town: &Town, body: Value, expires: Option<Moment>) -> Value {
    match expires {
        Some(moment) => with(body, json!({"expiresAt": at(town, moment)})),
        None => body,
    }
}

/// The texts of a dialog; each tells which it is.
fn written(n: usize, texts: Texts) -> Value {
    let optional = |wanted: bool, text: &str| {
        if wanted {
            content(&format!("{text} {n}"))
        } else {
            Value::Null
        }
    };
    with(
        json!({"title": content(&format!("title {n}"))}),
        json!({
            "nonSensitiveTitle": optional(texts.harmless_title, "harmless title"),
            "summary": optional(texts.summary, "summary"),
            "nonSensitiveSummary": optional(texts.harmless_summary, "harmless summary"),
            "mainContentReference": if texts.reference { embed("https://example.com/m") } else { Value::Null },
        }),
    )
}
