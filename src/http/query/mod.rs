//! Query strings, read as clients write them: names in any letter case, lists in three forms, numbers and times in
//! many.
//!
//! A reader takes a name and [`Violations`]: what cannot be read is added there, under the name as the client
//! spelled it, and counts as not given. So a handler reads everything, the path and the headers into the same
//! violations, and refuses once with all of them, before it looks at any rule.
//!
//! ```
//! use dialogporten::{dialog::Violations, http::query::Query};
//!
//! let query = Query::parse(Some("LIMIT=x&party=a&party=b"));
//! let mut violations = Violations::default();
//! assert_eq!(query.integer("limit", &mut violations), None);
//! assert_eq!(query.texts("party", &mut violations), ["a", "b"]);
//! assert_eq!(violations.iter().next().unwrap().0, "LIMIT");
//! ```

mod decode;
mod list;
mod scalar;
mod search;

pub use search::{search, search_by_owner};

use std::borrow::Cow;

/// A query string, decoded.
#[derive(Clone, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

/// The values of one name.
struct Values<'a> {
    /// The name as the client spelled it first.
    name: &'a str,
    /// At least one.
    values: Vec<&'a str>,
}

impl Query {
    /// Reads what stands behind the question mark. Broken escapes stay as they are.
    pub fn parse(query: Option<&str>) -> Self {
        let pairs = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode::decode(name), decode::decode(value))
            })
            .collect();
        Self { pairs }
    }

    /// All values of a name, as they are; none where it is not given.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values(name)
            .map_or_else(Vec::new, |given| given.values)
    }

    fn values(&self, name: &str) -> Option<Values<'_>> {
        let mut given = self
            .pairs
            .iter()
            .filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let (name, first) = given.next()?;
        let mut values = vec![first.as_str()];
        values.extend(given.map(|(_, value)| value.as_str()));
        Some(Values { name, values })
    }
}

impl<'a> Values<'a> {
    /// As one value: given twice, they are joined with a comma.
    fn joined(&self) -> Cow<'a, str> {
        match self.values.as_slice() {
            [only] => Cow::Borrowed(only),
            values => Cow::Owned(values.join(",")),
        }
    }
}

/// Queries hold identity numbers, which must not reach logs.
impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.pairs.iter().map(|(name, _)| name))
            .finish()
    }
}
