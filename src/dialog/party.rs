//! Identifiers of parties and users: URNs whose last part is a number, a name, an address or a UUID.

use std::fmt;

use uuid::Uuid;

/// The kinds of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// National identity number, 11 digits.
    Person,
    /// Organization number, 9 digits.
    Organization,
    /// A user name of the old platform.
    LegacySelfIdentified,
    /// An e-mail address known through ID-porten.
    IdportenEmail,
    /// A system user; never a party.
    SystemUser,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Person,
        Self::Organization,
        Self::LegacySelfIdentified,
        Self::IdportenEmail,
        Self::SystemUser,
    ];

    /// What stands before the identifier, the last colon included.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Person => "urn:altinn:person:identifier-no:",
            Self::Organization => "urn:altinn:organization:identifier-no:",
            Self::LegacySelfIdentified => "urn:altinn:person:legacy-selfidentified:",
            Self::IdportenEmail => "urn:altinn:person:idporten-email:",
            Self::SystemUser => "urn:altinn:systemuser:uuid:",
        }
    }
}

/// A valid identifier, lower case as it is stored, sent and compared.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartyUrn(String);

impl PartyUrn {
    /// Reads an identifier of something that can be a party or an actor; `None` where it is none.
    /// The prefix compares by case, the rest does not.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = split(text)?;
        let valid = match kind {
            Kind::Person => is_person_number(id),
            Kind::Organization => is_organization_number(id),
            Kind::LegacySelfIdentified => {
                is_uri(text) && unescape(id).is_some_and(|name| !name.trim().is_empty())
            }
            Kind::IdportenEmail => is_uri(text) && unescape(id).is_some_and(|mail| is_email(&mail)),
            Kind::SystemUser => false,
        };
        valid.then(|| Self(text.to_lowercase()))
    }

    /// Reads an identifier of something that can call: a party or a system user.
    pub fn parse_user(text: &str) -> Option<Self> {
        match split(text)? {
            (Kind::SystemUser, id) => Some(Self::system_user(Uuid::try_parse(id).ok()?)),
            _ => Self::parse(text),
        }
    }

    /// An identifier that was valid when it was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The person with this number, which has been checked.
    pub fn person(number: &str) -> Self {
        Self(format!("{}{number}", Kind::Person.prefix()))
    }

    /// The organization with this number, which has been checked.
    pub fn organization(number: &str) -> Self {
        Self(format!("{}{number}", Kind::Organization.prefix()))
    }

    /// The system user with this id.
    pub fn system_user(id: Uuid) -> Self {
        Self(format!("{}{id}", Kind::SystemUser.prefix()))
    }

    /// The user with this address.
    pub fn email(address: &str) -> Self {
        Self(format!(
            "{}{}",
            Kind::IdportenEmail.prefix(),
            address.to_lowercase()
        ))
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        split(&self.0).map_or(Kind::LegacySelfIdentified, |(kind, _)| kind)
    }

    /// What stands behind the last colon.
    pub fn id(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or_default()
    }

    /// The whole identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartyUrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identity numbers must not reach logs.
impl fmt::Debug for PartyUrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.kind().prefix())
    }
}

fn split(text: &str) -> Option<(Kind, &str)> {
    let at = text.rfind(':')? + 1;
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.prefix() == &text[..at])?;
    Some((kind, &text[at..]))
}

