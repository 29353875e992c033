//! Labels in request bodies: those of the system, on one dialog or many, and the service owner's own.

use std::{
    collections::{BTreeSet, HashSet},
    mem,
};

use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    check::{Check, Invalid, Purpose, Rules, Valid},
    input::{ActorInput, CreateDialogServiceOwnerLabel},
    part,
};
use crate::{
    dialog::{
        actor::Actor,
        id::Ids,
        label::{LabelChange, SystemLabel},
        limits,
        reading::Choice,
        timestamp::Timestamp,
        violations::Violations,
    },
    json::{self, Cursor, Read, Refusal},
    json_object,
};

/// The name that the API gives to the bodies of bulks and labels as a whole; the members of others stand for themselves.
const ROOT: &str = "dto";

/// Declares a body with members that name labels, and members of its own.
macro_rules! label_body {
    ($(#[$meta:meta])* $name:ident as $schema:ident { $($(#[$of:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Default, ToSchema)]
        #[schema(as = $schema, rename_all = "camelCase")]
        pub struct $name {
            $($(#[$of])* $field: $type,)*
            /// Labels to set; of several places for the dialog, the last one counts.
            #[schema(value_type = Vec<SystemLabel>, nullable)]
            add_labels: Vec<Choice<SystemLabel>>,
            /// Labels to remove, before any is set.
            #[schema(value_type = Vec<SystemLabel>, nullable)]
            remove_labels: Vec<Choice<SystemLabel>>,
            /// The old name of `addLabels`.
            #[schema(value_type = Vec<SystemLabel>, nullable, deprecated)]
            system_labels: Vec<Choice<SystemLabel>>,
        }

        impl Read for $name {
            fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
                let mut body = Self::default();
                cursor.object(|cursor, name| {
                    $(if json::is_member(name, stringify!($field)) {
                        body.$field = Read::read(cursor)?;
                        return Ok(true);
                    })*
                    if json::is_member(name, "add_labels") {
                        // Given under both names, what stands first is added first.
                        body.add_labels = mem::take(&mut body.system_labels);
                        body.add_labels.append(&mut Read::read(cursor)?);
                    } else if json::is_member(name, "system_labels") {
                        body.system_labels = Read::read(cursor)?;
                    } else if json::is_member(name, "remove_labels") {
                        body.remove_labels = Read::read(cursor)?;
                    } else {
                        return Ok(false);
                    }
                    Ok(true)
                })?;
                Ok(body)
            }
        }

        impl $name {
            fn labels(&mut self) -> Labels {
                let mut added = mem::take(&mut self.add_labels);
                added.append(&mut self.system_labels);
                Labels { added, removed: mem::take(&mut self.remove_labels) }
            }
        }
    };
}

label_body! {
    /// What an end user wants of the system labels of a dialog.
    SetSystemLabels as SetDialogSystemLabelRequest {}
}

label_body! {
    /// What a service owner wants of the system labels of a dialog.
    SetSystemLabelsAs as SetDialogSystemLabelRequest {
        /// Who does it; only admins may say so, and only where they act for nobody.
        #[schema(value_type = Option<Actor>)]
        performed_by: Option<ActorInput>,
    }
}

label_body! {
    /// What an end user wants of the system labels of several dialogs.
    BulkSetSystemLabels as BulkSetSystemLabel {
        /// 1 to 100 dialogs, each once.
        #[schema(value_type = Vec<DialogRevision>, nullable)]
        dialogs: Vec<Option<DialogRevision>>,
    }
}

label_body! {
    /// What a service owner wants of the system labels of several dialogs.
    BulkSetSystemLabelsAs as BulkSetSystemLabel {
        /// 1 to 200 dialogs, each once.
        #[schema(value_type = Vec<DialogRevision>, nullable)]
        dialogs: Vec<Option<DialogRevision>>,
        /// Who does it; only admins may say so, and only where they act for nobody.
        #[schema(value_type = Option<Actor>)]
        performed_by: Option<ActorInput>,
    }
}

/// One of the dialogs of a bulk.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct DialogRevision {
    /// Identifier; that of no dialog when left out.
    pub dialog_id: Uuid,
    /// The revision of the labels that the client expects.
    pub end_user_context_revision: Option<Uuid>,
}

json_object!(DialogRevision {
    dialog_id,
    end_user_context_revision,
});

/// A label that a service owner adds to a dialog.
#[derive(Clone, Default, ToSchema)]
pub struct CreateServiceOwnerLabel {
    /// 3 to 255 characters; blanks around and letter case do not count.
    #[schema(value_type = String)]
    pub value: Option<String>,
}

json_object!(CreateServiceOwnerLabel { value: never_null });

/// A valid bulk.
#[derive(Clone)]
pub struct LabelBulk {
    /// Each dialog once, in the order of the request.
    pub dialogs: Vec<DialogRevision>,
    /// What becomes of their labels.
    pub change: LabelChange,
}

impl LabelBulk {
    /// The dialogs.
    pub fn ids(&self) -> Vec<Uuid> {
        self.dialogs.iter().map(|dialog| dialog.dialog_id).collect()
    }
}

impl SetSystemLabels {
    /// Everything that is wrong, or the change.
    pub fn validate(mut self, now: Timestamp) -> Result<LabelChange, Violations> {
        checked(now, "", |check| self.labels().check(check))
    }
}

impl SetSystemLabelsAs {
    /// Everything that is wrong, or the change and who is said to make it. Exactly one of the two must be given: a person
    /// that the caller acts for, beside the body, or an actor in it.
    pub fn validate(
        mut self,
        for_person: bool,
        now: Timestamp,
    ) -> Result<(LabelChange, Option<Actor>), Violations> {
        by_one(for_person, self.performed_by.is_some(), || {
            checked(now, "", |check| {
                let change = self.labels().check(check);
                let actor = performer(check, self.performed_by);
                Ok((change?, actor?))
            })
        })
    }
}

impl BulkSetSystemLabels {
    /// Everything that is wrong, or the bulk.
    pub fn validate(mut self, now: Timestamp) -> Result<LabelBulk, Violations> {
        checked(now, ROOT, |check| {
            let labels = self.labels();
            bulk(check, self.dialogs, limits::END_USER_BULK, labels)
        })
    }
}

impl BulkSetSystemLabelsAs {
    /// Everything that is wrong, or the bulk and who is said to make it, as for one dialog.
    pub fn validate(
        mut self,
        for_person: bool,
        now: Timestamp,
    ) -> Result<(LabelBulk, Option<Actor>), Violations> {
        by_one(for_person, self.performed_by.is_some(), || {
            checked(now, ROOT, |check| {
                let labels = self.labels();
                let bulk = bulk(check, self.dialogs, limits::SERVICE_OWNER_BULK, labels);
                let actor = performer(check, self.performed_by);
                Ok((bulk?, actor?))
            })
        })
    }
}

/// What is wrong with a bulk that is null.
pub fn missing_bulk() -> Violations {
    Violations::one(ROOT, "The body must not be null.")
}

/// The labels of a body, under whatever names they came.
struct Labels {
    added: Vec<Choice<SystemLabel>>,
    removed: Vec<Choice<SystemLabel>>,
}

impl Labels {
    fn check(self, check: &mut Check<'_>) -> Valid<LabelChange> {
        let added = check.each("addLabels", self.added, settable);
        let removed = check.each("removeLabels", self.removed, settable);
        Ok(LabelChange::new(&removed?, &added?))
    }
}

fn bulk(
    check: &mut Check<'_>,
    dialogs: Vec<Option<DialogRevision>>,
    most: usize,
    labels: Labels,
) -> Valid<LabelBulk> {
    const MEMBER: &str = "dialogs";
    let count = dialogs.len();
    if !(1..=most).contains(&count) {
        check.tell_of(
            MEMBER,
            format!("Must hold 1 to {most} dialogs. You entered {count}."),
        );
    }
    let mut seen = HashSet::new();
    let twice: BTreeSet<Uuid> = dialogs
        .iter()
        .flatten()
        .map(|dialog| dialog.dialog_id)
        .filter(|id| !seen.insert(*id))
        .collect();
    if !twice.is_empty() {
        let ids: Vec<_> = twice.iter().take(most).map(Uuid::to_string).collect();
        let message = format!("Must not contain duplicates: {}.", ids.join(", "));
        check.tell_of(MEMBER, message);
    }
    let dialogs = check.each(MEMBER, dialogs, |check, dialog| {
        dialog.ok_or_else(|| {
            check.tell("A dialog must not be null.");
            Invalid
        })
    });
    let change = labels.check(check);
    Ok(LabelBulk {
        dialogs: dialogs?,
        change: change?,
    })
}

impl CreateServiceOwnerLabel {
    /// The label as it is stored, or everything that is wrong with the list of labels once it stands at its end.
    pub fn validate(self, existing: &[String], now: Timestamp) -> Result<String, Violations> {
        let label = |value| CreateDialogServiceOwnerLabel { value };
        let word = self
            .value
            .as_deref()
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        let all = existing
            .iter()
            .map(|value| label(Some(value.clone())))
            .chain([label(self.value)])
            .collect();
        checked(now, ROOT, |check| {
            part::service_owner_labels(check, all)?;
            Ok(word)
        })
    }
}

fn checked<T>(
    now: Timestamp,
    root: &str,
    check: impl FnOnce(&mut Check<'_>) -> Valid<T>,
) -> Result<T, Violations> {
    let rules = Rules {
        now,
        admin: false,
        silent: false,
        correspondence_scope: false,
        legacy_html_scope: false,
    };
    let mut ids = Ids::at(now);
    let mut state = Check::new(rules, Purpose::Update, root, &mut ids);
    let valid = check(&mut state);
    state.finish(valid).map(|(valid, _)| valid)
}

fn settable(check: &mut Check<'_>, choice: Choice<SystemLabel>) -> Valid<SystemLabel> {
    match choice {
        Choice::Known(SystemLabel::Sent) => {
            check.tell("The label 'Sent' cannot be added or removed manually.");
            Err(Invalid)
        }
        Choice::Known(label) => Ok(label),
        Choice::Unknown(_) => {
            check.tell("There is no label with this number.");
            Err(Invalid)
        }
    }
}

/// Adds to what is wrong otherwise that not exactly one is named who does it.
fn by_one<T>(
    for_person: bool,
    by_actor: bool,
    validate: impl FnOnce() -> Result<T, Violations>,
) -> Result<T, Violations> {
    let mut violations = Violations::default();
    if for_person == by_actor {
        violations.add(
            "endUserId",
            "Exactly one of the parameter 'endUserId' and the member 'performedBy' must be given.",
        );
    }
    match validate() {
        Ok(valid) => violations.into_result(valid),
        Err(more) => {
            violations.extend(more);
            Err(violations)
        }
    }
}

fn performer(check: &mut Check<'_>, input: Option<ActorInput>) -> Valid<Option<Actor>> {
    input
        .map(|input| part::actor(check, "performedBy", Some(input)))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::new(chrono::DateTime::from_timestamp(1_750_000_000, 0).unwrap())
    }

    fn keys<T>(outcome: Result<T, Violations>) -> Vec<String> {
        let violations = outcome.err().unwrap_or_default();
        let keys = violations
            .iter()
            .map(|(key, messages)| format!("{key}×{}", messages.len()));
        keys.collect()
    }

    fn set(body: &str) -> Result<LabelChange, Violations> {
        json::read::<SetSystemLabels>(body.as_bytes())
            .unwrap()
            .validate(now())
    }

    fn bulk(body: &str) -> Result<LabelBulk, Violations> {
        json::read::<BulkSetSystemLabels>(body.as_bytes())
            .unwrap()
            .validate(now())
    }

    #[test]
    fn both_names_of_the_added_labels_count_in_the_order_in_which_they_stand() {
        use SystemLabel::*;

        let change = |removed: &[_], added: &[_]| Ok(LabelChange::new(removed, added));
        assert_eq!(
            set(
                r#"{"systemLabels": ["Bin"], "addLabels": ["Archive", 4], "REMOVELABELS": ["bin"]}"#
            ),
            change(&[Bin], &[Bin, Archive, MarkedAsUnopened])
        );
        assert_eq!(
            set(r#"{"addLabels": ["Archive"], "systemLabels": ["Bin"], "performedBy": 7}"#),
            change(&[], &[Archive, Bin])
        );
        assert_eq!(set("{}"), change(&[], &[]));
    }

    #[test]
    fn labels_that_only_the_system_sets_and_numbers_without_a_label_are_refused() {
        assert_eq!(
            keys(set(
                r#"{"addLabels": ["Bin", "Sent"], "systemLabels": [9], "removeLabels": ["sent"]}"#
            )),
            ["addLabels[1]×1", "addLabels[2]×1", "removeLabels[0]×1"]
        );
    }

    #[test]
    fn a_bulk_names_some_dialogs_each_once() {
        let a = "0198c1a2-0000-7000-8000-000000000000";
        let of = |dialogs: &str| {
            keys(bulk(&format!(
                "{{\"dialogs\": {dialogs}, \"addLabels\": [\"Sent\"]}}"
            )))
        };
        let one = format!("{{\"dialogId\": \"{a}\"}}");
        let upper = one.to_uppercase().replace("DIALOGID", "dialogId");
        assert_eq!(of(&format!("[{one}]")), ["dto.addLabels[0]×1"]);
        assert_eq!(of("[]"), ["dto.addLabels[0]×1", "dto.dialogs×1"]);
        assert_eq!(
            of(&format!("[{one}, {upper}]")),
            ["dto.addLabels[0]×1", "dto.dialogs×1"]
        );
        let many = vec![one.as_str(); 101].join(",");
        assert_eq!(
            of(&format!("[{many}]")),
            ["dto.addLabels[0]×1", "dto.dialogs×2"]
        );
        assert_eq!(
            of(&format!("[{one}, null]")),
            ["dto.addLabels[0]×1", "dto.dialogs[1]×1"]
        );
        assert_eq!(keys(bulk("{}")), ["dto.dialogs×1"]);
        assert_eq!(
            bulk("{\"dialogs\": [{}]}").unwrap().dialogs[0].dialog_id,
            Uuid::nil()
        );
    }

    #[test]
    fn a_service_owner_acts_for_a_person_or_names_an_actor_and_not_both() {
        let of = |body: &str, for_person| {
            let body: SetSystemLabelsAs = json::read(body.as_bytes()).unwrap();
            keys(body.validate(for_person, now()).map(|(_, actor)| actor))
        };
        let by = r#"{"performedBy": {"actorType": "ServiceOwner"}}"#;
        assert_eq!(of("{}", true), [""; 0]);
        assert_eq!(of(by, false), [""; 0]);
        assert_eq!(of(r#"{"performedBy": null}"#, true), [""; 0]);
        assert_eq!(of("{}", false), ["endUserId×1"]);
        assert_eq!(of(by, true), ["endUserId×1"]);
        assert_eq!(
            of(
                r#"{"performedBy": {"actorType": "ServiceOwner", "actorName": "x"}, "addLabels": ["Sent"]}"#,
                false
            ),
            ["addLabels[0]×1", "performedBy×1"]
        );
    }

    #[test]
    fn a_service_owner_label_is_judged_at_the_end_of_the_list() {
        let of = |count: usize, value: &str| {
            let existing: Vec<_> = (0..count).map(|n| format!("label-{n}")).collect();
            let value = Some(value.to_owned());
            CreateServiceOwnerLabel { value }.validate(&existing, now())
        };
        assert_eq!(of(3, "  Zebra ").as_deref(), Ok("zebra"));
        assert_eq!(keys(of(3, "ab")), ["dto.serviceOwnerLabels[3].value×1"]);
        assert_eq!(keys(of(3, " ab ")), ["dto.serviceOwnerLabels[3].value×1"]);
        assert_eq!(keys(of(3, "")), ["dto.serviceOwnerLabels[3].value×2"]);
        assert_eq!(
            keys(of(3, &"x".repeat(256))),
            ["dto.serviceOwnerLabels[3].value×1"]
        );
        assert_eq!(keys(of(3, " LABEL-1 ")), ["dto.serviceOwnerLabels×1"]);
        assert_eq!(keys(of(20, "another")), ["dto.serviceOwnerLabels×1"]);
        assert_eq!(keys(of(20, "label-1")), ["dto.serviceOwnerLabels×2"]);
        let nothing = CreateServiceOwnerLabel::default().validate(&[], now());
        assert_eq!(keys(nothing), ["dto.serviceOwnerLabels[0].value×1"]);
    }
}
