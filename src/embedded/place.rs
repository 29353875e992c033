//! Where the cluster lives: `postgres` in the data directory, if the user who runs PostgreSQL can get there.

use std::{
    fs::{DirBuilder, Permissions},
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown, symlink},
    },
    path::{Path, PathBuf},
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{Error, NAME, user::User};

/// Clusters of root whose data directory is closed to other users, such as one below `/root`.
const ELSEWHERE: &str = "/var/lib/dialogporten";
/// The name of the socket in its directory; sockets of PostgreSQL are named after the port.
const SOCKET: &str = ".s.PGSQL.5432";
/// The longest path of a socket, in bytes (`sun_path` of unix(7), without the final zero).
const LONGEST_SOCKET: usize = 107;

/// The directories of one cluster.
#[derive(Debug)]
pub(super) struct Place {
    base: PathBuf,
    sockets: PathBuf,
    user: User,
}

impl Place {
    /// Makes the directories that are missing and gives them to the user who runs PostgreSQL.
    pub(super) fn prepare(state_dir: &Path) -> Result<Self, Error> {
        let us = User::current();
        if !state_dir.exists() {
            // Open to pass through, whatever the umask: PostgreSQL may run as somebody else.
            std::fs::create_dir_all(state_dir)
                .and_then(|()| std::fs::set_permissions(state_dir, Permissions::from_mode(0o755)))
                .map_err(failed("create", state_dir))?;
        }
        let state = state_dir
            .canonicalize()
            .map_err(failed("open", state_dir))?;
        let link = state.join("postgres");
        let base = match link.symlink_metadata() {
            Ok(_) => link.canonicalize().map_err(|source| Error::Directory {
                action: "open",
                path: link.clone(),
                source,
                hint: ". If it is a link whose target is gone, so is the data: remove the link to begin anew",
            })?,
            Err(_) => Self::create_base(&state, &link, us)?,
        };

        let user = Self::owner(&base, us)?;
        let sockets = Self::socket_directory(&base, user)?;
        Ok(Self {
            base,
            sockets,
            user,
        })
    }

    fn create_base(state: &Path, link: &Path, us: User) -> Result<PathBuf, Error> {
        let user = if us.is_root() {
            User::in_place_of_root().ok_or(Error::NoUser)?
        } else {
            us
        };
        let base = match user.barred_from(state) {
            None => link.to_owned(),
            Some(_) => {
                let base = Path::new(ELSEWHERE).join(crate::dialog::id::random().to_string());
                std::fs::create_dir_all(ELSEWHERE)
                    .and_then(|()| {
                        std::fs::set_permissions(ELSEWHERE, Permissions::from_mode(0o755))
                    })
                    .map_err(failed("create", Path::new(ELSEWHERE)))?;
                base
            }
        };
        DirBuilder::new()
            .mode(0o700)
            .create(&base)
            .or_else(|error| match error.kind() {
                // Another process makes it at the same time.
                std::io::ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error),
            })
            .map_err(failed("create", &base))?;
        if us.is_root() {
            chown(&base, Some(user.uid), Some(user.gid)).map_err(failed("give away", &base))?;
        }
        if base != link {
            tracing::info!(
                directory = %base.display(),
                "the data directory is closed to the user who runs PostgreSQL: the database is kept elsewhere"
            );
            symlink(&base, link).map_err(failed("link", link))?;
        }
        base.canonicalize().map_err(failed("open", &base))
    }

    /// Who runs PostgreSQL: whoever owns the cluster.
    fn owner(base: &Path, us: User) -> Result<User, Error> {
        let metadata = base.metadata().map_err(failed("open", base))?;
        let owner = User::owner_of(&metadata);
        if us.is_root() {
            if owner.is_root() {
                let user = User::in_place_of_root().ok_or(Error::NoUser)?;
                chown(base, Some(user.uid), Some(user.gid)).map_err(failed("give away", base))?;
                return Ok(user);
            }
            if let Some(closed) = owner.barred_from(base) {
                return Err(Error::Directory {
                    action: "pass through",
                    path: closed,
                    source: std::io::ErrorKind::PermissionDenied.into(),
                    hint: " (for the user who owns the database): open it (chmod a+x), or choose another --data-dir",
                });
            }
            return Ok(owner);
        }
        if owner.uid != us.uid {
            return Err(Error::Directory {
                action: "use",
                path: base.to_owned(),
                source: std::io::ErrorKind::PermissionDenied.into(),
                hint: ": it belongs to another user. Run this as that user (or root), or choose another --data-dir",
            });
        }
        Ok(us)
    }

    /// Beside the data, or, where the path cannot be that of a socket, in a directory of its own.
    fn socket_directory(base: &Path, user: User) -> Result<PathBuf, Error> {
        let path = base.as_os_str().as_bytes();
        // The server takes a list of directories, with commas between them and quotes around them.
        let is_plain = !path.iter().any(|byte| matches!(byte, b',' | b'"'));
        if is_plain && path.len() + 1 + SOCKET.len() <= LONGEST_SOCKET {
            return Ok(base.to_owned());
        }
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, path);
        let name = digest.as_ref()[..8]
            .iter()
            .fold("dialogporten-".to_owned(), |name, byte| {
                name + &format!("{byte:02x}")
            });
        let directory = Path::new("/tmp").join(name);
        match DirBuilder::new().mode(0o700).create(&directory) {
            Ok(()) if user != User::current() => {
                chown(&directory, Some(user.uid), Some(user.gid))
                    .map_err(failed("give away", &directory))?;
            }
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed("create", &directory)(error)),
        }
        // Everybody can write to /tmp: a directory that somebody else made could hold somebody else's socket.
        let metadata = directory
            .symlink_metadata()
            .map_err(failed("open", &directory))?;
        if !metadata.is_dir() || metadata.uid() != user.uid || metadata.mode() & 0o077 != 0 {
            return Err(Error::Directory {
                action: "use",
                path: directory,
                source: std::io::ErrorKind::PermissionDenied.into(),
                hint: ": it is not ours. Remove it, or choose a shorter --data-dir",
            });
        }
        Ok(directory)
    }

    /// The directory of the cluster.
    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// A file beside the data.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }

    /// The data itself.
    pub(super) fn data(&self) -> PathBuf {
        self.base.join("data")
    }

    /// Where the socket is.
    pub(super) fn sockets(&self) -> &Path {
        &self.sockets
    }

    /// Who runs PostgreSQL.
    pub(super) fn user(&self) -> User {
        self.user
    }

    /// How to connect to a database of the cluster.
    pub(super) fn connect_options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.sockets)
            .port(5432)
            .username(NAME)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Directory {
        action,
        path,
        source,
        hint: "",
    }
}
