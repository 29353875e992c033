//! In which order dialogs are listed.

use std::fmt;

/// What dialogs can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// When the content last changed.
    ContentUpdatedAt,
    /// When anything last changed.
    UpdatedAt,
    /// When the dialog was created.
    CreatedAt,
    /// When something is due; may be missing.
    DueAt,
    /// The identifier, compared by its bytes.
    Id,
}

impl Key {
    const ALL: [(Self, &'static str); 5] = [
        (Self::ContentUpdatedAt, "contentUpdatedAt"),
        (Self::UpdatedAt, "updatedAt"),
        (Self::CreatedAt, "createdAt"),
        (Self::DueAt, "dueAt"),
        (Self::Id, "id"),
    ];

    /// As documented; clients may write it in any letter case.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(key, _)| *key == self)
            .map_or("", |(_, name)| name)
    }

    /// The key with this name, in any letter case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(key, _)| *key)
    }
}

/// Which end comes first. A missing due date counts as later than any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Oldest first, missing ones last.
    Asc,
    /// Newest first, missing ones before.
    Desc,
}

impl Direction {
    /// By name in any letter case, or by number.
    fn parse(text: &str) -> Option<Self> {
        let is = |name: &str| text.eq_ignore_ascii_case(name);
        match text.parse::<i32>() {
            Ok(1) => Some(Self::Asc),
            Ok(2) => Some(Self::Desc),
            Err(_) if is("asc") => Some(Self::Asc),
            Err(_) if is("desc") => Some(Self::Desc),
            _ => None,
        }
    }
}

/// Keys in the order of their weight, [`Key::Id`] last, so that no two dialogs are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Order(Vec<(Key, Direction)>);

/// Why a text is no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Nothing there.
    #[error("must name at least one key to order by.")]
    Blank,
    /// No key is called that.
    #[error(
        "\"{0}\" is no key to order by; keys are contentUpdatedAt, updatedAt, createdAt, dueAt and id."
    )]
    Key(String),
    /// Neither of the two directions.
    #[error("\"{0}\" has no direction; a key may be followed by _asc or _desc.")]
    Direction(String),
    /// Twice in the same spelling.
    #[error("\"{0}\" is there more than once.")]
    Twice(String),
}

impl Default for Order {
    /// Newest content first.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Order {
    /// An order by `keys`. [`Key::Id`] is moved or added to the end; alone, or with no key at all, newest content
    /// comes first.
    pub fn new(mut keys: Vec<(Key, Direction)>) -> Self {
        let id = match keys.iter().position(|(key, _)| *key == Key::Id) {
            Some(at) => keys.remove(at),
            None => (Key::Id, Direction::Desc),
        };
        if keys.is_empty() {
            keys.push((Key::ContentUpdatedAt, Direction::Desc));
        }
        keys.push(id);
        Self(keys)
    }

    /// Reads an order such as `dueAt_asc,createdAt`. Directions default to descending. Clients rely on some odd
    /// forms: only commas ask for the usual order, directions may be numbers (1, 2), and a key counts as another
    /// one in another letter case.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.trim().is_empty() {
            return Err(Malformed::Blank);
        }
        let mut spellings = Vec::new();
        let mut keys = Vec::new();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (name, direction) = match part.split_once('_') {
                Some((name, direction)) => (name.trim(), Some(direction.trim())),
                None => (part, None),
            };
            let key = Key::from_name(name).ok_or_else(|| Malformed::Key(name.to_owned()))?;
            let direction = match direction {
                Some(text) => {
                    Direction::parse(text).ok_or_else(|| Malformed::Direction(part.to_owned()))?
                }
                None => Direction::Desc,
            };
            if spellings.contains(&name) {
                return Err(Malformed::Twice(name.to_owned()));
            }
            spellings.push(name);
            keys.push((key, direction));
        }
        Ok(Self::new(keys))
    }

    /// The keys as they are shown and as continuation tokens name them; one may be there twice.
    pub fn keys(&self) -> &[(Key, Direction)] {
        &self.0
    }

    /// The keys that make a difference: each once, none after the identifier.
    pub fn effective(&self) -> Vec<(Key, Direction)> {
        let mut keys: Vec<(Key, Direction)> = Vec::with_capacity(self.0.len());
        for (key, direction) in &self.0 {
            if !keys.iter().any(|(known, _)| known == key) {
                keys.push((*key, *direction));
            }
            if *key == Key::Id {
                break;
            }
        }
        keys
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (key, direction)) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            let direction = match direction {
                Direction::Asc => "asc",
                Direction::Desc => "desc",
            };
            write!(f, "{}_{direction}", key.name().to_ascii_lowercase())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_shown_in_full() {
        for (text, shown) in [
            ("contentUpdatedAt", "contentupdatedat_desc,id_desc"),
            ("CREATEDAT_ASC", "createdat_asc,id_desc"),
            (
                " createdAt_asc , dueAt_desc ",
                "createdat_asc,dueat_desc,id_desc",
            ),
            ("createdAt _ asc", "createdat_asc,id_desc"),
            (
                "createdAt_asc,,dueAt_asc,",
                "createdat_asc,dueat_asc,id_desc",
            ),
            ("id", "contentupdatedat_desc,id_desc"),
            ("id_asc", "contentupdatedat_desc,id_asc"),
            ("id_asc,createdAt_asc", "createdat_asc,id_asc"),
            (
                "id_asc,dueAt_desc,contentUpdatedAt",
                "dueat_desc,contentupdatedat_desc,id_asc",
            ),
            (",", "contentupdatedat_desc,id_desc"),
            (" , ", "contentupdatedat_desc,id_desc"),
            ("createdAt_1", "createdat_asc,id_desc"),
            ("createdAt_2", "createdat_desc,id_desc"),
            (
                "createdAt,CREATEDAT",
                "createdat_desc,createdat_desc,id_desc",
            ),
            ("ID,id", "id_desc,id_desc"),
        ] {
            assert_eq!(Order::parse(text).unwrap().to_string(), shown, "{text:?}");
        }
        assert_eq!(
            Order::default().to_string(),
            "contentupdatedat_desc,id_desc"
        );
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for text in [
            "",
            " ",
            "foo",
            "foo_asc",
            "createdAt_sideways",
            "createdAt_",
            "_asc",
            "createdAt_asc_desc",
            "createdAt asc",
            "createdAt-asc",
            "createdAt_0",
            "createdAt_3",
            "createdAt,createdAt_asc",
            "id,id_asc",
            "party_asc",
        ] {
            assert!(Order::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_keys_that_make_a_difference_are_effective() {
        let keys = |text: &str| Order::parse(text).unwrap().effective();
        assert_eq!(
            keys("createdAt_asc,CREATEDAT"),
            [(Key::CreatedAt, Direction::Asc), (Key::Id, Direction::Desc)]
        );
        assert_eq!(keys("ID_asc,id"), [(Key::Id, Direction::Desc)]);
    }
}
