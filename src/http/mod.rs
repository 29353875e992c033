//! The web and nothing else.
