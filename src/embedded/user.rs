//! Who runs PostgreSQL: we ourselves, or, since it refuses to run as root, somebody else.

use std::{
    fs::Metadata,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::process::{getegid, geteuid};

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl User {
    /// The user of this process.
    pub(super) fn current() -> Self {
        Self {
            uid: geteuid().as_raw(),
            gid: getegid().as_raw(),
        }
    }

    pub(super) fn is_root(self) -> bool {
        self.uid == 0
    }

    /// Whom a root process hands the database to: `postgres`, else `nobody`.
    pub(super) fn in_place_of_root() -> Option<Self> {
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(&users, name))
    }

    /// Looks a user up in the text of `/etc/passwd` (passwd(5)).
    fn named(users: &str, name: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next()? != name {
                return None;
            }
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            (uid != 0).then_some(Self { uid, gid })
        })
    }

    /// The owner of a file.
    pub(super) fn owner_of(metadata: &Metadata) -> Self {
        Self {
            uid: metadata.uid(),
            gid: metadata.gid(),
        }
    }

    /// The first directory on the way to `path`, itself included, that this user cannot pass through.
    pub(super) fn barred_from(self, path: &Path) -> Option<PathBuf> {
        if self.is_root() {
            return None;
        }
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        way.into_iter()
            .find(|directory| {
                let Ok(metadata) = directory.metadata() else {
                    return true;
                };
                let search = if metadata.uid() == self.uid {
                    0o100
                } else if metadata.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                metadata.mode() & search == 0
            })
            .map(Path::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgres2:x:5:5::/:\nbroken\npostgres:x:104:112:PostgreSQL,,,:/var:/bin/sh\n";
        assert_eq!(
            User::named(users, "postgres"),
            Some(User { uid: 104, gid: 112 })
        );
        assert_eq!(User::named(users, "nobody"), None);
        assert_eq!(User::named(users, "root"), None);
        assert_eq!(User::named(users, "broken"), None);
    }

    #[test]
    fn a_closed_directory_bars_strangers_and_not_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let closed = std::env::temp_dir().join(format!("closed-{}", crate::dialog::id::random()));
        let inner = closed.join("inner");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = User {
            uid: 54_321,
            gid: 54_321,
        };
        assert_eq!(stranger.barred_from(&inner), Some(closed.clone()));
        let owner = User::owner_of(&closed.metadata().unwrap());
        assert_eq!(owner.barred_from(&inner), None);
        std::fs::remove_dir_all(&closed).unwrap();
    }
}
