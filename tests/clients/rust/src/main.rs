//! The scenario with the clients that OpenAPI Generator makes for Rust.
//!
//! They do not show the heads of answers, so revisions come from bodies here. What they read errors into takes the first
//! shape that fits: for every problem that of 400, while the status is told beside it.

#[macro_use]
mod expect;
mod client;
mod end_user;
mod given;
mod owner;
mod refusals;

use client::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = Client::new();
    owner::write(&client).await;
    let all = owner::list(&client).await;
    let appended = owner::change(&client).await;
    owner::parts(&client, &appended).await;
    end_user::play(&client, &all).await;
    refusals::play(&client).await;
    refusals::end(&client).await;
}
