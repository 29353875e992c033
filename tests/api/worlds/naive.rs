//! Who may do what, a second time and as simply as it can be said: rule by rule, role by role, from the world's plain
//! data. Nothing here is shared with the server, and nothing is fast.

use std::collections::BTreeSet;

use super::world::{
    Attribute, Dialog, Handed, Held, Kind, Part, PartyKind, Reference, Resource, Rule, Subject,
    Transmission, World,
};

/// An action, and what it is asked for besides the whole.
pub type Pair = (&'static str, Option<Attribute>);

/// What somebody holds for one party, from all places where it is listed.
#[derive(Default)]
pub struct Rights {
    pub roles: BTreeSet<String>,
    pub packages: BTreeSet<String>,
    pub resources: BTreeSet<usize>,
    pub instances: Vec<Handed>,
}

/// The reference under which a dialog is shown.
pub fn shown_as(dialog: &Dialog) -> Reference {
    [Reference::Instance, Reference::Letter]
        .into_iter()
        .find(|label| dialog.labels.contains(label))
        .unwrap_or(Reference::Dialog)
}

/// What somebody represents. Those whom nobody knows represent themselves, systems nobody.
pub fn represented(world: &World, who: usize) -> Vec<Held> {
    let somebody = &world.people[who];
    let alone = |party: usize| Held {
        party,
        roles: vec![if world.parties[party] == PartyKind::Address {
            "SELN"
        } else {
            "PRIV"
        }],
        ..Held::default()
    };
    match (&somebody.represents, somebody.kind) {
        (Some(list), _) => list.clone(),
        (None, Kind::Party(party)) => vec![alone(party)],
        (None, Kind::System) => Vec::new(),
    }
}

/// The rights in one party, or none where it is not represented. Units count as parties of their own, their units do
/// not.
pub fn rights(world: &World, who: usize, party: usize) -> Option<Rights> {
    let mut places = Vec::new();
    for held in represented(world, who) {
        places.extend(held.units.clone());
        places.push(held);
    }
    places.retain(|held| held.party == party);
    if places.is_empty() {
        return None;
    }
    let mut rights = Rights::default();
    for held in places {
        rights
            .roles
            .extend(held.roles.iter().map(|role| role.to_lowercase()));
        rights
            .packages
            .extend(held.packages.iter().map(|name| (*name).to_owned()));
        rights.resources.extend(held.resources);
        rights.instances.extend(held.instances);
    }
    Some(rights)
}

/// The roles and packages that a rule which permits names, whatever for.
pub fn opened_by(resource: &Resource) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut roles, mut packages) = (BTreeSet::new(), BTreeSet::new());
    for rule in resource.rules.iter().filter(|rule| !rule.denies) {
        for subject in &rule.subjects {
            match subject {
                Subject::Role(code) => roles.insert(code.to_lowercase()),
                Subject::Package(name) => packages.insert((*name).to_owned()),
                Subject::Somebody(_) | Subject::Owner => continue,
            };
        }
    }
    (roles, packages)
}

/// Whether a search may find dialogs of a party about a resource.
pub fn opens(world: &World, rights: &Rights, resource: usize) -> bool {
    let (roles, packages) = opened_by(&world.resources[resource]);
    !roles.is_disjoint(&rights.roles)
        || !packages.is_disjoint(&rights.packages)
        || rights.resources.contains(&resource)
}

/// Whether a search may find this dialog, were it neither hidden nor gone.
pub fn finds(world: &World, who: usize, dialog: usize) -> bool {
    let it = &world.dialogs[dialog];
    let Some(rights) = rights(world, who, it.party) else {
        return false;
    };
    let is_handed_on = rights.instances.iter().any(|handed| {
        handed.resource == it.resource
            && handed.dialog == dialog
            && (handed.by == Reference::Dialog || it.labels.contains(&handed.by))
    });
    is_handed_on || opens(world, &rights, it.resource)
}

/// What reading a transmission is called.
fn reading(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Resource(_) => "read",
        Attribute::Word(_) | Attribute::InFull(_) | Attribute::Task(_) => "transmissionread",
    }
}

/// The word `main` means the whole.
fn pair(action: &'static str, attribute: Option<Attribute>) -> Pair {
    (
        action,
        attribute.filter(|attribute| *attribute != Attribute::Word("main")),
    )
}

/// What is permitted of a dialog with these transmissions, and with its actions where they are asked for.
pub fn permitted(
    world: &World,
    who: usize,
    dialog: usize,
    has_actions: bool,
    transmissions: &[Transmission],
) -> BTreeSet<Pair> {
    let it = &world.dialogs[dialog];
    let mut asked = BTreeSet::from([pair("read", None)]);
    if has_actions {
        let actions = it.gui_actions.iter().chain(&it.api_actions);
        asked.extend(actions.map(|action| pair(action.name, action.attribute)));
    }
    let attributes = transmissions.iter().filter_map(|sent| sent.attribute);
    asked.extend(attributes.map(|attribute| pair(reading(attribute), Some(attribute))));
    asked.retain(|(action, attribute)| permits(world, who, dialog, action, *attribute));
    asked
}

/// Whether a pair on the whole is among them: this opens the dialog.
pub fn has_main(permitted: &BTreeSet<Pair>) -> bool {
    permitted.iter().any(|(_, attribute)| attribute.is_none())
}

