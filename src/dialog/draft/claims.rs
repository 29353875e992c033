//! Identifiers that a client gave to the parts of a dialog and that nobody else may have.

use std::collections::HashSet;

use uuid::Uuid;

/// What has an identifier of its own. Identifiers are unique within a kind, across all dialogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// The dialog itself.
    Dialog,
    /// A transmission.
    Transmission,
    /// An activity.
    Activity,
    /// An attachment, be it of the dialog or of a transmission.
    Attachment,
    /// A link of an attachment.
    AttachmentUrl,
    /// A button.
    GuiAction,
    /// Something that systems can call.
    ApiAction,
    /// A version of that.
    Endpoint,
}

impl PartKind {
    /// The key under which the public API tells that an identifier is taken.
    pub fn key(self) -> &'static str {
        match self {
            Self::Dialog => "Dialog",
            Self::Transmission => "DialogTransmission",
            Self::Activity => "DialogActivity",
            Self::Attachment => "Attachment",
            Self::AttachmentUrl => "AttachmentUrl",
            Self::GuiAction => "DialogGuiAction",
            Self::ApiAction => "DialogApiAction",
            Self::Endpoint => "DialogApiActionEndpoint",
        }
    }

    /// The number under which the database keeps the claim; `None` for what is a row with that identifier.
    pub fn number(self) -> Option<i16> {
        match self {
            Self::Dialog | Self::Transmission | Self::Activity => None,
            Self::Attachment => Some(1),
            Self::AttachmentUrl => Some(2),
            Self::GuiAction => Some(3),
            Self::ApiAction => Some(4),
            Self::Endpoint => Some(5),
        }
    }

    /// The kind with this number.
    pub fn of_number(number: i16) -> Option<Self> {
        [
            Self::Attachment,
            Self::AttachmentUrl,
            Self::GuiAction,
            Self::ApiAction,
            Self::Endpoint,
        ]
        .into_iter()
        .find(|kind| kind.number() == Some(number))
    }
}

/// Identifiers given by the client, in the order of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims(Vec<(PartKind, Uuid)>);

impl Claims {
    /// Adds an identifier.
    pub fn add(&mut self, kind: PartKind, id: Uuid) {
        self.0.push((kind, id));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (PartKind, Uuid)> {
        self.0.iter().copied()
    }

    /// Those of one kind.
    pub fn of(&self, kind: PartKind) -> impl Iterator<Item = Uuid> {
        self.0
            .iter()
            .filter(move |(k, _)| *k == kind)
            .map(|(_, id)| *id)
    }

    /// Those that the database keeps apart from the parts, with the number of their kind.
    pub fn numbered(&self) -> Vec<(i16, Uuid)> {
        self.iter()
            .filter_map(|(kind, id)| kind.number().map(|number| (number, id)))
            .collect()
    }

    /// The first identifier that two parts of one kind claim, in whatever lists they stand.
    pub fn first_taken_twice(&self) -> Option<(PartKind, Uuid)> {
        let mut seen = HashSet::with_capacity(self.0.len());
        self.iter().find(|claim| !seen.insert(*claim))
    }
}
