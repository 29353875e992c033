//! What all commands have in common.

use crate::support::{Folder, dialogporten, run};

/// Every command there is, told by the program itself.
fn commands(folder: &Folder, parent: &[&str]) -> Vec<Vec<String>> {
    let arguments = [parent, &["--help"]].concat();
    let (code, help) = run(&mut dialogporten(folder, &arguments));
    assert_eq!(code, 0, "{help}");
    let Some((_, list)) = help.split_once("Commands:\n") else {
        return Vec::new();
    };
    list.lines()
        .take_while(|line| line.starts_with(' '))
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(|name| {
            parent
                .iter()
                .chain(&[name])
                .map(|&s| s.to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn every_command_has_help_with_an_example_and_takes_the_common_settings() {
    let folder = Folder::new();
    let mut left = commands(&folder, &[]);
    assert!(left.len() >= 4, "{left:?}");
    while let Some(command) = left.pop() {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let below = commands(&folder, &command);
        if below.is_empty() {
            let (_, help) = run(&mut dialogporten(
                &folder,
                &[&command[..], &["--help"]].concat(),
            ));
            for expected in ["Example", "dialogporten ", "--config", "--data-dir"] {
                assert!(
                    help.contains(expected),
                    "{command:?} lacks {expected}: {help}"
                );
            }
        }
        left.extend(below);
    }
}

#[test]
fn a_command_line_that_cannot_be_read_ends_with_2() {
    let folder = Folder::new();
    for arguments in [
        &["--colour"][..],
        &["sing"],
        &["--listen", "nowhere"],
        &["postgres"],
    ] {
        let (code, printed) = run(&mut dialogporten(&folder, arguments));
        assert_eq!(code, 2, "{arguments:?}: {printed}");
    }
}

#[test]
fn settings_that_do_not_exist_are_named() {
    let folder = Folder::new();
    let mut command = dialogporten(&folder, &["migrate"]);
    let (code, printed) = run(command.env("DIALOGPORTEN__DATABASE__ULR", "postgres://x/y"));
    assert_eq!(code, 1);
    assert!(
        printed.contains("DIALOGPORTEN__DATABASE__ULR; did you mean DIALOGPORTEN__DATABASE__URL?"),
        "{printed}"
    );

    std::fs::write(folder.path().join("a.toml"), "[http]\nport = 1\n").unwrap();
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &["migrate", "--config", "a.toml"],
    ));
    assert_eq!(code, 1);
    assert!(printed.contains("`http.port` in a.toml"), "{printed}");
}

#[test]
fn migrating_twice_is_as_good_as_once() {
    let folder = Folder::new();
    for _ in 0..2 {
        let (code, printed) = run(&mut dialogporten(&folder, &["migrate"]));
        assert_eq!(code, 0, "{printed}");
        assert!(printed.contains("up to date"), "{printed}");
    }
}

#[test]
fn a_server_that_is_not_there_is_not_healthy() {
    let folder = Folder::new();
    let (code, printed) = run(&mut dialogporten(
        &folder,
        &["health", "--listen", "127.0.0.1:1"],
    ));
    assert_eq!(code, 1);
    assert!(
        printed.contains("nobody answers at 127.0.0.1:1"),
        "{printed}"
    );
}
