//! What a database server leaves behind that was killed rather than stopped.

use std::path::PathBuf;

use super::place::Place;

/// The file in which a running server notes its process.
fn lock_file(place: &Place) -> PathBuf {
    place.data().join("postmaster.pid")
}

/// The process that a running server noted, or one that was killed.
pub(super) fn noted_process(place: &Place) -> Option<i32> {
    let text = std::fs::read_to_string(lock_file(place)).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// Removes the note of a process that is dead but unburied. A new server recognizes the notes of processes that are
/// gone by itself; but a container whose first process buries nobody keeps dead ones for ever, and they look alive.
pub(super) fn remove_note_of_the_dead(place: &Place) {
    let is_dead = noted_process(place)
        .and_then(|process| std::fs::read_to_string(format!("/proc/{process}/stat")).ok())
        .is_some_and(|stat| is_zombie(&stat));
    if is_dead {
        // If it cannot be removed, the new server says so.
        let _ = std::fs::remove_file(lock_file(place));
    }
}

/// The state in the text of `/proc/{pid}/stat` (proc(5)): the letter after the name, which may hold anything.
fn is_zombie(stat: &str) -> bool {
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| rest.trim_start().starts_with(['Z', 'X']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_read_behind_the_name() {
        for (stat, expected) in [
            ("12 (postgres) S 1 12", false),
            ("12 (postgres) Z 1 12", true),
            ("12 (a) Z) S 1 12", false),
            ("", false),
        ] {
            assert_eq!(is_zombie(stat), expected, "{stat}");
        }
    }
}
