//! Texts in request bodies.

use utoipa::ToSchema;

use crate::{
    dialog::content::ContentValue,
    json::{Cursor, Read, Refusal, is_member},
    json_object,
};

/// A text with its language; both must be given.
#[derive(Clone)]
pub struct LocalizationInput {
    /// The text.
    pub value: String,
    /// Its language as the client wrote it.
    pub language_code: String,
}

impl Read for LocalizationInput {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Refusal> {
        let (mut value, mut language_code) = (None, None);
        cursor.object(|cursor, name| {
            let slot = match name {
                name if is_member(name, "value") => &mut value,
                name if is_member(name, "language_code") => &mut language_code,
                _ => return Ok(false),
            };
            *slot = Some(String::read(cursor)?);
            Ok(true)
        })?;
        match (value, language_code) {
            (Some(value), Some(language_code)) => Ok(Self {
                value,
                language_code,
            }),
            _ => Err(Refusal::new("Must have both 'value' and 'languageCode'.")),
        }
    }
}

/// One text in its languages.
#[derive(Clone, Default)]
pub struct ContentValueInput {
    /// At least one language.
    pub value: Vec<LocalizationInput>,
    /// How the text is to be read; `text/plain` when left out.
    pub media_type: Option<String>,
}

json_object!(ContentValueInput {
    value,
    media_type: never_null
});

/// The texts of a dialog.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogContent {
    /// What the dialog is about.
    #[schema(value_type = ContentValue)]
    pub title: Option<ContentValueInput>,
    /// A title for callers whose authentication level is too low for the other one.
    #[schema(value_type = Option<ContentValue>)]
    pub non_sensitive_title: Option<ContentValueInput>,
    /// A few sentences for lists.
    #[schema(value_type = Option<ContentValue>)]
    pub summary: Option<ContentValueInput>,
    /// A summary for callers whose authentication level is too low for the other one.
    #[schema(value_type = Option<ContentValue>)]
    pub non_sensitive_summary: Option<ContentValueInput>,
    /// Who sends it, where that is not the service owner.
    #[schema(value_type = Option<ContentValue>)]
    pub sender_name: Option<ContentValueInput>,
    /// More text for the details; plain or markdown.
    #[schema(value_type = Option<ContentValue>)]
    pub additional_info: Option<ContentValueInput>,
    /// The state in words, at most 25 characters.
    #[schema(value_type = Option<ContentValue>)]
    pub extended_status: Option<ContentValueInput>,
    /// An `https` address of the content itself.
    #[schema(value_type = Option<ContentValue>)]
    pub main_content_reference: Option<ContentValueInput>,
}

json_object!(CreateDialogContent {
    title: never_null,
    non_sensitive_title,
    summary,
    non_sensitive_summary,
    sender_name,
    additional_info,
    extended_status,
    main_content_reference,
});

/// The texts of a transmission.
#[derive(Clone, Default, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateDialogTransmissionContent {
    /// What the transmission is about.
    #[schema(value_type = ContentValue)]
    pub title: Option<ContentValueInput>,
    /// A few sentences.
    #[schema(value_type = Option<ContentValue>)]
    pub summary: Option<ContentValueInput>,
    /// An `https` address of the content itself.
    #[schema(value_type = Option<ContentValue>)]
    pub content_reference: Option<ContentValueInput>,
}

json_object!(CreateDialogTransmissionContent {
    title: never_null,
    summary,
    content_reference,
});
