//! A small made-up world to begin with: what a server without configuration knows. It is copied to disk once, so that
//! it can be edited.

use std::{fs, io, path::Path};

/// The resource that the first steps use.
pub const RESOURCE: &str = "urn:altinn:resource:ttd-demo-service";

/// Short name of the service owner that owns it.
pub const ORG: &str = "ttd";

/// Number of the service owner's organization.
pub const ORG_NUMBER: &str = "991825827";

/// A person; represents herself and [`COMPANY`].
pub const PERSON: &str = "08844397713";

/// A person who represents only himself.
pub const OTHER_PERSON: &str = "13838599936";

/// A company.
pub const COMPANY: &str = "310923044";

/// A system user; represents another company by an access package.
pub const SYSTEM_USER: &str = "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";

const FILES: [(&str, &str); 12] = [
    ("README.md", include_str!("README.md")),
    ("resources.json", include_str!("resources.json")),
    ("orgs.json", include_str!("orgs.json")),
    ("parties.json", include_str!("parties.json")),
    ("names.json", include_str!("names.json")),
    ("roles.json", include_str!("roles.json")),
    ("accesspackages.json", include_str!("accesspackages.json")),
    (
        "policies/ttd-demo-service.xml",
        include_str!("policies/ttd-demo-service.xml"),
    ),
    (
        "policies/ttd-demo-letter.xml",
        include_str!("policies/ttd-demo-letter.xml"),
    ),
    (
        "policies/ttd-demo-health.xml",
        include_str!("policies/ttd-demo-health.xml"),
    ),
    (
        "policies/app_ttd_demo-form.xml",
        include_str!("policies/app_ttd_demo-form.xml"),
    ),
    (
        "policies/dmo-demo-permit.xml",
        include_str!("policies/dmo-demo-permit.xml"),
    ),
];

/// Writes the world to `directory`, unless there is one already, and says whether it did. The directory appears
/// whole or not at all, so that a start that was cut off does no harm.
pub fn install(directory: &Path) -> io::Result<bool> {
    if directory.exists() {
        return Ok(false);
    }
    let mut name = directory.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let unfinished = directory.with_file_name(name);
    let installed = write(&unfinished).and_then(|()| fs::rename(&unfinished, directory));
    if installed.is_err() {
        // What is left of it is of no use; the error that is told is the first one.
        fs::remove_dir_all(&unfinished).ok();
    }
    match installed {
        Err(_) if directory.exists() => Ok(false),
        other => other.map(|()| true),
    }
}

fn write(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory.join("policies"))?;
    for (name, text) in FILES {
        fs::write(directory.join(name), text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        authority::{
            Question, Subject,
            local::{Snapshot, directory, fixture},
            question::Pair,
        },
        dialog::party::PartyUrn,
    };

    fn installed() -> (fixture::Directory, Snapshot, usize) {
        let directory = fixture::Directory::new(&json!({}));
        let world = directory.path().join("platform");
        assert!(install(&world).unwrap());
        assert!(!install(&world).unwrap());
        let mut skipped = Vec::new();
        let files = directory::read(&world).unwrap();
        let snapshot = Snapshot::new(&files, &mut skipped).unwrap();
        (directory, snapshot, skipped.len())
    }

    fn permitted(
        snapshot: &Snapshot,
        who: &str,
        party: &str,
        resource: &str,
        pairs: &str,
    ) -> String {
        let subject = Subject::new(PartyUrn::parse_user(who).unwrap());
        let pairs = pairs.split(';').map(|pair| match pair.split_once(',') {
            Some((action, attribute)) => Pair::new(action, Some(attribute)),
            None => Pair::new(pair, None),
        });
        let question = Question::new(fixture::target(party, resource), pairs);
        super::super::decision::decide(snapshot, &subject, &question).token_actions()
    }

    #[test]
    fn the_world_is_whole() {
        let (_directory, snapshot, skipped) = installed();
        assert_eq!(skipped, 0);
        assert_eq!(snapshot.registry.owned_by(ORG_NUMBER).len(), 4);
        assert_eq!(snapshot.registry.org_of(ORG_NUMBER), Some(ORG));
        for resource in snapshot.registry.resources() {
            assert!(
                snapshot.policies.of(&resource.urn).is_some(),
                "{}",
                resource.urn
            );
            assert!(snapshot.registry.service_owner(&resource.owner).is_some());
            let subjects = snapshot.subject_map.subjects_of(&resource.urn);
            assert!(!subjects.is_empty());
            for subject in subjects {
                let is_known = snapshot.metadata.role(subject).is_some()
                    || snapshot.metadata.package(subject).is_some();
                assert!(is_known, "{subject}");
            }
        }
        let level = |id: &str| {
            snapshot
                .levels
                .minimum(&format!("urn:altinn:resource:{id}"))
        };
        assert_eq!(
            (
                level("ttd-demo-service"),
                level("ttd-demo-letter"),
                level("ttd-demo-health")
            ),
            (2, 0, 4)
        );
    }

    #[test]
    fn its_people_may_do_what_its_policies_say() {
        let (_directory, snapshot, _) = installed();
        let person = format!("urn:altinn:person:identifier-no:{PERSON}");
        let other = format!("urn:altinn:person:identifier-no:{OTHER_PERSON}");
        let helper = "urn:altinn:person:identifier-no:01819090013";
        let company = format!("urn:altinn:organization:identifier-no:{COMPANY}");
        let unit = "urn:altinn:organization:identifier-no:315010195";
        let system = format!("urn:altinn:systemuser:uuid:{SYSTEM_USER}");
        let client = "urn:altinn:organization:identifier-no:310057223";
        let all = "write;confirm;sign;transmissionread,attachments;transmissionread,others";
        let everything = "confirm;read;sign;transmissionread,attachments;write";
        for party in [&person, &company, unit] {
            assert_eq!(
                permitted(&snapshot, &person, party, RESOURCE, all),
                everything
            );
        }
        assert_eq!(
            permitted(&snapshot, &other, &other, RESOURCE, all),
            everything
        );
        assert_eq!(permitted(&snapshot, &other, &company, RESOURCE, all), "");
        assert_eq!(
            permitted(&snapshot, helper, &company, RESOURCE, all),
            "read;write"
        );
        assert_eq!(
            permitted(&snapshot, &system, client, RESOURCE, all),
            "read;write"
        );

        let resource = |id: &str| format!("urn:altinn:resource:{id}");
        let permit = resource("dmo-demo-permit");
        assert_eq!(
            permitted(&snapshot, &system, client, &permit, "write"),
            "read;write"
        );
        assert_eq!(
            permitted(&snapshot, helper, &company, &permit, "write"),
            "read;write"
        );
        assert_eq!(
            permitted(&snapshot, &person, &company, &permit, "write"),
            ""
        );
        let form = resource("app_ttd_demo-form");
        let tasks = "sign;sign,urn:altinn:task:Task_1;sign,urn:altinn:task:Task_2";
        assert_eq!(
            permitted(&snapshot, &person, &company, &form, tasks),
            "read;sign,urn:altinn:task:Task_2"
        );
        let mail = "urn:altinn:person:idporten-email:a@b.no";
        assert_eq!(
            permitted(
                &snapshot,
                mail,
                mail,
                &resource("ttd-demo-letter"),
                "confirm"
            ),
            "confirm;read"
        );
        assert_eq!(
            permitted(
                &snapshot,
                &person,
                &company,
                &resource("ttd-demo-health"),
                "read"
            ),
            ""
        );
    }
}
