//! What end users can do.

mod label_log;
mod labels;
