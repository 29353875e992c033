//! All that a request may need.
