//! That everybody can use the pages: names for assistive technology, contrast, narrow windows, the keyboard.

use serde_json::json;

use super::{
    tab::Tab,
    world::{ALONE, creates, dialog},
};
use crate::support::{Folder, Server};

/// Parts of the page whose text has less contrast to its ground than 4.5 : 1 (WCAG 2.2, 1.4.3).
const TOO_FAINT: &str = r"
(() => {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('SCOPE *')]
    .filter((one) => hasText(one) && one.tagName !== 'OPTION' && one.checkVisibility())
    .map((one) => {
      const [a, b] = [light(parts(getComputedStyle(one).color)), light(ground(one))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), one.outerHTML.slice(0, 120)];
    })
    .filter(([contrast]) => !(contrast >= 4.5));
})()";

const CONTROLS: [&str; 6] = [
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
];

#[test]
fn everybody_can_use_the_pages() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    let id = creates(&server, &dialog(ALONE, "A title"));
    for (page, ready, scope, is_ours) in [
        ("/".to_owned(), "#steps pre", "body", true),
        (
            format!("/inbox#as={ALONE}&dialog={id}"),
            "#dialog h2",
            "body",
            true,
        ),
        // Below our strip it is Swagger UI that draws.
        ("/scalar".to_owned(), "#reference h1", "header", false),
    ] {
        for scheme in ["light", "dark"] {
            tab.prefers(scheme);
            tab.goes_to(&page);
            tab.sees(&format!("document.querySelector('{ready}')"));
            let faint = tab.finds(&TOO_FAINT.replace("SCOPE", scope));
            assert_eq!(faint, json!([]), "{page} {scheme}");
        }
        assert_eq!(tab.finds("document.documentElement.lang"), "en");
        assert_eq!(tab.finds("document.querySelectorAll('h1').length"), 1);
        let known = tab.accessibility();
        for landmark in ["banner", "navigation", "main"] {
            assert!(
                known.iter().any(|(role, _)| role == landmark),
                "{page}: {landmark}"
            );
        }
        if !is_ours {
            continue;
        }
        let controls: Vec<_> = known
            .iter()
            .filter(|(role, _)| CONTROLS.contains(&role.as_str()))
            .collect();
        assert!(controls.len() > 5, "{page}: {controls:?}");
        for (role, name) in controls {
            assert!(!name.trim().is_empty(), "{page}: a {role} has no name");
        }
        tab.is_wide(340, 700);
        let width = tab.finds("document.documentElement.scrollWidth");
        assert!(width.as_u64().unwrap() <= 340, "{page} is {width} wide");
        tab.is_wide(1200, 900);
    }
    tab.is_content();
}

#[test]
fn the_keyboard_reaches_every_control_of_the_start_page() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let Some(mut tab) = Tab::of(&server.address) else {
        return;
    };
    tab.goes_to("/");
    tab.reads("#steps", "curl");
    let all = tab.finds("document.querySelectorAll('a, button').length");
    tab.finds("{ window.reached = new Set(); addEventListener('focusin', (event) => reached.add(event.target)); }");
    // The two commands can be scrolled, so they take the focus too.
    for _ in 0..all.as_u64().unwrap() + 2 {
        tab.presses("Tab");
    }
    let reached = "[...reached].filter((one) => one.matches('a, button')).length";
    assert_eq!(tab.finds(reached), all);
    tab.is_content();
}

#[test]
fn what_pages_must_not_do_is_stopped_and_noticed() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    for (page, breach) in [
        (
            "/",
            "document.body.innerHTML += '<img src=x onerror=\"broken=1\">'",
        ),
        (
            "/inbox",
            "document.body.append(Object.assign(document.createElement('script'), { text: 'broken=1' }))",
        ),
        ("/scalar", "fetch('http://other.example/').catch(() => 0)"),
    ] {
        let Some(mut tab) = Tab::of(&server.address) else {
            return;
        };
        tab.goes_to(page);
        tab.is_content();
        tab.finds(&format!("{{ {breach}; }}"));
        tab.notices();
        assert_eq!(tab.finds("typeof window.broken"), "undefined", "{page}");
    }
}
