//! Reading elements strictly: in order, each known, nothing between them.

use std::borrow::Cow;

use roxmltree::{Document, Node};

use super::super::names::NAMESPACE;

/// Why a document is no policy, and where. A refused policy permits nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {what}")]
pub struct Refused {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong there.
    pub what: Cow<'static, str>,
}

/// Refuses the document because of this node.
pub(super) fn refuse(node: Node<'_, '_>, what: impl Into<Cow<'static, str>>) -> Refused {
    refuse_at(node.document(), node.range().start, what)
}

fn refuse_at(document: &Document<'_>, at: usize, what: impl Into<Cow<'static, str>>) -> Refused {
    let position = document.text_pos_at(at);
    Refused {
        line: position.row,
        column: position.col,
        what: what.into(),
    }
}

/// The child elements of an element, taken one after the other.
pub(super) struct Content<'a, 'i> {
    parent: Node<'a, 'i>,
    next: Option<Node<'a, 'i>>,
}

impl<'a, 'i> Content<'a, 'i> {
    /// Checks that there is nothing but white space, comments and elements of the policy namespace.
    pub(super) fn of(parent: Node<'a, 'i>) -> Result<Self, Refused> {
        for child in parent.children() {
            if child.is_text() && !child.text().is_none_or(is_white_space) {
                let parent = parent.tag_name().name();
                return Err(refuse(child, format!("text inside {parent}")));
            }
            if child.is_element() && child.tag_name().namespace() != Some(NAMESPACE) {
                return Err(refuse(child, "an element of another namespace"));
            }
        }
        Ok(Self {
            parent,
            next: parent.first_element_child(),
        })
    }

    /// The next element, whatever it is.
    pub(super) fn take(&mut self) -> Option<Node<'a, 'i>> {
        let taken = self.next?;
        self.next = taken.next_sibling_element();
        Some(taken)
    }

    /// The next element if it has this name.
    pub(super) fn take_if(&mut self, name: &str) -> Option<Node<'a, 'i>> {
        self.next.filter(|next| next.tag_name().name() == name)?;
        self.take()
    }

    /// The next element, which must have this name.
    pub(super) fn require(&mut self, name: &str) -> Result<Node<'a, 'i>, Refused> {
        match (self.take_if(name), self.next) {
            (Some(taken), _) => Ok(taken),
            (None, Some(other)) => {
                let other_name = other.tag_name().name();
                Err(refuse(
                    other,
                    format!("{name} is expected here, not {other_name}"),
                ))
            }
            (None, None) => {
                let parent = self.parent.tag_name().name();
                Err(refuse(
                    self.parent,
                    format!("{parent} has no {name} where it should"),
                ))
            }
        }
    }

    /// All the following elements of this name, of which there must be one at least.
    pub(super) fn require_all(&mut self, name: &str) -> Result<Vec<Node<'a, 'i>>, Refused> {
        let mut all = vec![self.require(name)?];
        all.extend(std::iter::from_fn(|| self.take_if(name)));
        Ok(all)
    }

    /// Skips an optional description.
    pub(super) fn skip_description(&mut self) -> Result<(), Refused> {
        self.take_if("Description")
            .map_or(Ok(()), |description| text(description).map(drop))
    }

    /// That there is no further element.
    pub(super) fn end(self) -> Result<(), Refused> {
        match self.next {
            None => Ok(()),
            Some(other) => {
                let (name, parent) = (other.tag_name().name(), self.parent.tag_name().name());
                Err(refuse(
                    other,
                    format!("unknown, repeated or misplaced {name} in {parent}"),
                ))
            }
        }
    }
}

fn is_white_space(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

/// The text of an element without child elements, white space included.
pub(super) fn text<'a>(element: Node<'a, '_>) -> Result<Cow<'a, str>, Refused> {
    if let Some(child) = element.first_element_child() {
        let name = element.tag_name().name();
        return Err(refuse(child, format!("an element inside {name}")));
    }
    let mut texts = element
        .children()
        .filter_map(|child| child.text().filter(|_| child.is_text()));
    let first = texts.next().unwrap_or_default();
    // A comment or an instruction between them splits one text in two.
    Ok(match texts.next() {
        None => Cow::Borrowed(first),
        Some(second) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
    })
}

/// An attribute, if it is there. One of another namespace is a different one, whatever its local name.
pub(super) fn optional<'a>(element: Node<'a, '_>, name: &str) -> Option<&'a str> {
    element
        .attributes()
        .find(|attribute| attribute.namespace().is_none() && attribute.name() == name)
        .map(|attribute| attribute.value())
}

/// An attribute that must be there and not be empty.
pub(super) fn attribute<'a>(element: Node<'a, '_>, name: &str) -> Result<&'a str, Refused> {
    optional(element, name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| {
            let element_name = element.tag_name().name();
            refuse(element, format!("{element_name} has no {name}"))
        })
}

/// A boolean of XML Schema; false when it is absent.
pub(super) fn boolean(element: Node<'_, '_>, name: &str) -> Result<bool, Refused> {
    match optional(element, name).map(str::trim) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(refuse(element, format!("{name} is no boolean"))),
    }
}

/// That an element has no content.
pub(super) fn is_empty(element: Node<'_, '_>) -> Result<(), Refused> {
    Content::of(element)?.end()
}

/// The root element of a document.
pub(super) fn root<'a, 'i>(document: &'a Document<'i>) -> Result<Node<'a, 'i>, Refused> {
    let root = document.root_element();
    if root.tag_name().namespace() != Some(NAMESPACE) {
        return Err(refuse(
            root,
            format!("the root is not in the namespace {NAMESPACE}"),
        ));
    }
    if root.tag_name().name() != "Policy" {
        return Err(refuse(root, "the root is no Policy"));
    }
    Ok(root)
}
