//! The page on which people read the documents.
//!
//! Scalar draws it. Its script comes from its CDN when the page is viewed, in one version with a known digest (W3C
//! Subresource Integrity): a reader without that network still has the links to the documents.

use std::fmt::Write;

use serde_json::{Value, json};

/// The script: <https://github.com/scalar/scalar>, `dist/browser/standalone.js` of the package.
const SCRIPT: &str =
    "https://cdn.jsdelivr.net/npm/@scalar/api-reference@1.46.4/dist/browser/standalone.js";
const INTEGRITY: &str = "sha384-BbTs28WithFYxTDCiH0YPK5tv3MflhBVpABoMjfb9UqXa/hegSE9I4THoddKejMF";

/// A document to be read: its name, its title, its address as seen from the page.
#[derive(Debug)]
pub struct Source {
    /// The name in addresses.
    pub name: &'static str,
    /// The title for readers.
    pub title: &'static str,
    /// The address.
    pub url: String,
}

/// The page for these documents; the first is shown first.
pub fn page(sources: &[Source]) -> String {
    let links = sources.iter().fold(String::new(), |mut links, source| {
        let _ = write!(
            links,
            " <a href=\"{}\">{}</a>",
            escaped(&source.url),
            escaped(source.title)
        );
        links
    });
    let sources: Value = sources
        .iter()
        .map(|source| json!({"slug": source.name, "title": source.title, "url": source.url}))
        .collect();
    // Nothing is loaded or told besides the script itself.
    let configuration = json!({"sources": sources, "withDefaultFonts": false, "telemetry": false});
    include_str!("page.html")
        .replace("{links}", &links)
        .replace("{configuration}", &escaped(&configuration.to_string()))
        .replace("{script}", SCRIPT)
        .replace("{integrity}", INTEGRITY)
}

/// Text as it stands in HTML, in attributes too.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_linked_and_known_to_the_script() {
        let page = page(&[
            Source {
                name: "a",
                title: "A & \"B\"",
                url: "a.json".to_owned(),
            },
            Source {
                name: "c",
                title: "C",
                url: "c.json".to_owned(),
            },
        ]);
        assert!(
            page.contains(r#"<a href="a.json">A &amp; &quot;B&quot;</a> <a href="c.json">C</a>"#)
        );
        let start = page.find("data-configuration=\"").unwrap() + "data-configuration=\"".len();
        let text = page[start..].split('"').next().unwrap();
        let text = text.replace("&quot;", "\"").replace("&amp;", "&");
        let configuration: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(configuration["sources"][0]["title"], "A & \"B\"");
        assert_eq!(configuration["sources"][1]["url"], "c.json");
        for place in ["{links}", "{configuration}", "{script}", "{integrity}"] {
            assert!(!page.contains(place), "{place} was not filled");
        }
    }
}
