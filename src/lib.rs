//! Dialogporten: service owners write dialogs, end users search and read them, XACML policies decide who may do what.
//!
//! A request enters at the top of this list and goes down; each module knows less of the web and more of the
//! matter than the one above. A module uses what stands below it, never what stands above; a test holds us to it.

#![cfg_attr(not(test), deny(clippy::unwrap_used))]

/// The command line: one file per command.
pub mod cli;
/// Every route on one page, and the layers around them.
pub mod router;
/// What each audience can do: one operation, one file.
pub mod api;
/// All that a request may need, built once and closed once.
pub mod app;
/// The web and nothing else: reading requests, problems, documents, the listener.
pub mod http;
/// Made-up dialogs, many of them, always the same for the same number.
pub mod seed;
/// Work that no request waits for, done by one process at a time.
pub mod jobs;
/// Carries what happened to those who want to hear of it.
pub mod events;
/// Who may do what: one question, one answer, from policies on disk.
pub mod authority;
/// Who is calling: issuers, keys, tokens, scopes, user types.
pub mod auth;
/// PostgreSQL: the only place with SQL.
pub mod store;
/// Outgoing HTTP.
pub mod platform;
/// A private PostgreSQL for a machine that has no database yet.
pub mod embedded;
/// What operators see: logs, numbers, traces.
pub mod telemetry;
/// Now.
pub mod clock;
/// The matter itself: dialogs, their rules, their changes, their views. No I/O.
pub mod dialog;
/// Strict JSON, read straight into types, with the path of what is wrong.
pub mod json;
/// Settings: defaults, file, environment, flags.
pub mod config;
