//! Swagger UI, as the crate `utoipa-swagger-ui-vendored` carries it: an archive, of which a page needs two files.

use std::io::{Cursor, Read};

use axum::body::Bytes;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const NAMES: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

/// The files by their names; one that cannot be read is told in the log and left out.
pub fn files() -> Vec<(&'static str, Bytes)> {
    let found = NAMES.map(|name| match read(name) {
        Some(bytes) => Some((name, bytes)),
        None => {
            tracing::error!(name, "Swagger UI lacks a file");
            None
        }
    });
    found.into_iter().flatten().collect()
}

fn read(name: &str) -> Option<Bytes> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok()?;
    // The directory around it has the name of the version.
    let end = format!("/dist/{name}");
    let path = archive
        .file_names()
        .flatten()
        .find(|path| path.ends_with(&end))?
        .into_owned();
    let mut bytes = Vec::new();
    archive.by_name(&path).ok()?.read_to_end(&mut bytes).ok()?;
    Some(Bytes::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_has_what_the_page_needs() {
        let files = files();
        assert_eq!(files.len(), NAMES.len());
        assert!(files[0].1.len() > 1_000_000, "{}", files[0].1.len());
        let style = std::str::from_utf8(&files[1].1).unwrap();
        assert!(style.contains(".swagger-ui"));
        // The page has a dark face, too.
        assert!(style.contains("html.dark-mode"));
    }
}
