//! The server through its door: requests in, answers out, a real PostgreSQL behind. Folders mirror `src/api`.

mod service_owner;
mod support;
