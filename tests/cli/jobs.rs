//! Background jobs by hand.

use rustix::process::Signal;

use crate::support::{Folder, Server, dialogporten, run};

fn job(folder: &Folder, arguments: &[&str]) -> (i32, String) {
    run(&mut dialogporten(folder, &[&["job"], arguments].concat()))
}

#[test]
fn a_job_that_does_not_exist_or_is_asked_for_the_impossible_says_so() {
    let folder = Folder::new();
    for (arguments, code, told) in [
        (&["sleep"][..], 2, "search-reindex"),
        (&[][..], 2, "NAME"),
        (&["search-reindex"][..], 1, "--resume"),
        (
            &["search-reindex", "--full", "--resume"][..],
            2,
            "cannot be used with",
        ),
        (&["pairs", "--full"][..], 1, "takes no --full"),
        (&["pairs", "--batch", "5001"][..], 2, "5001"),
        (
            &["search-reindex", "--since", "yesterday"][..],
            2,
            "2026-01-31",
        ),
    ] {
        let (found, printed) = job(&folder, arguments);
        assert_eq!(found, code, "{arguments:?}: {printed}");
        assert!(printed.contains(told), "{arguments:?}: {printed}");
    }
    assert!(!folder.path().join(".dialogporten").exists());
}

#[test]
fn the_help_lists_the_jobs() {
    let (code, printed) = job(&Folder::new(), &["--help"]);
    assert_eq!(code, 0);
    for name in ["retention", "pairs", "search-reindex"] {
        assert!(printed.contains(name), "{printed}");
    }
}

#[test]
fn a_job_runs_beside_a_server_and_tells_what_it_did() {
    let folder = Folder::new();
    let server = Server::starts(&folder);
    let (code, printed) = job(&folder, &["search-reindex", "--full"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("vectors renewed: "), "{printed}");
    let (code, printed) = job(&folder, &["search-reindex", "--resume"]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("nothing to resume"), "{printed}");
    let (code, printed) = job(&folder, &["retention", "--dry-run"]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("retention.deleted_days"), "{printed}");
    let mut dry = dialogporten(&folder, &["job", "retention", "--dry-run"]);
    let (code, printed) = run(dry.env("DIALOGPORTEN__RETENTION__DELETED_DAYS", "30"));
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("to purge: 0"), "{printed}");
    assert_eq!(server.status("/health/readiness"), "200");
    assert_eq!(server.ends_on(Signal::TERM), Some(0));
}
