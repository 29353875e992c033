//! Request bodies as they are read: the right kinds of values, nothing more. Types are named as the schemas of the API.

mod action;
mod activity;
mod append;
mod attachment;
mod content;
mod dialog;
mod transmission;
mod update;

pub use action::{CreateDialogApiAction, CreateDialogApiActionEndpoint, CreateDialogGuiAction};
pub use activity::{ActorInput, CreateDialogActivity};
pub use append::{
    CreateDialogActivityRequest, CreateTransmissionRequest, UpdateTransmissionRequest,
};
pub use attachment::{
    CreateDialogAttachment, CreateDialogAttachmentUrl, CreateDialogTransmissionAttachment,
    CreateDialogTransmissionAttachmentUrl,
};
pub use content::{
    ContentValueInput, CreateDialogContent, CreateDialogTransmissionContent, LocalizationInput,
};
pub use dialog::{
    CreateDialog, CreateDialogServiceOwnerContext, CreateDialogServiceOwnerLabel, CreateDialogTag,
};
pub use transmission::{CreateDialogTransmission, CreateDialogTransmissionNavigationalAction};
pub use update::UpdateDialog;
