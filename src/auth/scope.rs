//! The scopes that this API knows. They compare exactly, letter case included.

/// The end-user API.
pub const END_USER: &str = "digdir:dialogporten";
/// The end-user API, for clients whose users are not asked for consent; same rights.
pub const END_USER_NO_CONSENT: &str = "digdir:dialogporten.noconsent";
/// The service-owner API.
pub const SERVICE_PROVIDER: &str = "digdir:dialogporten.serviceprovider";
/// The lists of the service-owner API, beside [`SERVICE_PROVIDER`].
pub const SERVICE_PROVIDER_SEARCH: &str = "digdir:dialogporten.serviceprovider.search";
/// Replacing a transmission, beside [`SERVICE_PROVIDER`].
pub const CHANGE_TRANSMISSIONS: &str = "digdir:dialogporten.serviceprovider.changetransmissions";
/// Everybody's dialogs, beside [`SERVICE_PROVIDER`].
pub const ADMIN: &str = "digdir:dialogporten.serviceprovider.admin";
/// HTML in content fields.
pub const LEGACY_HTML: &str = "digdir:dialogporten.serviceprovider.legacyhtml";
/// Resources and activities of correspondence, and its longer texts.
pub const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";
/// Asking whether a notification should be sent.
pub const NOTIFICATION_CONDITION: &str = "altinn:system/notifications.condition.check";
