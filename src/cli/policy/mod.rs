//! `policy`: looking into policies without a server.

pub mod evaluate;
pub mod explain;
