//! Small words: identifiers and times.

use dialogporten::dialog::{
    id,
    instance::InstanceRef,
    language::LanguageCode,
    moment,
    party::{Kind, PartyUrn},
    reading::strict_moment,
    resource,
    timestamp::Timestamp,
};

/// What is taken for an identifier is one in its one spelling, and shows nobody's number to a log.
pub fn identifiers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for party in [PartyUrn::parse(text), PartyUrn::parse_user(text)]
        .into_iter()
        .flatten()
    {
        assert!(party.as_str().starts_with(party.kind().prefix()));
        assert_eq!(PartyUrn::parse_user(party.as_str()).as_ref(), Some(&party));
        assert!(party.kind() != Kind::Person || party.id().len() == 11);
        assert!(party.kind() != Kind::Organization || party.id().len() == 9);
        assert_eq!(format!("{party:?}"), format!("{}…", party.kind().prefix()));
    }
    if let Some(reference) = InstanceRef::parse(text) {
        let shown = reference.to_string();
        assert_eq!(InstanceRef::parse(&shown), Some(reference.clone()));
        if let Some(label) = reference.label() {
            assert!(label.starts_with("urn:altinn:"));
        }
    }
    if let Some(read) = id::parse_loose(text) {
        assert_eq!(id::parse_strict(&read.to_string()), Some(read));
        assert_eq!(id::parse_loose(&format!(" {{{read}}}")), Some(read));
    }
    if let Some(read) = id::parse_strict(text) {
        assert_eq!(id::parse_loose(text), Some(read));
        assert_eq!(read.to_string(), text.to_ascii_lowercase());
    }
    if let Some(code) = LanguageCode::parse(text) {
        assert_eq!(LanguageCode::parse(code.as_str()), Some(code));
        assert_eq!(code.as_str().len(), 2);
    }
    let canonical = resource::canonical(text);
    assert_eq!(resource::canonical(&canonical), canonical);
    let _ = resource::is_migrated(text, "ttd");
    assert!(!resource::is_resource(text) || canonical.starts_with(resource::PREFIX));
}

/// A time is a moment of the years 1 to 9999, and is read again from what we write.
pub fn moments(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let strict = strict_moment(text);
    let loose = moment::parse(text).map(Timestamp::new);
    // What bodies take, addresses take as well.
    assert!(strict.is_none() || strict == loose);
    for read in [strict, loose].into_iter().flatten() {
        let shown = read.to_string();
        assert_eq!(shown.len(), "2026-03-01T08:00:00.0000000Z".len());
        assert_eq!(strict_moment(&shown), Some(read));
        assert_eq!(moment::parse(&shown).map(Timestamp::new), Some(read));
        assert_eq!(Timestamp::new(read.to_datetime()), read);
        let _ = (read.http_date(), read.is_unset(), read.micros());
    }
}
