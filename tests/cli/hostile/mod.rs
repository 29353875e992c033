//! The real process under clients that mean no good: what it says, how long it bears them, and whether others notice.

mod client;
mod crowd;
mod framing;
mod http2;
mod logs;
mod sizes;
mod slow;
