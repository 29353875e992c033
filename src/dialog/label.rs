//! System labels: where a dialog lies for its party, kept as a bit mask.

use serde::{Serialize, Serializer};

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
        self.each().collect()
    }

    /// Each label in the order of their numbers.
    pub fn each(self) -> impl Iterator<Item = SystemLabel> {
        let all = SystemLabel::ALL.iter().map(|(label, _, _)| *label);
        all.filter(move |label| self.has(*label))
    }
}

impl Serialize for LabelMask {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.each())
    }
}

/// What becomes of the labels of any dialog: masks, so that the database can apply it to a row that it has locked.
///
/// Whatever is asked, exactly one of `Default`, `Bin` and `Archive` is set afterwards, and `Sent` is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelChange {
    kept: i16,
    added: i16,
}

impl LabelChange {
    /// The bits of which one is always set.
    pub const PLACES: i16 = 0b111;

    const SENT: i16 = 0b1_0000;

    /// First `removed` go, then `added` come. Taking a dialog out of its place puts it into the inbox; of several places
    /// to put it to, the one that is named last counts, where repetitions are not.
    pub fn new(removed: &[SystemLabel], added: &[SystemLabel]) -> Self {
        let mask = |labels: &[SystemLabel]| {
            let bits = labels.iter().map(|label| LabelMask::bit(*label));
            bits.fold(0, |mask, bit| mask | bit) & !Self::SENT
        };
        let place = added
            .iter()
            .enumerate()
            .filter(|(at, label)| !added[..*at].contains(label))
            .map(|(_, label)| LabelMask::bit(*label))
            .rfind(|bit| bit & Self::PLACES != 0);
        let added = mask(added) & !Self::PLACES | place.unwrap_or(0);
        let leaves = if place.is_some() { Self::PLACES } else { 0 };
        Self {
            kept: !(mask(removed) | leaves),
            added,
        }
    }

    /// Puts a dialog into the inbox, as everything new from its service owner does.
    pub fn into_inbox() -> Self {
        Self::new(&[], &[SystemLabel::Default])
    }

    /// The labels of a dialog afterwards.
    pub fn apply(self, before: LabelMask) -> LabelMask {
        let after = before.0 & self.kept | self.added;
        LabelMask(if after & Self::PLACES == 0 {
            after | LabelMask::DEFAULT.0
        } else {
            after
        })
    }

    /// The bits that stay where they are set.
    pub fn kept(self) -> i16 {
        self.kept
    }

    /// The bits that are set afterwards, whatever was before. No place among them and none kept means the inbox.
    pub fn added(self) -> i16 {
        self.added
    }
}

/// What the log tells of one change of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedChange {
    /// Which label; never `Default`.
    pub label: SystemLabel,
    /// Whether it came; otherwise it went.
    pub added: bool,
}

impl LoggedChange {
    /// All that can happen in one change, in the order of the log: what came, then what went.
    pub const ALL: [Self; 8] = {
        const LABELS: [SystemLabel; 4] = [
            SystemLabel::Bin,
            SystemLabel::Archive,
            SystemLabel::MarkedAsUnopened,
            SystemLabel::Sent,
        ];
        let mut all = [Self {
            label: SystemLabel::Bin,
            added: true,
        }; 8];
        let mut at = 0;
        while at < 8 {
            all[at] = Self {
                label: LABELS[at % 4],
                added: at < 4,
            };
            at += 1;
        }
        all
    };

