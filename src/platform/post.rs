//! Posts a document to anybody: one attempt, one deadline.

use reqwest::{Url, header::HeaderMap};

use super::{Client, Failed, client::transport};

/// So much of an answer is read, in bytes, that the connection can be used again.
const SHORT_ANSWER: usize = 64 * 1024;

impl Client {
    /// Posts `body`. Every success is one, whatever the answer says.
    pub async fn post(&self, url: Url, headers: HeaderMap, body: Vec<u8>) -> Result<(), Failed> {
        let request = self.http.post(url).headers(headers).body(body);
        let mut response = request.send().await.map_err(transport)?;
        if !response.status().is_success() {
            return Err(Failed::Status(response.status()));
        }
        let mut read = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > SHORT_ANSWER {
                break;
            }
        }
        Ok(())
    }
}