/// Whether `text` is a national identity number or D-number: 11 digits with two valid check digits (modulus 11).
/// Dates are not looked at, so synthetic numbers pass.
pub fn is_person_number(text: &str) -> bool {
    let Some(digits) = digits::<11>(text) else {
        return false;
    };
    check_digit(&digits[..9], &[3, 7, 6, 1, 8, 9, 4, 5, 2]) == Some(digits[9])
        && check_digit(&digits[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == Some(digits[10])
}

/// Whether `text` is an organization number: 9 digits, the last one a check digit (modulus 11).
pub fn is_organization_number(text: &str) -> bool {
    digits::<9>(text).is_some_and(|d| check_digit(&d[..8], &[3, 2, 7, 6, 5, 4, 3, 2]) == Some(d[8]))
}

/// The organization number that begins with these 8 digits, if there is one.
pub fn organization_number(stem: u32) -> Option<String> {
    let stem = format!("{stem:08}");
    let check = check_digit(&digits::<8>(&stem)?, &[3, 2, 7, 6, 5, 4, 3, 2])?;
    Some(format!("{stem}{check}"))
}

/// The number for a person that begins with these 9 digits, if there is one.
pub fn person_number(stem: u32) -> Option<String> {
    let mut number = format!("{stem:09}");
    for weights in [
        &[3, 7, 6, 1, 8, 9, 4, 5, 2][..],
        &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2],
    ] {
        let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
        let check = check_digit(&digits, weights)?;
        number.push(char::from_digit(check, 10)?);
    }
    Some(number)
}

fn digits<const N: usize>(text: &str) -> Option<[u32; N]> {
    let bytes: &[u8; N] = text.as_bytes().try_into().ok()?;
    bytes
        .iter()
        .all(u8::is_ascii_digit)
        .then(|| bytes.map(|b| u32::from(b - b'0')))
}

fn check_digit(digits: &[u32], weights: &[u32]) -> Option<u32> {
    let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    !name.is_empty()
        && !text.chars().any(char::is_whitespace)
        && !domain.contains('@')
        && domain
            .char_indices()
            .any(|(at, c)| c == '.' && at > 0 && at + 1 < domain.len())
}

/// No blanks, no control characters, no unfinished escapes, none of the characters that a URI may not hold.
/// Letters beyond ASCII are accepted (RFC 3987).
pub(super) fn is_uri(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c))
        && bytes
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'%')
            .all(|(at, _)| {
                bytes
                    .get(at + 1..at + 3)
                    .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
            })
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        assert!(is_person_number("15915299854"));
        assert!(is_person_number("08844397713"));
        assert!(!is_person_number("08844397714"));
        assert!(!is_person_number("0884439771a"));
        assert!(is_organization_number("974760673"));
        assert!(is_organization_number("000000000"));
        assert!(!is_organization_number("974760674"));
    }

    #[test]
    fn numbers_are_completed_where_they_can_be() {
        assert_eq!(
            organization_number(97_476_067).as_deref(),
            Some("974760673")
        );
        assert_eq!(organization_number(123_456_789), None);
        assert_eq!(person_number(159_152_998).as_deref(), Some("15915299854"));
        let made: Vec<_> = (0..1_000).filter_map(person_number).collect();
        assert!((700..1_000).contains(&made.len()));
        assert!(made.iter().all(|number| is_person_number(number)));
    }

    #[test]
    fn parties_are_lower_case_and_of_four_kinds() {
        let mail = PartyUrn::parse("urn:altinn:person:idporten-email:foo@BAR.com").unwrap();
        assert_eq!(
            mail.as_str(),
            "urn:altinn:person:idporten-email:foo@bar.com"
        );
        for bad in [
            "urn:altinn:systemuser:uuid:0198c1a2-0000-7000-8000-000000000000",
            "URN:ALTINN:person:identifier-no:08844397713",
            "urn:altinn:person:legacy-selfidentified:",
            "urn:altinn:person:legacy-selfidentified:a b",
            "urn:altinn:person:legacy-selfidentified:100%",
            "urn:altinn:person:idporten-email:foo@bar",
            "urn:altinn:person:idporten-email:a@b@c.d",
            "urn:altinn:person:idporten-email:foo@.no",
            " urn:altinn:person:identifier-no:08844397713",
        ] {
            assert_eq!(PartyUrn::parse(bad).map(|p| p.to_string()), None, "{bad}");
        }
        assert!(PartyUrn::parse("urn:altinn:person:legacy-selfidentified:K%C3%A5re").is_some());
        assert!(PartyUrn::parse("urn:altinn:person:legacy-selfidentified:kåre").is_some());
    }
}
