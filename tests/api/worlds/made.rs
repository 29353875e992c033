//! Worlds made by chance: small, but with everything that decides about access in them, and often two of it at odds.

use super::{
    chance::Chance,
    world::{
        Action, Asks, Attribute, Dialog, Handed, Held, Kind, Moment, Part, PartyKind, Place,
        Reference, Resource, Rule, Somebody, Step, Subject, Texts, Transmission, World,
    },
};

const ACTIONS: [&str; 4] = ["read", "write", "sign", "transmissionread"];
/// As the platform spells them; policies spell some otherwise.
const ROLES: [&str; 5] = ["DAGL", "dagl", "DAGL", "PRIV", "UTINN"];
const NAMED_ROLES: [&str; 8] = [
    "dagl", "DAGL", "dagl", "dagl", "dagl", "PRIV", "utinn", "seln",
];
const PACKAGES: [&str; 2] = ["skatt", "post"];
const WORDS: [&str; 4] = ["main", "Main", "aa", "bb"];
const TASKS: [&str; 2] = ["t1", "t2"];
const REFERENCES: [Reference; 3] = [Reference::Dialog, Reference::Instance, Reference::Letter];
const PLACES: [Place; 3] = [Place::Default, Place::Bin, Place::Archive];

/// How many of each.
struct Sizes {
    resources: usize,
    parties: usize,
    people: usize,
    dialogs: usize,
}

/// The world of a seed.
pub fn world(seed: u64) -> World {
    let mut chance = Chance::of(seed);
    let c = &mut chance;
    let sizes = Sizes {
        resources: c.between(1, 3),
        parties: c.between(2, 4),
        people: c.between(1, 2),
        dialogs: c.between(1, 3),
    };
    let mut parties = vec![PartyKind::Person];
    while parties.len() < sizes.parties {
        let kinds = [
            PartyKind::Organization,
            PartyKind::Organization,
            PartyKind::Person,
            PartyKind::Address,
        ];
        parties.push(c.one(&kinds));
    }
    let resources = (0..sizes.resources).map(|_| resource(c, &sizes)).collect();
    let mut people: Vec<_> = (0..sizes.people)
        .map(|n| somebody(c, n, &sizes, &parties))
        .collect();
    // Mostly of parties that somebody represents: where nobody has any right there is little to see.
    let mut represented: Vec<_> = people.iter().flat_map(parties_of).collect();
    if represented.is_empty() || c.once_in(4) {
        represented = (0..sizes.parties).collect();
    }
    let dialogs: Vec<_> = (0..sizes.dialogs)
        .map(|_| dialog(c, &sizes, &represented))
        .collect();
    hand_on(c, &mut people, &dialogs);
    let mut world = World {
        seed,
        resources,
        parties,
        people,
        dialogs,
        steps: Vec::new(),
    };
    for who in 0..sizes.people {
        steps(c, who, &sizes, &mut world);
    }
    world
}

fn parties_of(somebody: &Somebody) -> Vec<usize> {
    let held = somebody.represents.iter().flatten();
    held.flat_map(|held| {
        let units = held.units.iter().map(|unit| unit.party);
        units.chain([held.party])
    })
    .collect()
}

fn resource(c: &mut Chance, sizes: &Sizes) -> Resource {
    let mut rules = vec![rule(c, sizes, false)];
    for _ in 0..c.between(0, 3) {
        let denies = c.once_in(3);
        rules.push(rule(c, sizes, denies));
    }
    Resource {
        is_app: c.once_in(5),
        level: (!c.once_in(6)).then(|| u32::try_from(c.one(&[0, 0, 0, 2, 3, 3, 4])).unwrap()),
        rules,
    }
}

