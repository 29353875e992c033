//! Why a caller may see a dialog: the rights that lead to it.

use std::sync::Arc;

use super::{
    Represented, SubjectMap,
    party::{PACKAGE_PREFIX, ROLE_PREFIX},
};
use crate::named_enum;

named_enum! {
    /// What kind of right it is.
    pub enum IdentifierLookupGrantType {
        /// A role that the resource's policy names.
        Role = 1,
        /// An access package that the resource's policy names.
        AccessPackage = 2,
        /// The resource, delegated as a whole.
        ResourceDelegation = 3,
        /// This one dialog, delegated by itself.
        InstanceDelegation = 4,
    }
}

/// One right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What kind it is.
    pub grant_type: IdentifierLookupGrantType,
    /// The role, the access package, the resource or the reference, lower case.
    pub subject: Arc<str>,
}

/// The rights of the caller in a dialog of `party` about `resource`: roles and access packages, then the resource,
/// then the dialog. The latter counts when it was delegated under just the text `reference`. None at all: no access.
pub fn of(
    represented: &Represented,
    map: &SubjectMap,
    party: &str,
    resource: &str,
    reference: &str,
) -> Vec<Evidence> {
    let Some(held) = represented.held_of(party) else {
        return Vec::new();
    };
    let subjects = |prefix: &'static str| {
        represented
            .subjects_of(held)
            .iter()
            .filter(move |subject| subject.starts_with(prefix) && map.opens(subject, resource))
    };
    let direct = held.resources.iter().filter(|urn| ***urn == *resource);
    let instances = held
        .instances
        .iter()
        .filter(|instance| *instance.resource == *resource)
        .filter_map(|instance| instance.reference_text.as_deref())
        .filter(|text| *text == reference)
        .take(1);
    let evidence = |grant_type| {
        move |subject: &Arc<str>| Evidence {
            grant_type,
            subject: subject.clone(),
        }
    };
    subjects(ROLE_PREFIX)
        .map(evidence(IdentifierLookupGrantType::Role))
        .chain(subjects(PACKAGE_PREFIX).map(evidence(IdentifierLookupGrantType::AccessPackage)))
        .chain(direct.map(evidence(IdentifierLookupGrantType::ResourceDelegation)))
        .chain(instances.map(|text| Evidence {
            grant_type: IdentifierLookupGrantType::InstanceDelegation,
            subject: text.into(),
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authority::rights::party::PartyElement;

    #[test]
    fn rights_are_told_in_order_and_instances_by_the_text_of_the_reference() {
        let dialog = "urn:altinn:dialog-id:0198c1a2-0000-7000-8000-000000000000";
        let elements: Vec<PartyElement> = serde_json::from_value(json!([{
            "type": "Organization", "organizationNumber": "1",
            "authorizedRoles": ["UTINN", "DAGL", "REGNA"], "authorizedAccessPackages": ["post"],
            "authorizedResources": ["a"],
            "authorizedInstances": [{"resourceId": "a", "instanceRef": dialog}, {"resourceId": "b", "instanceRef": dialog}],
        }]))
        .unwrap();
        let represented = Represented::new(
            elements
                .into_iter()
                .filter_map(PartyElement::read)
                .collect(),
        );
        let subjects = [
            "urn:altinn:accesspackage:post",
            "urn:altinn:rolecode:dagl",
            "urn:altinn:rolecode:utinn",
        ];
        let map = SubjectMap::new(
            [(
                Arc::from("urn:altinn:resource:a"),
                subjects.map(str::to_owned).to_vec(),
            )],
            [],
        );
        let told = |party: &str, resource: &str, reference: &str| -> Vec<String> {
            let party = format!("urn:altinn:organization:identifier-no:{party}");
            let resource = format!("urn:altinn:resource:{resource}");
            of(&represented, &map, &party, &resource, reference)
                .into_iter()
                .map(|one| format!("{:?} {}", one.grant_type, one.subject))
                .collect()
        };
        let rights = [
            "Role urn:altinn:rolecode:dagl",
            "Role urn:altinn:rolecode:utinn",
            "AccessPackage urn:altinn:accesspackage:post",
            "ResourceDelegation urn:altinn:resource:a",
        ];
        assert_eq!(told("1", "a", "urn:altinn:instance-id:1/x"), rights);
        let of_the_dialog = format!("InstanceDelegation {dialog}");
        assert_eq!(
            &told("1", "a", dialog)[4..],
            std::slice::from_ref(&of_the_dialog)
        );
        assert_eq!(told("1", "b", dialog), [of_the_dialog]);
        assert!(told("1", "c", dialog).is_empty());
        assert!(told("2", "a", dialog).is_empty());
    }
}
