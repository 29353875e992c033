//! Requests as large as they may be.

use rustix::process::Signal;

use crate::support::{Folder, Server, between, peak_megabytes};

/// A list of this many elements, long enough to fill the largest body that is read.
fn body(party: &str, resource: &str, list: &str, count: usize, element: &str) -> String {
    let head = format!(
        r#"{{"serviceResource":"{resource}","party":"{party}","content":{{"title":{{"value":[{{"value":"T","languageCode":"nb"}}]}}}},"{list}":["#
    );
    let room = 20_000_000 - head.len() - 2;
    let blanks = " ".repeat(room / count - element.len() - 1);
    let element = format!("{element}{blanks}");
    let elements = vec![element; count].join(",");
    format!("{head}{elements}]}}")
}

#[test]
fn fifty_thousand_elements_in_twenty_megabytes_are_answered_in_bounded_memory() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let token = between(&server.banner, "-H '", "'").to_owned();
    let printed = between(&server.banner, "-d '", "'\n").to_owned();
    let member = |name: &str| between(&printed, &format!("\"{name}\":\""), "\"").to_owned();
    let (party, resource) = (member("party"), member("serviceResource"));
    let headers = [token.as_str(), "Content-Type: application/json"];
    for (list, element, answer) in [
        (
            "attachments",
            r#"{"urls":[{"url":"https://example.com/a","consumerType":"Gui"}]}"#,
            "HTTP/1.1 201 ",
        ),
        (
            "transmissions",
            r#"{"type":"Alert","sender":{"actorType":"ServiceOwner"},"content":{"title":{"value":[{"value":"T","languageCode":"nb"}]}}}"#,
            "cannot exceed 32767",
        ),
        ("guiActions", "{}", "dto.guiActions[0].url"),
    ] {
        let body = body(&party, &resource, list, 50_000, element);
        let answered = server.answers("POST /api/v1/serviceowner/dialogs", &headers, &body);
        let shown: String = answered.chars().take(600).collect();
        assert!(answered.contains(answer), "{list}: {shown}");
        assert!(answered.len() < 2_000_000, "{list}: {}", answered.len());
        if list == "attachments" {
            let id = between(&answered, "\r\n\r\n\"", "\"");
            let request = format!("GET /api/v1/serviceowner/dialogs/{id}");
            let read = server.answers(&request, &[&token], "");
            assert_eq!(read.matches("\"consumerType\"").count(), 50_000);
        }
        assert!(
            peak_megabytes(server.id()) < 600,
            "{list}: {} MB",
            peak_megabytes(server.id())
        );
    }
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}