fn rule(c: &mut Chance, sizes: &Sizes, denies: bool) -> Rule {
    let subjects = (0..c.between(1, 2)).map(|_| match c.below(9) {
        0..5 => Subject::Role(c.one(&NAMED_ROLES)),
        5 | 6 => Subject::Package(c.one(&PACKAGES)),
        7 => Subject::Somebody(c.below(sizes.people)),
        _ => Subject::Owner,
    });
    let subjects = subjects.collect();
    let mut actions = c.some(&ACTIONS, 2);
    actions.push(c.one(&["read", "read", "write", "sign"]));
    let mut parts = Vec::new();
    while c.once_in(3) {
        parts.push(match c.below(7) {
            0..3 => Part::Subresource(c.one(&WORDS)),
            3 => Part::Task(c.one(&TASKS)),
            4 => Part::Instance(c.below(sizes.dialogs)),
            5 => Part::Party(c.below(sizes.parties)),
            _ => Part::Resource(c.below(sizes.resources)),
        });
    }
    Rule {
        denies,
        subjects,
        actions,
        parts,
    }
}

fn somebody(c: &mut Chance, n: usize, sizes: &Sizes, parties: &[PartyKind]) -> Somebody {
    // The first party is a person; the others are asked about in turn.
    let kind = match (n, parties[n]) {
        (0, _) if !c.once_in(6) => Kind::Party(0),
        (_, PartyKind::Person | PartyKind::Address) if !c.once_in(4) => Kind::Party(n),
        _ => Kind::System,
    };
    let represents = match c.below(20) {
        0 => None,
        1 => Some(Vec::new()),
        _ => Some((0..c.between(1, 3)).map(|_| held(c, sizes, 0)).collect()),
    };
    Somebody { kind, represents }
}

fn held(c: &mut Chance, sizes: &Sizes, depth: usize) -> Held {
    let mut held = Held {
        party: c.below(sizes.parties),
        roles: c.some(&ROLES, 2),
        ..Held::default()
    };
    if !c.once_in(3) {
        held.roles.push("DAGL");
    }
    if c.once_in(3) {
        held.packages = c.some(&PACKAGES, 2);
    }
    if c.once_in(4) {
        held.resources.push(c.below(sizes.resources));
    }
    if c.once_in(3) {
        held.instances.push(Handed {
            resource: c.below(sizes.resources),
            dialog: c.below(sizes.dialogs),
            by: c.one(&REFERENCES),
        });
    }
    while depth < 2 && c.once_in(4) {
        held.units.push(self::held(c, sizes, depth + 1));
    }
    held
}

fn attribute(c: &mut Chance, sizes: &Sizes) -> Attribute {
    match c.below(8) {
        0..5 => Attribute::Word(c.one(&WORDS)),
        5 => match c.below(2) {
            0 => Attribute::InFull(c.one(&WORDS)),
            _ => Attribute::Task(c.one(&TASKS)),
        },
        _ => Attribute::Resource(c.below(sizes.resources)),
    }
}

fn maybe_attribute(c: &mut Chance, sizes: &Sizes) -> Option<Attribute> {
    c.once_in(2).then(|| attribute(c, sizes))
}

fn moment(c: &mut Chance) -> Option<Moment> {
    match c.below(8) {
        0 => Some(Moment::Before),
        1 => Some(Moment::Now),
        2 => Some(Moment::After),
        _ => None,
    }
}

fn dialog(c: &mut Chance, sizes: &Sizes, represented: &[usize]) -> Dialog {
    let action = |c: &mut Chance| Action {
        name: c.one(&ACTIONS),
        attribute: maybe_attribute(c, sizes),
    };
    let visible_from = if c.once_in(3) { moment(c) } else { None };
    // Nothing may expire before it can be seen.
    let expires_at = moment(c).filter(|expires| Some(*expires) >= visible_from);
    let texts = (!c.once_in(10)).then(|| Texts {
        harmless_title: c.once_in(2),
        summary: c.once_in(2),
        harmless_summary: c.once_in(2),
        reference: c.once_in(2),
    });
    Dialog {
        resource: c.below(sizes.resources),
        party: c.one(represented),
        visible_from,
        expires_at,
        is_deleted: c.once_in(12),
        place: if c.once_in(4) {
            c.one(&PLACES)
        } else {
            Place::Default
        },
        labels: [Reference::Instance, Reference::Letter]
            .into_iter()
            .filter(|_| c.once_in(4))
            .collect(),
        texts,
        gui_actions: (0..c.between(0, 5)).map(|_| action(c)).collect(),
        api_actions: (0..c.between(0, 4)).map(|_| action(c)).collect(),
        attachments: (0..c.between(0, 2)).map(|_| moment(c)).collect(),
        transmissions: (0..c.between(0, 3))
            .map(|_| Transmission {
                attribute: maybe_attribute(c, sizes),
                has_reference: c.once_in(2),
                attachments: (0..c.below(2)).map(|_| moment(c)).collect(),
                links: (0..c.below(3)).map(|_| moment(c)).collect(),
            })
            .collect(),
        activities: c.between(0, 1),
    }
}

