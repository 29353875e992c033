//! What was sent within a dialog, in the eyes of end users.

pub mod get;
pub mod list;

use crate::{
    api::wire::LoneTransmission,
    authority::Permitted,
    dialog::{
        preference::Preference,
        timestamp::Timestamp,
        transmission::Transmission,
        view::{actors::ActorMask, languages, links},
    },
};

/// What one request does to every transmission that it shows.
struct View<'a> {
    permitted: &'a Permitted,
    languages: &'a Preference,
    mask: ActorMask,
    now: Timestamp,
}

impl View<'_> {
    fn show(&self, mut transmission: Transmission) -> LoneTransmission {
        let attribute = transmission.body.authorization_attribute.as_deref();
        transmission.is_authorized = Some(self.permitted.permits_transmission(attribute));
        transmission.idempotent_key = None;
        links::hide_in_transmission(&mut transmission, self.now);
        languages::prune_transmission(&mut transmission, self.languages);
        self.mask.actor(&mut transmission.body.sender);
        for attachment in &mut transmission.body.attachments {
            attachment.display_name.get_or_insert_default();
        }
        transmission.into()
    }
}
