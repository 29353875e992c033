//! The pages in a real browser: a headless Chromium that reaches nothing but this machine.
//!
//! Without Chromium these tests say so and pass; with `CHROMIUM_REQUIRED` in the environment they fail.

mod api_page;
mod chromium;
mod inbox;
mod looks;
mod start;
mod tab;
mod world;
