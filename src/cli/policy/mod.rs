//! `policy`: looking into policies without a server.

pub mod evaluate;
