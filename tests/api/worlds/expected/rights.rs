//! What somebody may know of rights: evidence, resources, parties.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        naive,
        world::{Held, Kind, Reference, Step},
    },
    Expected, refusal,
};

impl Expected<'_> {
    pub(super) fn lookup(&self, step: &Step, n: usize, by: Reference) -> Value {
        let dialog = self.dialog(n);
        if dialog.is_deleted || by != Reference::Dialog && !dialog.labels.contains(&by) {
            return refusal(404, "InstanceRef");
        }
        let shown = if by == Reference::Dialog {
            naive::shown_as(dialog)
        } else {
            by
        };
        let mut evidence = BTreeSet::new();
        if let Some(rights) = naive::rights(&self.settled.world, step.who, dialog.party) {
            let (roles, packages) =
                naive::opened_by(&self.settled.world.resources[dialog.resource]);
            evidence.extend(
                roles
                    .intersection(&rights.roles)
                    .map(|role| format!("Role urn:altinn:rolecode:{role}")),
            );
            evidence.extend(
                packages
                    .intersection(&rights.packages)
                    .map(|name| format!("AccessPackage urn:altinn:accesspackage:{name}")),
            );
            if rights.resources.contains(&dialog.resource) {
                let name = self.settled.resource(dialog.resource);
                evidence.insert(format!("ResourceDelegation urn:altinn:resource:{name}"));
            }
            let mut handed = rights.instances.iter();
            if handed
                .any(|one| one.resource == dialog.resource && one.dialog == n && one.by == shown)
            {
                evidence.insert(format!(
                    "InstanceDelegation {}",
                    self.settled.reference(n, shown)
                ));
            }
        }
        if evidence.is_empty() {
            return json!({"status": 403, "errors": ["Forbidden"], "text": "Forbidden"});
        }
        let is_harmless = self.is_low(step, dialog.resource);
        let title = dialog.texts.map(|texts| {
            if is_harmless && texts.harmless_title {
                format!("harmless title {n}")
            } else {
                format!("title {n}")
            }
        });
        json!({
            "status": 200, "evidence": evidence, "title": title, "level": step.level,
            "reference": self.settled.reference(n, shown),
        })
    }

    pub(super) fn resources(&self, step: &Step, parties: &[usize]) -> Value {
        if !self.is_known(step, !parties.is_empty()) {
            return json!({"status": 502});
        }
        let world = &self.settled.world;
        let mut found = BTreeSet::new();
        for dialog in &world.dialogs {
            let is_wanted = parties.is_empty() || parties.contains(&dialog.party);
            let rights = naive::rights(world, step.who, dialog.party);
            if is_wanted
                && rights.is_some_and(|rights| naive::opens(world, &rights, dialog.resource))
            {
                found.insert(self.settled.resource(dialog.resource));
            }
        }
        json!({"status": 200, "resources": found})
    }

    pub(super) fn parties(&self, step: &Step) -> Value {
        if !self.is_known(step, false) {
            return json!({"status": 502});
        }
        let represented = naive::represented(&self.settled.world, step.who);
        let parties: Vec<_> = represented
            .iter()
            .map(|held| self.listed_party(step, held))
            .collect();
        json!({"status": 200, "parties": parties})
    }

    fn listed_party(&self, step: &Step, held: &Held) -> Value {
        let world = &self.settled.world;
        let units: Vec<_> = held
            .units
            .iter()
            .map(|unit| self.listed_party(step, unit))
            .collect();
        let is_self = world.people[step.who].kind == Kind::Party(held.party);
        let leads = held
            .roles
            .iter()
            .any(|role| role.eq_ignore_ascii_case("DAGL"));
        json!([self.settled.party(held.party), is_self, leads, units])
    }
}
