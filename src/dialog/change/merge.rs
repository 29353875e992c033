//! Merging lists by identifier: what has the identifier of a stored part takes its place, all else comes behind.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::dialog::{
    action::{ApiAction, Endpoint, GuiAction},
    attachment::{Attachment, AttachmentUrl},
};

/// A part with an identifier of its own.
pub trait Part {
    /// The identifier.
    fn id(&self) -> Uuid;

    /// Merges the lists inside this part with those of the stored one.
    fn merge_inside(&mut self, _stored: Option<&Self>) {}
}

/// The list as it is stored and shown afterwards. What was there keeps its place, whatever the order of the request;
/// what is new follows by identifier, which for those that we make is the order of the request.
pub fn merged<P: Part>(stored: &[P], sent: Vec<P>) -> Vec<P> {
    let mut sent: BTreeMap<Uuid, P> = sent.into_iter().map(|part| (part.id(), part)).collect();
    let mut list = Vec::with_capacity(sent.len());
    for old in stored {
        if let Some(mut part) = sent.remove(&old.id()) {
            part.merge_inside(Some(old));
            list.push(part);
        }
    }
    for mut part in sent.into_values() {
        part.merge_inside(None);
        list.push(part);
    }
    list
}

/// The same for words, which are their own identity; new ones stay in the order of the request.
pub fn merged_words(stored: &[String], mut sent: Vec<String>) -> Vec<String> {
    let mut words: Vec<String> = stored
        .iter()
        .filter(|word| sent.contains(word))
        .cloned()
        .collect();
    sent.retain(|word| !stored.contains(word));
    words.append(&mut sent);
    words
}

impl Part for Attachment {
    fn id(&self) -> Uuid {
        self.id
    }

    fn merge_inside(&mut self, stored: Option<&Self>) {
        let stored = stored.map_or(&[][..], |stored| &stored.urls);
        self.urls = merged(stored, std::mem::take(&mut self.urls));
    }
}

impl Part for AttachmentUrl {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl Part for GuiAction {
    fn id(&self) -> Uuid {
        self.id
    }
}

impl Part for ApiAction {
    fn id(&self) -> Uuid {
        self.id
    }

    fn merge_inside(&mut self, stored: Option<&Self>) {
        let stored = stored.map_or(&[][..], |stored| &stored.endpoints);
        self.endpoints = merged(stored, std::mem::take(&mut self.endpoints));
    }
}

impl Part for Endpoint {
    fn id(&self) -> Uuid {
        self.id
    }
}
