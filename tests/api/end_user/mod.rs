//! What people, their systems and portals do.

mod dialogs;
