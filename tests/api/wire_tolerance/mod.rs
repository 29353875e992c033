//! Rules of wire tolerance: what clients in use today send and expect, beyond what the published documents say.
//!
//! Generated SDKs, app platforms and portals were written against servers that answer like this, and cannot all be
//! changed. Each rule has a number, so that a change that breaks one can be talked about: `w_13_…` tests rule 13. A rule
//! holds for the whole API; its test shows it at one operation or a few.

mod answers;
mod bodies;
mod queries;
mod requests;
