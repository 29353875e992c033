//! System labels: where a dialog lies for its party, kept as a bit mask.

use crate::{dialog::named::Named, named_enum};

named_enum! {
    /// A label that the system knows. One of `Default`, `Bin` and `Archive` is always there.
    pub enum SystemLabel {
        /// In the inbox.
        Default = 1,
        /// In the bin.
        Bin = 2,
        /// In the archive.
        Archive = 3,
        /// To be treated as not yet read.
        MarkedAsUnopened = 4,
        /// Holds something that the party sent.
        Sent = 5,
    }
}

/// A set of labels; bit *n*−1 is label number *n*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelMask(i16);

impl LabelMask {
    /// No label, as no dialog has it.
    pub const EMPTY: Self = Self(0);

    /// A dialog in the inbox.
    pub const DEFAULT: Self = Self(1);

    /// The mask as stored.
    pub fn from_bits(bits: i16) -> Self {
        Self(bits)
    }

    /// As stored.
    pub fn bits(self) -> i16 {
        self.0
    }

    /// The bit of one label.
    pub fn bit(label: SystemLabel) -> i16 {
        1 << (label.number() - 1)
    }

    /// Whether `label` is set.
    pub fn has(self, label: SystemLabel) -> bool {
        self.0 & Self::bit(label) != 0
    }

    /// With `label` set, the others as they are.
    #[must_use]
    pub fn with(self, label: SystemLabel) -> Self {
        Self(self.0 | Self::bit(label))
    }

    /// Without `label`.
    #[must_use]
    pub fn without(self, label: SystemLabel) -> Self {
        Self(self.0 & !Self::bit(label))
    }

    /// The one of `Default`, `Bin` and `Archive` that is set.
    pub fn place(self) -> SystemLabel {
        [SystemLabel::Bin, SystemLabel::Archive]
            .into_iter()
            .find(|l| self.has(*l))
            .unwrap_or(SystemLabel::Default)
    }

    /// All labels in the order of their numbers.
    pub fn labels(self) -> Vec<SystemLabel> {
        SystemLabel::ALL
            .iter()
            .map(|(l, _, _)| *l)
            .filter(|l| self.has(*l))
            .collect()
    }
}
