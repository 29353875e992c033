//! What somebody sees of a dialog, and what seeing and labelling it changes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        naive::{self, Pair},
        world::{Moment, Place, Step, Texts, Transmission},
    },
    Expected, refusal,
};

const UNAUTHORIZED: &str = "urn:dialogporten:unauthorized";
const EXPIRED: &str = "urn:dialogporten:expired";

impl Expected<'_> {
    pub(super) fn get(&mut self, step: &Step, n: usize) -> Value {
        let dialog = self.dialog(n);
        let permitted = naive::permitted(
            &self.settled.world,
            step.who,
            n,
            true,
            &dialog.transmissions,
        );
        if !naive::has_main(&permitted) && !naive::finds(&self.settled.world, step.who, n) {
            return json!({"status": 403, "errors": ["Forbidden"], "text": "Forbidden"});
        }
        if dialog.is_deleted {
            return refusal(410, "DialogEntity");
        }
        if let Some(refused) = self.refused_at_this_time(step, dialog) {
            return refused;
        }
        self.see(step.who, n);
        let flag = |action: &'static str, attribute| naive::may_use(&permitted, action, attribute);
        let link = |is_permitted: bool, url: &str| {
            if is_permitted {
                url.to_owned()
            } else {
                UNAUTHORIZED.to_owned()
            }
        };
        let gui = dialog.gui_actions.iter().map(|action| {
            let is_permitted = flag(action.name, action.attribute);
            json!([is_permitted, link(is_permitted, "https://example.com/go")])
        });
        let api = dialog.api_actions.iter().map(|action| {
            let is_permitted = flag(action.name, action.attribute);
            json!([
                is_permitted,
                link(is_permitted, "https://example.com/api"),
                "https://example.com/docs"
            ])
        });
        let attachments = dialog
            .attachments
            .iter()
            .map(|expires| until(*expires, "https://example.com/a.pdf"));
        let reference = dialog.texts.filter(|texts| texts.reference).map(|_| {
            let is_permitted = flag("read", None);
            json!([is_permitted, link(is_permitted, "https://example.com/m")])
        });
        let token: BTreeSet<String> = permitted
            .iter()
            .map(|(action, attribute)| match attribute {
                None => (*action).to_owned(),
                Some(attribute) => format!("{action},{}", self.settled.attribute(*attribute)),
            })
            .collect();
        json!({
            "status": 200,
            "title": dialog.texts.map(|_| format!("title {n}")),
            "gui": gui.collect::<Vec<_>>(),
            "api": api.collect::<Vec<_>>(),
            "attachments": attachments.collect::<Vec<_>>(),
            "reference": reference,
            "transmissions": dialog.transmissions.iter().map(|sent| transmission(&permitted, sent)).collect::<Vec<_>>(),
            "token": token,
            "level": step.level,
            "labels": [format!("{:?}", self.states[n].place)],
            "activities": dialog.activities,
        })
    }

    /// A view is written down once per viewer and state of the content, and takes the mark off.
    fn see(&mut self, who: usize, n: usize) {
        let state_of = |expected: &Self, who| (who, expected.states[n].is_content_seen);
        let mine = state_of(self, who);
        let has_seen = |seen: &[(usize, bool)], it: (usize, bool), expected: &Self| {
            seen.iter()
                .any(|one| expected.is_same(one.0, it.0) && one.1 == it.1)
        };
        let has_any = self.states[n]
            .seen
            .iter()
            .any(|one| self.is_same(one.0, who));
        let is_noted = has_seen(&self.states[n].seen, mine, self);
        let state = &mut self.states[n];
        if has_any && state.is_content_seen && !state.is_marked {
            return;
        }
        if !is_noted {
            state.seen.push(mine);
        }
        if state.is_marked {
            state.is_marked = false;
            state.log.push("remove MarkedAsUnopened".into());
        }
        state.is_content_seen = true;
    }

    pub(super) fn set_labels(&mut self, step: &Step, dialogs: &[usize], add: &str) -> Value {
        let finds = |n: &usize| naive::finds(&self.settled.world, step.who, *n);
        let is_deleted = |n: &usize| self.dialog(*n).is_deleted;
        if let [n] = dialogs {
            if is_deleted(n) {
                return refusal(404, "DialogEntity");
            }
            if !finds(n) {
                return refusal(403, "Forbidden");
            }
        }
        let refused = dialogs.iter().filter(|n| is_deleted(n) || !finds(n));
        let named: BTreeSet<_> = refused.map(|n| &self.settled.dialogs[*n].id).collect();
        if !named.is_empty() {
            return json!({"status": 404, "errors": ["DialogEntity"], "named": named});
        }
        for n in dialogs {
            self.set_label(*n, add);
        }
        json!({"status": 204})
    }

    fn set_label(&mut self, n: usize, add: &str) {
        let state = &mut self.states[n];
        if add == "MarkedAsUnopened" {
            if !state.is_marked {
                state.log.push(format!("set {add}"));
            }
            state.is_marked = true;
            return;
        }
        let place = if add == "Bin" {
            Place::Bin
        } else {
            Place::Archive
        };
        if state.place != place {
            state.log.push(format!("set {add}"));
            if state.place != Place::Default {
                state.log.push(format!("remove {:?}", state.place));
            }
        }
        state.place = place;
    }
}

fn until(expires: Option<Moment>, url: &str) -> String {
    match expires {
        Some(Moment::Before) => EXPIRED.to_owned(),
        Some(Moment::Now | Moment::After) | None => url.to_owned(),
    }
}

/// The flag and every link of a transmission.
pub(super) fn transmission(permitted: &BTreeSet<Pair>, sent: &Transmission) -> Value {
    let is_permitted = naive::may_open(permitted, sent);
    let link = |expires: Option<Moment>, url: &str| {
        if is_permitted {
            until(expires, url)
        } else {
            UNAUTHORIZED.to_owned()
        }
    };
    let links = |expires: &[Option<Moment>], url: &str| -> Vec<_> {
        expires.iter().map(|expires| link(*expires, url)).collect()
    };
    json!({
        "isAuthorized": is_permitted,
        "reference": sent.has_reference.then(|| link(None, "https://example.com/t")),
        "attachments": links(&sent.attachments, "https://example.com/a.pdf"),
        "links": links(&sent.links, "https://example.com/n"),
    })
}

/// Title and summary in lists.
pub(super) fn listed(n: usize, texts: Texts, is_low: bool) -> Value {
    let title = if is_low && texts.harmless_title {
        "harmless title"
    } else {
        "title"
    };
    let summary = match (texts.summary, texts.harmless_summary) {
        (true, true) if is_low => Some("harmless summary"),
        (true, _) => Some("summary"),
        (false, true) => Some("harmless summary"),
        (false, false) => None,
    };
    json!([
        format!("{title} {n}"),
        summary.map(|text| format!("{text} {n}"))
    ])
}
