//! A small world as plain data. Everything refers to everything else by its place in a list; numbers, identifiers and
//! addresses come later.

use std::fmt;

/// Resources with policies, parties, people with rights in them, dialogs, and what is asked about all that.
#[derive(Clone)]
pub struct World {
    pub seed: u64,
    pub resources: Vec<Resource>,
    pub parties: Vec<PartyKind>,
    pub people: Vec<Somebody>,
    pub dialogs: Vec<Dialog>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub struct Resource {
    /// Known to policies by owner and name.
    pub is_app: bool,
    /// The least authentication level, where the policy tells one.
    pub level: Option<u32>,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub denies: bool,
    pub subjects: Vec<Subject>,
    pub actions: Vec<&'static str>,
    /// Any of these; none means the whole resource.
    pub parts: Vec<Part>,
}

/// Whom a rule is for.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    Role(&'static str),
    Package(&'static str),
    Somebody(usize),
    /// The service owner, who is nobody among end users.
    Owner,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Subresource(&'static str),
    Task(&'static str),
    Instance(usize),
    Party(usize),
    Resource(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartyKind {
    Person,
    Organization,
    Address,
}

/// Somebody with a token.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub kind: Kind,
    /// What the platform knows; `None` where it does not know this caller at all.
    pub represents: Option<Vec<Held>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person or somebody with an address, by the party that this is.
    Party(usize),
    System,
}

/// What somebody holds for one party.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub party: usize,
    pub roles: Vec<&'static str>,
    pub packages: Vec<&'static str>,
    pub resources: Vec<usize>,
    pub instances: Vec<Handed>,
    pub units: Vec<Held>,
}

/// One dialog handed on: as a dialog of this resource, whether it is one or not.
#[derive(Clone, Copy, Debug)]
pub struct Handed {
    pub resource: usize,
    pub dialog: usize,
    pub by: Reference,
}

/// The ways to name a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    Dialog,
    /// As an instance of an app.
    Instance,
    Letter,
}

/// When, seen from the moment at which everything is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    Before,
    Now,
    After,
}

#[derive(Clone, Debug)]
pub struct Dialog {
    pub resource: usize,
    pub party: usize,
    pub visible_from: Option<Moment>,
    pub expires_at: Option<Moment>,
    pub is_deleted: bool,
    pub place: Place,
    /// Labels of the owner that name an instance or a letter.
    pub labels: Vec<Reference>,
    /// Absent: for systems only, without any text.
    pub texts: Option<Texts>,
    pub gui_actions: Vec<Action>,
    pub api_actions: Vec<Action>,
    /// When each expires.
    pub attachments: Vec<Option<Moment>>,
    pub transmissions: Vec<Transmission>,
    pub activities: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Default,
    Bin,
    Archive,
}

/// Which texts a dialog has besides its title.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    pub harmless_title: bool,
    pub summary: bool,
    pub harmless_summary: bool,
    pub reference: bool,
}

#[derive(Clone, Debug)]
pub struct Action {
    pub name: &'static str,
    pub attribute: Option<Attribute>,
}

/// An `authorizationAttribute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// A word without a colon: `main`, `Main`, `aa`.
    Word(&'static str),
    /// The same word in full: `urn:altinn:subresource:aa`. As an attribute it is another one.
    InFull(&'static str),
    Task(&'static str),
    Resource(usize),
}

#[derive(Clone, Debug)]
pub struct Transmission {
    pub attribute: Option<Attribute>,
    pub has_reference: bool,
    /// When each expires.
    pub attachments: Vec<Option<Moment>>,
    /// When each expires.
    pub links: Vec<Option<Moment>>,
}

/// Somebody at a level asks.
#[derive(Clone, Debug)]
pub struct Step {
    pub who: usize,
    pub level: u8,
    pub asks: Asks,
}

#[derive(Clone, Debug)]
pub enum Asks {
    Search {
        parties: Vec<usize>,
        resources: Vec<usize>,
        place: Option<Place>,
    },
    Get(usize),
    Activities(usize),
    /// By its place in the dialog; one beyond the end is nobody's.
    Activity(usize, usize),
    Transmissions(usize),
    Transmission(usize, usize),
    SeenLog(usize),
    /// An entry that does not exist.
    SeenEntry(usize),
    LabelLog(usize),
    /// On one dialog, or on several at once.
    SetLabels {
        dialogs: Vec<usize>,
        add: &'static str,
    },
    Lookup(usize, Reference),
    Resources(Vec<usize>),
    Parties,
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "world {}: parties {:?}", self.seed, self.parties)?;
        for (n, resource) in self.resources.iter().enumerate() {
            let kind = if resource.is_app { "app" } else { "resource" };
            writeln!(f, "{kind} {n} at level {:?}", resource.level)?;
            for rule in &resource.rules {
                writeln!(f, "  {rule:?}")?;
            }
        }
        for (n, somebody) in self.people.iter().enumerate() {
            writeln!(f, "somebody {n}: {somebody:?}")?;
        }
        for (n, dialog) in self.dialogs.iter().enumerate() {
            writeln!(f, "dialog {n}: {dialog:?}")?;
        }
        for step in &self.steps {
            writeln!(f, "{} at {} asks {:?}", step.who, step.level, step.asks)?;
        }
        Ok(())
    }
}
