//! Targets: each different match is compiled once, however often the document repeats it.

use std::borrow::Cow;
use std::collections::HashMap;

use roxmltree::Node;

use super::super::function::{Function, Test};
use super::super::names::{Category, DataType};
use super::super::policy::{AllOf, Designator, Effect, Match, MatchId, Operand, Part, Target};
use super::element::{Content, Refused, attribute, boolean, is_empty, optional, refuse, text};

/// Most patterns in a policy. Each may take as much memory as all the rest.
const MAX_PATTERNS: usize = 50;

/// A designator as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Written<'a> {
    category: &'a str,
    id: &'a str,
    data_type: &'a str,
    must_be_present: bool,
    has_issuer: bool,
}

/// What makes two matches the same; without a designator it is a selector in a category.
type Key<'a> = (&'a str, Cow<'a, str>, &'a str, Result<Written<'a>, &'a str>);

/// The matches of a policy while it is read.
#[derive(Default)]
pub(super) struct Matches<'a> {
    list: Vec<Match>,
    known: HashMap<Key<'a>, MatchId>,
    patterns: usize,
}

impl<'a> Matches<'a> {
    pub(super) fn into_list(self) -> Box<[Match]> {
        self.list.into_boxed_slice()
    }

    pub(super) fn target(&mut self, element: Node<'a, '_>) -> Result<Target, Refused> {
        let mut content = Content::of(element)?;
        let mut groups = Vec::new();
        while let Some(any_of) = content.take_if("AnyOf") {
            groups.push(self.any_of(any_of)?);
        }
        content.end()?;
        Ok(Target(groups.into_boxed_slice()))
    }

    fn any_of(&mut self, element: Node<'a, '_>) -> Result<Box<[AllOf]>, Refused> {
        let mut content = Content::of(element)?;
        let alternatives = content.require_all("AllOf")?;
        content.end()?;
        alternatives
            .into_iter()
            .map(|all_of| self.all_of(all_of))
            .collect()
    }

    fn all_of(&mut self, element: Node<'a, '_>) -> Result<AllOf, Refused> {
        let mut content = Content::of(element)?;
        let matches = content.require_all("Match")?;
        content.end()?;
        matches.into_iter().map(|asked| self.one(asked)).collect()
    }

    fn one(&mut self, element: Node<'a, '_>) -> Result<MatchId, Refused> {
        let function = attribute(element, "MatchId")?;
        let mut content = Content::of(element)?;
        let value = content.require("AttributeValue")?;
        let data_type = attribute(value, "DataType")?;
        let value = text(value)?;
        let operand = if let Some(selector) = content.take_if("AttributeSelector") {
            check_selector(selector)?;
            Err(optional(selector, "Category").unwrap_or_default())
        } else {
            Ok(designator(content.require("AttributeDesignator")?)?)
        };
        content.end()?;
        let key = (function, value, data_type, operand);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let id = u32::try_from(self.list.len()).map_err(|_| refuse(element, "too many matches"))?;
        let (function, test) = self.compile(function, &key.1, element)?;
        self.list.push(Match {
            function,
            test,
            value: key.1.as_ref().into(),
            data_type: DataType::from_uri(data_type).into_owned(),
            operand: match operand {
                Ok(written) => Operand::Attribute(written.compile()),
                Err(category) => Operand::Selector(Category::from_uri(category).into_owned()),
            },
        });
        self.known.insert(key, MatchId(id));
        Ok(MatchId(id))
    }

    /// Compiles a function with its value.
    pub(super) fn compile(
        &mut self,
        function: &str,
        value: &str,
        element: Node<'_, '_>,
    ) -> Result<(Function, Test), Refused> {
        let function = Function::from_uri(function);
        if function == Function::StringRegexpMatch {
            self.patterns += 1;
            if self.patterns > MAX_PATTERNS {
                return Err(refuse(element, "too many patterns"));
            }
        }
        Ok((function, Test::new(function, value)))
    }

    /// What a target says of one category.
    pub(super) fn part(&self, target: &Target, category: &Category<'_>) -> Part {
        let alternatives: Box<[AllOf]> = target
            .0
            .iter()
            .flatten()
            .map(|all_of| {
                all_of
                    .iter()
                    .copied()
                    .filter(|id| self.get(*id).category() == category)
                    .collect()
            })
            .filter(|matches: &AllOf| !matches.is_empty())
            .collect();
        let is_steady = alternatives
            .iter()
            .flatten()
            .all(|id| self.get(*id).is_steady());
        Part {
            alternatives,
            is_steady,
        }
    }

    /// Whether both readings of a target come to the same for every request: each group is about one of the three
    /// categories, no two about the same, and no match is known to one reading only.
    pub(super) fn do_readings_agree(&self, target: &Target, effect: Effect) -> bool {
        let mut seen = Vec::new();
        for any_of in &target.0 {
            let Some(category) = self.only_category(any_of) else {
                return false;
            };
            if seen.contains(&category) {
                return false;
            }
            seen.push(category);
        }
        target.0.iter().flatten().flatten().all(|id| {
            let asked = self.get(*id);
            // A missing subject attribute may spoil an earlier alternative in the one reading and not in the other.
            let may_be_missing = effect == Effect::Deny
                && matches!(&asked.operand, Operand::Attribute(designator) if designator.must_be_present);
            asked.is_standard() && !may_be_missing
        })
    }

    fn only_category(&self, any_of: &[AllOf]) -> Option<&Category<'static>> {
        let mut categories = any_of.iter().flatten().map(|id| self.get(*id).category());
        let first = categories.next()?;
        let is_known = matches!(
            first,
            Category::Subject | Category::Resource | Category::Action
        );
        (is_known && categories.all(|category| category == first)).then_some(first)
    }

    fn get(&self, id: MatchId) -> &Match {
        &self.list[id.0 as usize]
    }
}

/// Reads an attribute designator.
pub(super) fn designator<'a>(element: Node<'a, '_>) -> Result<Written<'a>, Refused> {
    is_empty(element)?;
    Ok(Written {
        category: attribute(element, "Category")?,
        id: attribute(element, "AttributeId")?,
        data_type: attribute(element, "DataType")?,
        must_be_present: boolean(element, "MustBePresent")?,
        has_issuer: optional(element, "Issuer").is_some(),
    })
}

impl Written<'_> {
    pub(super) fn compile(self) -> Designator {
        Designator {
            category: Category::from_uri(self.category).into_owned(),
            id: self.id.into(),
            data_type: DataType::from_uri(self.data_type).into_owned(),
            must_be_present: self.must_be_present,
            has_issuer: self.has_issuer,
        }
    }
}

/// Checks an attribute selector, which is never followed.
pub(super) fn check_selector(element: Node<'_, '_>) -> Result<(), Refused> {
    is_empty(element)?;
    attribute(element, "DataType")?;
    boolean(element, "MustBePresent").map(drop)
}
