//! The page on which people read the documents and try the operations.
//!
//! Swagger UI draws it. All that it needs lies in the binary; nothing is asked of any other host.

mod swagger_ui;

use std::{fmt::Write, sync::LazyLock};

use axum::body::Bytes;

use crate::http::pages::{Files, escaped};

/// What the page loads. Empty of what draws it only if the crate that carries that is not what it was, as a test
/// would tell.
pub static FILES: LazyLock<Files> = LazyLock::new(|| {
    let own = [
        ("page.js", Bytes::from_static(include_bytes!("page.js"))),
        ("page.css", Bytes::from_static(include_bytes!("page.css"))),
    ];
    Files::new(swagger_ui::files().into_iter().chain(own))
});

/// A document to be read: its title, its address as seen from the page.
#[derive(Debug)]
pub struct Source {
    /// The title for readers.
    pub title: &'static str,
    /// The address.
    pub url: String,
    /// Whether it is shown first.
    pub is_first: bool,
}

/// Where the page finds what.
#[derive(Debug)]
pub struct Place<'a> {
    /// The way to the root of the server, as seen from the page.
    pub root: &'a str,
    /// The address of [`FILES`], as seen from the page, with a slash at its end.
    pub files: &'a str,
    /// The address under which the documents know the server.
    pub base: &'a str,
    /// The address of the script that knows identities and their tokens, where there are any for the asking.
    pub identities: Option<&'a str>,
}

/// The page for these documents.
pub fn page(sources: &[Source], place: &Place<'_>) -> String {
    let mut links = String::new();
    let mut options = String::new();
    for source in sources {
        let (url, title) = (escaped(&source.url), escaped(source.title));
        let selected = if source.is_first { " selected" } else { "" };
        // Writing to a text cannot fail.
        let _ = write!(links, " <a href=\"{url}\">{title}</a>");
        let _ = write!(
            options,
            "<option value=\"{url}\"{selected}>{title}</option>"
        );
    }
    include_str!("page.html")
        .replace("{links}", &links)
        .replace("{options}", &options)
        .replace("{root}", &escaped(place.root))
        .replace("{files}", &escaped(place.files))
        .replace("{base}", &escaped(place.base))
        .replace(
            "{identities}",
            &escaped(place.identities.unwrap_or_default()),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_linked_and_can_be_chosen() {
        let source = |title, url: &str, is_first| Source {
            title,
            url: url.to_owned(),
            is_first,
        };
        let sources = [
            source("A & \"B\"", "a.json", false),
            source("C", "c.json", true),
        ];
        let place = Place {
            root: "./",
            files: "./scalar/files/0/",
            base: "https://x.example",
            identities: None,
        };
        let page = page(&sources, &place);
        for part in [
            r#"<a href="a.json">A &amp; &quot;B&quot;</a> <a href="c.json">C</a>"#,
            r#"<option value="a.json">A &amp; &quot;B&quot;</option>"#,
            r#"<option value="c.json" selected>C</option>"#,
            r#"data-base="https://x.example""#,
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        for gap in [
            "{links}",
            "{options}",
            "{root}",
            "{files}",
            "{base}",
            "{identities}",
        ] {
            assert!(!page.contains(gap), "{gap} was not filled");
        }
    }
}
