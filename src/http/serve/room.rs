//! How many connections this process has room for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are for something else: the database, other systems, files.
const OTHERS: u64 = 256;
/// Where the system sets no limit.
const UNLIMITED: u64 = 1_000_000;

/// Takes what the system grants: many start processes with room for 1,024 descriptors, as old programs need it, and let
/// them have more. How many connections that is room for.
pub(super) fn make() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    let granted = match setrlimit(Resource::Nofile, all) {
        Ok(()) => maximum,
        Err(error) => {
            tracing::debug!(%error, "the limit of file descriptors stays as it is");
            current
        }
    };
    connections(granted)
}

/// At least half of the descriptors, however few there are.
fn connections(descriptors: Option<u64>) -> usize {
    let descriptors = descriptors.unwrap_or(UNLIMITED).min(UNLIMITED);
    let connections = (descriptors / 2).max(descriptors.saturating_sub(OTHERS));
    usize::try_from(connections).unwrap_or(usize::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_keep_their_descriptors() {
        for (descriptors, room) in [
            (None, 999_744),
            (Some(u64::MAX), 999_744),
            (Some(20_000), 19_744),
            (Some(1_024), 768),
            (Some(300), 150),
            (Some(0), 1),
        ] {
            assert_eq!(connections(descriptors), room, "{descriptors:?}");
        }
    }
}