pub fn may_use(
    permitted: &BTreeSet<Pair>,
    action: &'static str,
    attribute: Option<Attribute>,
) -> bool {
    permitted.contains(&pair(action, attribute))
}

pub fn may_open(permitted: &BTreeSet<Pair>, sent: &Transmission) -> bool {
    match sent.attribute {
        None => has_main(permitted),
        Some(_) => {
            may_use(permitted, "read", sent.attribute)
                || may_use(permitted, "transmissionread", sent.attribute)
        }
    }
}

#[derive(PartialEq)]
enum Decision {
    Permit,
    Deny,
    NotApplicable,
}

/// Somebody as policies see them.
struct Seen<'a> {
    roles: &'a BTreeSet<String>,
    packages: &'a BTreeSet<String>,
    who: Option<usize>,
}

fn permits(
    world: &World,
    who: usize,
    dialog: usize,
    action: &str,
    attribute: Option<Attribute>,
) -> bool {
    let it = &world.dialogs[dialog];
    let Some(rights) = rights(world, who, it.party) else {
        return false;
    };
    let resource = match attribute {
        Some(Attribute::Resource(other)) => other,
        _ => it.resource,
    };
    let rules = &world.resources[resource].rules;
    let applying: Vec<&Rule> = rules
        .iter()
        .filter(|rule| rule.actions.contains(&action))
        .filter(|rule| {
            rule.parts.is_empty()
                || rule
                    .parts
                    .iter()
                    .any(|part| is_part(world, dialog, attribute, *part))
        })
        .collect();
    let somebody = Seen {
        roles: &rights.roles,
        packages: &rights.packages,
        who: Some(who),
    };
    match decide(world, &applying, &somebody) {
        Decision::Permit => return true,
        Decision::Deny => return false,
        Decision::NotApplicable => {}
    }
    // Instances are dialogs, so they open no other resource, not even the dialog's own by its name.
    let is_handed_on = rights.resources.contains(&resource)
        || !matches!(attribute, Some(Attribute::Resource(_)))
            && rights.instances.iter().any(|handed| {
                handed.dialog == dialog
                    && handed.resource == it.resource
                    && handed.by == shown_as(it)
            });
    is_handed_on && anybody_may(world, &applying)
}

/// Whether some role or package alone is enough: this is what can be handed on.
fn anybody_may(world: &World, applying: &[&Rule]) -> bool {
    let nobody = BTreeSet::new();
    applying
        .iter()
        .filter(|rule| !rule.denies)
        .flat_map(|rule| &rule.subjects)
        .any(|subject| {
            let (roles, packages) = match subject {
                Subject::Role(code) => (BTreeSet::from([code.to_lowercase()]), nobody.clone()),
                Subject::Package(name) => (nobody.clone(), BTreeSet::from([(*name).to_owned()])),
                Subject::Somebody(_) | Subject::Owner => return false,
            };
            let holder = Seen {
                roles: &roles,
                packages: &packages,
                who: None,
            };
            decide(world, applying, &holder) == Decision::Permit
        })
}

/// One rule that denies is enough, then one that permits.
fn decide(world: &World, applying: &[&Rule], somebody: &Seen<'_>) -> Decision {
    let is_for = |rule: &&&Rule| {
        rule.subjects
            .iter()
            .any(|subject| is_subject(world, *subject, somebody))
    };
    let rules: Vec<_> = applying.iter().filter(is_for).collect();
    if rules.iter().any(|rule| rule.denies) {
        Decision::Deny
    } else if rules.is_empty() {
        Decision::NotApplicable
    } else {
        Decision::Permit
    }
}

fn is_subject(world: &World, subject: Subject, somebody: &Seen<'_>) -> bool {
    match subject {
        Subject::Role(code) => somebody.roles.contains(&code.to_lowercase()),
        Subject::Package(name) => somebody.packages.contains(name),
        // Two people may be one.
        Subject::Somebody(named) => {
            somebody
                .who
                .is_some_and(|who| match world.people[named].kind {
                    Kind::Party(_) => world.people[named].kind == world.people[who].kind,
                    Kind::System => named == who,
                })
        }
        Subject::Owner => false,
    }
}

/// Whether this is about what is asked for: `attribute` in the dialog.
fn is_part(world: &World, dialog: usize, attribute: Option<Attribute>, part: Part) -> bool {
    let it = &world.dialogs[dialog];
    if let Some(Attribute::Resource(other)) = attribute {
        return match part {
            Part::Party(party) => party == it.party,
            Part::Resource(resource) => resource == other,
            Part::Subresource(_) | Part::Task(_) | Part::Instance(_) => false,
        };
    }
    match part {
        Part::Party(party) => party == it.party,
        Part::Resource(resource) => resource == it.resource,
        Part::Instance(instance) => instance == dialog,
        Part::Task(task) => attribute == Some(Attribute::Task(task)),
        Part::Subresource(named) => match attribute {
            None => named.eq_ignore_ascii_case("main"),
            Some(Attribute::Word(asked) | Attribute::InFull(asked)) => {
                named.eq_ignore_ascii_case(asked)
            }
            Some(_) => false,
        },
    }
}
