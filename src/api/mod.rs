//! Operations, by audience.
