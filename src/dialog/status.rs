//! The state of a dialog as its service owner tells it.

use crate::named_enum;

named_enum! {
    /// The state of a dialog. Any state may follow any other.
    pub enum DialogStatus {
        /// Work has begun.
        InProgress = 2,
        /// A form is being filled in.
        Draft = 3,
        /// Somebody must do something.
        RequiresAttention = 5,
        /// Nothing more will happen.
        Completed = 6,
        /// The dialog has no states.
        NotApplicable = 7,
        /// Somebody else must do something.
        Awaiting = 8,
    }
}

named_enum! {
    /// What a client may send as status: the states and two retired names.
    pub enum DialogStatusInput {
        /// Retired; kept as [`DialogStatus::NotApplicable`].
        New = 1,
        /// Work has begun.
        InProgress = 2,
        /// A form is being filled in.
        Draft = 3,
        /// Retired; kept as [`DialogStatus::Awaiting`].
        Sent = 4,
        /// Somebody must do something.
        RequiresAttention = 5,
        /// Nothing more will happen.
        Completed = 6,
        /// The dialog has no states.
        NotApplicable = 7,
        /// Somebody else must do something.
        Awaiting = 8,
    }
}

impl From<DialogStatusInput> for DialogStatus {
    fn from(input: DialogStatusInput) -> Self {
        match input {
            DialogStatusInput::InProgress => Self::InProgress,
            DialogStatusInput::Draft => Self::Draft,
            DialogStatusInput::RequiresAttention => Self::RequiresAttention,
            DialogStatusInput::Completed => Self::Completed,
            DialogStatusInput::New | DialogStatusInput::NotApplicable => Self::NotApplicable,
            DialogStatusInput::Sent | DialogStatusInput::Awaiting => Self::Awaiting,
        }
    }
}