    /// What happened between two states, in the order of the log.
    pub fn between(before: LabelMask, after: LabelMask) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |change| {
            after.has(change.label) == change.added && before.has(change.label) != change.added
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::{SystemLabel::*, *};

    const PLACES: [SystemLabel; 3] = [Default, Bin, Archive];

    /// The rules as the public API tells them, one label after the other.
    fn step_by_step(
        before: LabelMask,
        removed: &[SystemLabel],
        added: &[SystemLabel],
    ) -> LabelMask {
        let put = |labels: LabelMask, place| {
            let nowhere = PLACES.into_iter().fold(labels, LabelMask::without);
            nowhere.with(place)
        };
        let distinct = |labels: &[SystemLabel]| {
            let mut seen = Vec::new();
            for label in labels {
                if !seen.contains(label) {
                    seen.push(*label);
                }
            }
            seen
        };
        let mut labels = before;
        for label in distinct(removed) {
            labels = match label {
                Sent => labels,
                MarkedAsUnopened => labels.without(label),
                place if labels.has(place) => put(labels, Default),
                _ => labels,
            };
        }
        for label in distinct(added) {
            labels = match label {
                Sent => labels,
                MarkedAsUnopened => labels.with(label),
                place => put(labels, place),
            };
        }
        labels
    }

    fn any_labels() -> impl Strategy<Value = Vec<SystemLabel>> {
        vec(
            select(vec![Default, Bin, Archive, MarkedAsUnopened, Sent]),
            0..6,
        )
    }

    fn legal() -> impl Strategy<Value = LabelMask> {
        (select(PLACES.to_vec()), any::<bool>(), any::<bool>()).prop_map(
            |(place, unopened, sent)| {
                let mut labels = LabelMask::from_bits(LabelMask::bit(place));
                if unopened {
                    labels = labels.with(MarkedAsUnopened);
                }
                if sent {
                    labels = labels.with(Sent);
                }
                labels
            },
        )
    }

    proptest! {
        #[test]
        fn masks_do_what_the_rules_say_label_by_label(before in legal(), removed in any_labels(), added in any_labels()) {
            let change = LabelChange::new(&removed, &added);
            prop_assert_eq!(change.apply(before), step_by_step(before, &removed, &added));
        }

        #[test]
        fn no_sequence_of_changes_leads_out_of_the_legal_states(
            before in legal(),
            changes in vec((any_labels(), any_labels()), 0..8),
        ) {
            let mut labels = before;
            for (removed, added) in changes {
                labels = LabelChange::new(&removed, &added).apply(labels);
                prop_assert_eq!(PLACES.into_iter().filter(|place| labels.has(*place)).count(), 1);
                prop_assert_eq!(labels.has(Sent), before.has(Sent));
                prop_assert_eq!(labels.bits() & !0b1_1111, 0);
            }
        }

        #[test]
        fn a_change_made_twice_is_made_once(before in legal(), removed in any_labels(), added in any_labels()) {
            let change = LabelChange::new(&removed, &added);
            let after = change.apply(before);
            let only_added = LabelChange::new(&[], &added);
            prop_assert_eq!(only_added.apply(only_added.apply(after)), only_added.apply(after));
            prop_assert_eq!(LoggedChange::between(after, after).count(), 0);
        }

        #[test]
        fn the_log_of_a_change_leads_from_one_state_to_the_other(before in legal(), after in legal()) {
            let mut labels = before.without(Default);
            let mut went = false;
            for change in LoggedChange::between(before, after) {
                prop_assert!(!(change.added && went), "what came is told first");
                went |= !change.added;
                prop_assert_ne!(labels.has(change.label), change.added);
                labels = if change.added { labels.with(change.label) } else { labels.without(change.label) };
            }
            prop_assert_eq!(labels, after.without(Default));
        }
    }

    #[test]
    fn places_replace_each_other_and_the_last_one_named_first_wins() {
        let from = |place, removed: &[SystemLabel], added: &[SystemLabel]| {
            let before = LabelMask::from_bits(LabelMask::bit(place));
            LabelChange::new(removed, added).apply(before).labels()
        };
        assert_eq!(from(Default, &[], &[Bin, Archive]), [Archive]);
        assert_eq!(from(Default, &[], &[Bin, Archive, Bin]), [Archive]);
        assert_eq!(from(Archive, &[Bin], &[]), [Archive]);
        assert_eq!(from(Archive, &[Default], &[]), [Archive]);
        assert_eq!(from(Archive, &[Archive], &[]), [Default]);
        assert_eq!(from(Archive, &[Archive], &[Archive]), [Archive]);
        assert_eq!(
            from(Bin, &[MarkedAsUnopened], &[MarkedAsUnopened]),
            [Bin, MarkedAsUnopened]
        );
        assert_eq!(
            LabelChange::into_inbox()
                .apply(LabelMask::from_bits(0b1_1010))
                .labels(),
            [Default, MarkedAsUnopened, Sent]
        );
    }
}
