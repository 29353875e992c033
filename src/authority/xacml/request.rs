//! The question: attributes of who asks, of what, and what for.

use std::borrow::Cow;
use std::ops::Range;

use super::names::{Category, DataType};

/// A question for one decision. Values are borrowed where the caller can lend them, so that a subject's many roles
/// cost one reference each, in every copy of the request too.
#[derive(Clone, Default)]
pub struct Request<'a> {
    attributes: Vec<Attribute<'a>>,
    values: Vec<Cow<'a, str>>,
}

#[derive(Clone)]
struct Attribute<'a> {
    category: Category<'a>,
    id: Cow<'a, str>,
    data_type: DataType<'a>,
    values: Range<usize>,
}

impl<'a> Request<'a> {
    /// A request without any attribute.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute with its values. The same attribute may be added again: its values count together.
    /// An attribute without values is as good as absent.
    #[must_use]
    pub fn with<V>(
        mut self,
        category: Category<'a>,
        id: impl Into<Cow<'a, str>>,
        data_type: DataType<'a>,
        values: impl IntoIterator<Item = V>,
    ) -> Self
    where
        V: Into<Cow<'a, str>>,
    {
        let start = self.values.len();
        self.values.extend(values.into_iter().map(Into::into));
        self.attributes.push(Attribute {
            category,
            id: id.into(),
            data_type,
            values: start..self.values.len(),
        });
        self
    }

    /// Adds a text attribute of who asks.
    #[must_use]
    pub fn subject<V>(
        self,
        id: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self
    where
        V: Into<Cow<'a, str>>,
    {
        self.with(Category::Subject, id, DataType::String, values)
    }

    /// Adds a text attribute of what is asked for.
    #[must_use]
    pub fn resource(self, id: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.with(Category::Resource, id, DataType::String, [value])
    }

    /// Names the action.
    #[must_use]
    pub fn action(self, name: impl Into<Cow<'a, str>>) -> Self {
        self.with(
            Category::Action,
            super::names::ACTION_ID,
            DataType::String,
            [name],
        )
    }

    /// The values of one attribute in groups of equal type, wherever in the request they stand.
    pub(super) fn values(
        &self,
        category: &Category<'_>,
        id: &str,
    ) -> impl Iterator<Item = (&DataType<'a>, &[Cow<'a, str>])> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.category == *category && attribute.id == id)
            .map(|attribute| (&attribute.data_type, &self.values[attribute.values.clone()]))
    }
}
