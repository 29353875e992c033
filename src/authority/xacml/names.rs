//! The words of XACML 3.0 and of Altinn's policies: categories, data types, attributes, functions.

use std::borrow::Cow;

/// The one namespace a policy may be written in.
pub(super) const NAMESPACE: &str = "urn:oasis:names:tc:xacml:3.0:core:schema:wd-17";

/// The action that is asked for (XACML 3.0, appendix B.2).
pub const ACTION_ID: &str = "urn:oasis:names:tc:xacml:1.0:action:action-id";
/// A role someone holds for a party.
pub const ROLE_CODE: &str = "urn:altinn:rolecode";
/// A package of rights someone holds for a party.
pub const ACCESS_PACKAGE: &str = "urn:altinn:accesspackage";
/// Category of the obligation that names the lowest authentication level of a person.
pub(super) const MINIMUM_LEVEL: &str = "urn:altinn:minimum-authenticationlevel";

const SUBJECT: &str = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
const RESOURCE: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource";
const ACTION: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:action";
const ENVIRONMENT: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:environment";
const XML_SCHEMA: &str = "http://www.w3.org/2001/XMLSchema#";

/// What an attribute is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Category<'a> {
    /// Who asks.
    Subject,
    /// What it is about.
    Resource,
    /// What shall be done.
    Action,
    /// Everything around the question.
    Environment,
    /// Any other category, by its URI.
    Other(Cow<'a, str>),
}

impl<'a> Category<'a> {
    /// The category with this URI; URIs are compared letter by letter.
    pub fn from_uri(uri: impl Into<Cow<'a, str>>) -> Self {
        let uri = uri.into();
        match uri.as_ref() {
            SUBJECT => Self::Subject,
            RESOURCE => Self::Resource,
            ACTION => Self::Action,
            ENVIRONMENT => Self::Environment,
            _ => Self::Other(uri),
        }
    }

    pub(super) fn into_owned(self) -> Category<'static> {
        match self {
            Self::Subject => Category::Subject,
            Self::Resource => Category::Resource,
            Self::Action => Category::Action,
            Self::Environment => Category::Environment,
            Self::Other(uri) => Category::Other(Cow::Owned(uri.into_owned())),
        }
    }

    /// The word for people: `subject`, `resource`, …, or the URI.
    pub fn word(&self) -> &str {
        match self {
            Self::Subject => "subject",
            Self::Resource => "resource",
            Self::Action => "action",
            Self::Environment => "environment",
            Self::Other(uri) => uri,
        }
    }
}

/// The type of a value. Values of different types never equal each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataType<'a> {
    /// Text; what a request means when it names no type.
    String,
    /// A whole number.
    Integer,
    /// A day, perhaps with a time zone.
    Date,
    /// A time of the day, perhaps with a time zone.
    Time,
    /// A day and a time, perhaps with a time zone.
    DateTime,
    /// A URI.
    AnyUri,
    /// Any other type, by its URI.
    Other(Cow<'a, str>),
}

impl<'a> DataType<'a> {
    /// The type with this URI; URIs are compared letter by letter.
    pub fn from_uri(uri: impl Into<Cow<'a, str>>) -> Self {
        let uri = uri.into();
        match uri.strip_prefix(XML_SCHEMA) {
            Some("string") => Self::String,
            Some("integer") => Self::Integer,
            Some("date") => Self::Date,
            Some("time") => Self::Time,
            Some("dateTime") => Self::DateTime,
            Some("anyURI") => Self::AnyUri,
            _ => Self::Other(uri),
        }
    }

    /// The type of XML Schema with this short name, such as `string` or `boolean`.
    pub fn from_schema_name(name: &str) -> DataType<'static> {
        DataType::from_uri(format!("{XML_SCHEMA}{name}"))
    }

    pub(super) fn into_owned(self) -> DataType<'static> {
        match self {
            Self::String => DataType::String,
            Self::Integer => DataType::Integer,
            Self::Date => DataType::Date,
            Self::Time => DataType::Time,
            Self::DateTime => DataType::DateTime,
            Self::AnyUri => DataType::AnyUri,
            Self::Other(uri) => DataType::Other(Cow::Owned(uri.into_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_known_by_its_exact_uri() {
        assert_eq!(Category::from_uri(RESOURCE), Category::Resource);
        assert_eq!(
            Category::from_uri("URN:oasis:names:tc:xacml:3.0:attribute-category:resource").word(),
            "URN:oasis:names:tc:xacml:3.0:attribute-category:resource"
        );
    }

    #[test]
    fn a_short_name_and_its_uri_are_the_same_type() {
        for name in [
            "string", "integer", "date", "time", "dateTime", "anyURI", "boolean",
        ] {
            let uri = format!("http://www.w3.org/2001/XMLSchema#{name}");
            assert_eq!(
                DataType::from_schema_name(name),
                DataType::from_uri(uri),
                "{name}"
            );
        }
    }
}
