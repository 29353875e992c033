//! The server and its tools in one binary.

fn main() {}
