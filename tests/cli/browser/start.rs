//! The start page.

use std::{fs, path::Path};

use super::tab::Tab;
use crate::support::{Folder, Server};

/// The picture in the README; larger ones make the repository heavy.
const PICTURE: &str = "docs/images/start-page.png";
const MOST_BYTES: usize = 200_000;

#[test]
fn the_start_page_tells_who_one_can_be_and_copies_tokens() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    tab.goes_to("/");
    for (place, name) in [
        ("#people", "FØRSTE DEMOPERSON"),
        ("#people", "Demosystem"),
        ("#companies", "DEMOREGNSKAP AS"),
        ("#companies", "Through "),
        ("#owners", "Test Ministry"),
        ("#owners", "urn:altinn:resource:ttd-demo-service"),
        ("#steps", "curl -i http://"),
    ] {
        tab.reads(place, name);
    }

    for (name, path) in [
        ("FØRSTE DEMOPERSON", "/api/v1/enduser/parties"),
        ("Demosystem", "/api/v1/enduser/parties"),
        (
            "Test Ministry",
            "/api/v1/serviceowner/dialogs?serviceResource=urn:altinn:resource:ttd-demo-service",
        ),
    ] {
        tab.clicks_on(&format!("Copy a token of {name}"));
        tab.reads(
            "#told",
            &format!("The token of {name} is on the clipboard."),
        );
        let token = tab.finds("navigator.clipboard.readText()");
        let bearer = format!("Authorization: Bearer {}", token.as_str().unwrap());
        let answer = server.answers(&format!("GET {path}"), &[&bearer], "");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{name}: {answer}");
    }
    tab.clicks_on("Copy: Find it as the person it is for");
    tab.reads("#told", "The command is on the clipboard.");
    let command = tab.finds("navigator.clipboard.readText()");
    let command = command.as_str().unwrap();
    assert!(command.starts_with("curl 'http://127.0.0.1:"), "{command}");
    assert!(command.contains("Authorization: Bearer ey"), "{command}");

    tab.clicks_on("Inbox of DEMOREGNSKAP AS through Demosystem");
    tab.reads("#as option:checked", "Demosystem");
    tab.reads("#party option:checked", "DEMOREGNSKAP AS");
    tab.is_content();
}

#[test]
fn the_picture_in_the_readme_shows_the_start_page() {
    if std::env::var_os("UPDATE_IMAGES").is_some() {
        let folder = Folder::new();
        let server = Server::starts(&folder);
        let mut tab = Tab::of(&server.address).expect("Chromium draws the picture");
        tab.prefers("light");
        tab.is_wide(1000, 1000);
        tab.goes_to("/");
        tab.reads("#steps", "curl");
        fs::create_dir_all(Path::new(PICTURE).parent().unwrap()).unwrap();
        fs::write(PICTURE, tab.picture()).unwrap();
    }
    let picture = fs::read(PICTURE).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    assert!(picture.len() < MOST_BYTES, "{} bytes", picture.len());
    let readme = fs::read_to_string("README.md").unwrap();
    assert!(readme.contains(PICTURE));
}