/// Some dialogs are handed on for what they are; those that were handed on before are mostly something else.
fn hand_on(c: &mut Chance, people: &mut [Somebody], dialogs: &[Dialog]) {
    for (n, dialog) in dialogs.iter().enumerate() {
        let held = people
            .iter_mut()
            .flat_map(|one| one.represents.iter_mut().flatten());
        for held in held.filter(|held| held.party == dialog.party) {
            if c.once_in(3) {
                held.instances.push(Handed {
                    resource: dialog.resource,
                    dialog: n,
                    by: reference(c, dialog),
                });
            }
            if c.once_in(4) {
                held.roles.clear();
            }
        }
    }
}

/// Mostly one that leads to the dialog.
fn reference(c: &mut Chance, dialog: &Dialog) -> Reference {
    match dialog.labels.first() {
        Some(label) if c.once_in(2) => *label,
        _ if c.once_in(5) => c.one(&REFERENCES),
        _ => Reference::Dialog,
    }
}

/// One searches, opens every dialog, and looks at some of the rest.
fn steps(c: &mut Chance, who: usize, sizes: &Sizes, world: &mut World) {
    let level = u8::try_from(c.one(&[3, 3, 3, 4, 4, 2, 0])).unwrap();
    let all: Vec<_> = (0..sizes.resources).collect();
    let World { dialogs, steps, .. } = world;
    let mut ask = |asks| steps.push(Step { who, level, asks });
    ask(Asks::Search {
        parties: Vec::new(),
        resources: all,
        place: None,
    });
    for dialog in 0..sizes.dialogs {
        if c.once_in(4) {
            let add = c.one(&["MarkedAsUnopened", "MarkedAsUnopened", "Bin", "Archive"]);
            let mut dialogs = vec![dialog];
            if c.once_in(3) {
                dialogs.extend((0..sizes.dialogs).filter(|other| *other != dialog));
            }
            ask(Asks::SetLabels { dialogs, add });
        }
        ask(Asks::Get(dialog));
        let sent = dialogs[dialog].transmissions.len();
        let done = dialogs[dialog].activities;
        for _ in 0..2 {
            let asks = match c.below(9) {
                0 => Asks::Activities(dialog),
                1 => Asks::Activity(dialog, c.between(0, done)),
                2 | 3 => Asks::Transmissions(dialog),
                4 => Asks::Transmission(dialog, c.between(0, sent)),
                5 => Asks::SeenLog(dialog),
                6 => Asks::SeenEntry(dialog),
                7 => Asks::LabelLog(dialog),
                _ => Asks::Lookup(dialog, reference(c, &dialogs[dialog])),
            };
            ask(asks);
        }
        if c.once_in(3) {
            ask(Asks::Lookup(dialog, reference(c, &dialogs[dialog])));
        }
    }
    let asks = match c.below(4) {
        0 => Asks::Parties,
        1 => Asks::Resources(Vec::new()),
        2 => Asks::Resources(vec![c.below(sizes.parties)]),
        _ => {
            let parties = vec![c.below(sizes.parties), c.below(sizes.parties)];
            let resources = if c.once_in(2) {
                vec![c.below(sizes.resources)]
            } else {
                Vec::new()
            };
            let place = c.once_in(3).then(|| c.one(&PLACES));
            Asks::Search {
                parties,
                resources,
                place,
            }
        }
    };
    ask(asks);
}
