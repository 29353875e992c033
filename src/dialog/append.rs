//! What adding a part to a dialog, or putting one right, does to the dialog around it.

use super::{
    activity::DialogActivityType,
    label::{LabelMask, SystemLabel},
    timestamp::Timestamp,
};

/// Changes of a dialog that do not depend on its state, so that they may be made in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// The new time of change, if it moves.
    pub updated_at: Option<Timestamp>,
    /// The new time of change of the content, if it moves; the content then counts as unseen.
    pub content_updated_at: Option<Timestamp>,
    /// Labels that the dialog gets, unless it has them.
    pub labels_set: LabelMask,
    /// Labels that it loses, if it has them.
    pub labels_removed: LabelMask,
}

impl Effects {
    /// Nothing but what every write does: until a dialog is visible, its story starts when it will be.
    fn none(visible_from: Option<Timestamp>, now: Timestamp) -> Self {
        let start = visible_from.filter(|from| *from > now);
        Self {
            updated_at: start,
            content_updated_at: start,
            labels_set: LabelMask::EMPTY,
            labels_removed: LabelMask::EMPTY,
        }
    }

    /// An activity is added.
    pub fn of_activity(visible_from: Option<Timestamp>, silent: bool, now: Timestamp) -> Self {
        let mut effects = Self::none(visible_from, now);
        if !silent {
            effects.updated_at = effects.updated_at.or(Some(now));
            effects.back_to_inbox();
        }
        effects
    }

    /// A transmission is added.
    pub fn of_transmission(
        visible_from: Option<Timestamp>,
        silent: bool,
        is_from_party: bool,
        now: Timestamp,
    ) -> Self {
        let mut effects = Self::none(visible_from, now);
        if !silent {
            effects.updated_at = effects.updated_at.or(Some(now));
            effects.content_updated_at = effects.content_updated_at.or(Some(now));
            effects.back_to_inbox();
        }
        if is_from_party {
            effects.labels_set = effects.labels_set.with(SystemLabel::Sent);
        }
        effects
    }

    /// A transmission has been put right, which is always silent; afterwards the party has sent something, or nothing.
    pub fn of_correction(
        visible_from: Option<Timestamp>,
        has_party_sent: bool,
        now: Timestamp,
    ) -> Self {
        let mut effects = Self::none(visible_from, now);
        if has_party_sent {
            effects.labels_set = effects.labels_set.with(SystemLabel::Sent);
        } else {
            effects.labels_removed = effects.labels_removed.with(SystemLabel::Sent);
        }
        effects
    }

    /// What is new takes a dialog out of the bin and the archive.
    fn back_to_inbox(&mut self) {
        self.labels_set = self.labels_set.with(SystemLabel::Default);
        self.labels_removed = self
            .labels_removed
            .with(SystemLabel::Bin)
            .with(SystemLabel::Archive);
    }

    /// What the log of labels tells where it is news: labels set, then labels removed. `Default` is never told.
    pub fn label_changes(&self) -> impl Iterator<Item = (SystemLabel, bool)> {
        let set = self.labels_set.labels().into_iter().map(|l| (l, true));
        let removed = self.labels_removed.labels().into_iter().map(|l| (l, false));
        set.chain(removed)
            .filter(|(label, _)| *label != SystemLabel::Default)
    }
}

impl DialogActivityType {
    /// Whether it can be the last thing that was to be opened.
    pub fn opens(self) -> bool {
        matches!(self, Self::TransmissionOpened | Self::CorrespondenceOpened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(chrono::DateTime::from_timestamp(second, 0).unwrap())
    }

    #[test]
    fn silence_leaves_times_and_places_alone() {
        let silent = Effects::of_activity(None, true, at(5));
        assert_eq!((silent.updated_at, silent.content_updated_at), (None, None));
        assert_eq!(silent.label_changes().count(), 0);
        let sent = Effects::of_transmission(None, true, true, at(5));
        assert_eq!((sent.updated_at, sent.content_updated_at), (None, None));
        let changes: Vec<_> = sent.label_changes().collect();
        assert_eq!(changes, [(SystemLabel::Sent, true)]);
    }

    #[test]
    fn only_transmissions_change_the_content() {
        let activity = Effects::of_activity(Some(at(1)), false, at(5));
        assert_eq!(activity.updated_at, Some(at(5)));
        assert_eq!(activity.content_updated_at, None);
        let transmission = Effects::of_transmission(None, false, true, at(5));
        assert_eq!(transmission.content_updated_at, Some(at(5)));
        let changes: Vec<_> = transmission.label_changes().collect();
        assert_eq!(
            changes,
            [
                (SystemLabel::Sent, true),
                (SystemLabel::Bin, false),
                (SystemLabel::Archive, false)
            ]
        );
    }

    #[test]
    fn before_its_time_a_dialog_changes_when_it_becomes_visible_even_silently() {
        for effects in [
            Effects::of_activity(Some(at(9)), true, at(5)),
            Effects::of_activity(Some(at(9)), false, at(5)),
            Effects::of_transmission(Some(at(9)), false, false, at(5)),
        ] {
            assert_eq!(effects.updated_at, Some(at(9)));
            assert_eq!(effects.content_updated_at, Some(at(9)));
        }
    }
}
