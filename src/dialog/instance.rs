//! How the rest of the platform refers to a dialog: by its own id, by an app instance or by a correspondence.

use std::fmt;

use uuid::Uuid;

use super::id;

const STORAGE: &str = "urn:altinn:integration:storage:";
const INSTANCE: &str = "urn:altinn:instance-id:";
const CORRESPONDENCE: &str = "urn:altinn:correspondence-id:";
const DIALOG: &str = "urn:altinn:dialog-id:";

/// A reference to a dialog.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InstanceRef {
    /// `urn:altinn:instance-id:{party}/{uuid}`; the text behind the prefix.
    App(String),
    /// `urn:altinn:correspondence-id:{uuid}`; the text behind the prefix.
    Correspondence(String),
    /// `urn:altinn:dialog-id:{uuid}`.
    Dialog(Uuid),
}

impl InstanceRef {
    /// The reference that a dialog with these service-owner labels prefers: an app instance, else a correspondence,
    /// else its own id. Of several of one kind the greatest text counts; malformed ones are skipped.
    pub fn preferred<'a>(dialog: Uuid, labels: impl Iterator<Item = &'a str> + Clone) -> Self {
        let greatest = |prefixes: &[&str], valid: fn(&str) -> bool| {
            labels
                .clone()
                .filter_map(|label| {
                    prefixes
                        .iter()
                        .find_map(|prefix| label.strip_prefix(prefix))
                })
                .filter(|rest| valid(rest))
                .max()
                .map(ToOwned::to_owned)
        };
        greatest(&[STORAGE, INSTANCE], is_app_instance)
            .map(Self::App)
            .or_else(|| {
                greatest(&[CORRESPONDENCE], |rest| id::parse_loose(rest).is_some())
                    .map(Self::Correspondence)
            })
            .unwrap_or(Self::Dialog(dialog))
    }

    /// Reads a reference, trimmed and in any letter case; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if let Some(rest) = text.strip_prefix(INSTANCE) {
            return is_app_instance(rest).then(|| Self::App(rest.to_owned()));
        }
        if let Some(rest) = text.strip_prefix(CORRESPONDENCE) {
            return id::parse_loose(rest).map(|_| Self::Correspondence(rest.to_owned()));
        }
        text.strip_prefix(DIALOG)
            .and_then(id::parse_loose)
            .map(Self::Dialog)
    }

    /// The service-owner label by which the dialog is found; `None` where it is found by its id. Labels of app
    /// instances have one spelling, however the reference spells its numbers.
    pub fn label(&self) -> Option<String> {
        match self {
            Self::App(rest) => {
                let (party, id) = app_instance(rest)?;
                Some(format!("{STORAGE}{party}/{id}"))
            }
            Self::Correspondence(rest) => Some(format!("{CORRESPONDENCE}{rest}")),
            Self::Dialog(_) => None,
        }
    }
}

impl fmt::Display for InstanceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(rest) => write!(f, "{INSTANCE}{rest}"),
            Self::Correspondence(rest) => write!(f, "{CORRESPONDENCE}{rest}"),
            Self::Dialog(id) => write!(f, "{DIALOG}{id}"),
        }
    }
}

/// `{party}/{uuid}` with a party number above zero.
fn app_instance(text: &str) -> Option<(i32, Uuid)> {
    let (party, id) = text.split_once('/')?;
    let party = party.trim().parse().ok().filter(|party| *party > 0)?;
    Some((party, id::parse_loose(id)?))
}

fn is_app_instance(text: &str) -> bool {
    app_instance(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198c1a2-0000-7000-8000-000000000000";

    #[test]
    fn app_instances_are_preferred_and_the_greatest_text_wins() {
        let own = Uuid::nil();
        let labels = [
            format!("{STORAGE}10/{ID}"),
            format!("{INSTANCE}9/{ID}"),
            format!("{CORRESPONDENCE}{ID}"),
            format!("{STORAGE}x/{ID}"),
        ];
        let of = |n: &[usize]| {
            InstanceRef::preferred(own, n.iter().map(|i| labels[*i].as_str())).to_string()
        };
        assert_eq!(of(&[0, 1, 2, 3]), format!("{INSTANCE}9/{ID}"));
        assert_eq!(of(&[2, 3]), format!("{CORRESPONDENCE}{ID}"));
        assert_eq!(of(&[3]), format!("{DIALOG}{own}"));
    }

    #[test]
    fn app_instances_are_looked_up_by_the_storage_label() {
        let read = InstanceRef::parse(&format!(" {INSTANCE}1337/{} ", ID.to_uppercase())).unwrap();
        assert_eq!(read.label(), Some(format!("{STORAGE}1337/{ID}")));
        let odd = format!("{INSTANCE}+01337/{{{ID}}}");
        let read = InstanceRef::parse(&odd).unwrap();
        assert_eq!(read.to_string(), odd);
        assert_eq!(read.label(), Some(format!("{STORAGE}1337/{ID}")));
        assert_eq!(InstanceRef::parse(&format!("{INSTANCE}0/{ID}")), None);
        assert_eq!(InstanceRef::parse("urn:altinn:frog:1"), None);
    }
}
