//! PostgreSQL's programs: where they may be, and whether they are what they should be.

use std::{
    ffi::OsStr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use super::user::User;

/// The oldest major version that has all we use.
pub(super) const OLDEST: u32 = 15;

/// One installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    directory: PathBuf,
    major: u32,
}

impl Binaries {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub(super) fn major(&self) -> u32 {
        self.major
    }
}

/// Nothing was found, or nothing of the right version.
#[derive(Debug)]
pub(super) struct NotFound {
    /// What was looked at and not taken, with the reason.
    pub(super) skipped: Vec<String>,
    /// The versions found, when another one was asked for.
    pub(super) other: String,
}

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    /// The configured directory; then nowhere else.
    pub(super) configured: Option<&'a Path>,
    /// `PATH`.
    pub(super) path: Option<&'a OsStr>,
    /// Where fetched programs are kept.
    pub(super) cache_dir: &'a Path,
    /// Who has to run them.
    pub(super) user: User,
}

impl Search<'_> {
    /// The first installation that works: of the `major` version, if one is given.
    pub(super) fn find(&self, major: Option<u32>) -> Result<Binaries, NotFound> {
        let mut skipped = Vec::new();
        let mut other = Vec::new();
        for directory in self.candidates() {
            match self.examine(&directory) {
                Ok(found) if major.is_none_or(|major| major == found.major) => return Ok(found),
                Ok(found) => other.push(found.major),
                Err(reason) => skipped.push(format!("{}: {reason}", directory.display())),
            }
        }
        other.dedup();
        let other: Vec<String> = other.iter().map(u32::to_string).collect();
        Err(NotFound {
            skipped,
            other: other.join(", "),
        })
    }

    /// Directories with a `postgres` in them, the preferred first, each once.
    fn candidates(&self) -> Vec<PathBuf> {
        if let Some(configured) = self.configured {
            return vec![configured.to_owned()];
        }
        let on_path = || {
            self.path
                .into_iter()
                .flat_map(std::env::split_paths)
                .filter(|directory| directory.is_absolute())
        };
        let told_by_pg_config = on_path()
            .map(|directory| directory.join("pg_config"))
            .find(|program| program.is_file())
            .and_then(|program| said(Command::new(program).arg("--bindir")))
            .map(PathBuf::from);
        let usual = [
            ("/usr/lib/postgresql", "", "bin"),
            ("/usr", "pgsql-", "bin"),
            ("/opt/homebrew/opt", "postgresql@", "bin"),
            ("/usr/local/opt", "postgresql@", "bin"),
            ("/usr/local", "pgsql", "bin"),
        ]
        .into_iter()
        .flat_map(|(parent, prefix, below)| newest_first(Path::new(parent), prefix, below));
        let fetched = newest_first(&self.cache_dir.join("postgres"), "", "bin");

        let mut candidates: Vec<PathBuf> = Vec::new();
        for directory in on_path()
            .chain(told_by_pg_config)
            .chain(usual)
            .chain(fetched)
        {
            // What stands on the PATH is often a link: the other programs are beside its target.
            let Ok(program) = directory.join("postgres").canonicalize() else {
                continue;
            };
            if let Some(real) = program.parent()
                && !candidates.iter().any(|known| known == real)
            {
                candidates.push(real.to_owned());
            }
        }
        candidates
    }

    /// Asks an installation for its version, and why it cannot be used.
    fn examine(&self, directory: &Path) -> Result<Binaries, String> {
        for name in ["postgres", "initdb"] {
            let program = directory.join(name);
            let is_program = program
                .metadata()
                .is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
            if !is_program {
                return Err(format!("has no program {name}"));
            }
        }
        if let Some(closed) = self.user.barred_from(directory) {
            return Err(format!(
                "the user who runs PostgreSQL cannot pass through {}",
                closed.display()
            ));
        }
        let version = said(Command::new(directory.join("postgres")).arg("--version"))
            .ok_or("its postgres does not tell a version")?;
        let major =
            major(&version).ok_or_else(|| format!("its postgres calls itself {version:?}"))?;
        if major < OLDEST {
            return Err(format!("version {major} is too old"));
        }
        Ok(Binaries {
            directory: directory.to_owned(),
            major,
        })
    }
}

/// Directories `{parent}/{prefix}{version}/{below}`, the highest version first.
fn newest_first(parent: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let mut found: Vec<(Vec<u32>, PathBuf)> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?;
            let version = version
                .split('.')
                .map(|part| part.parse().unwrap_or_default())
                .collect();
            Some((version, entry.path().join(below)))
        })
        .filter(|(_, directory)| directory.join("postgres").is_file())
        .collect();
    found.sort();
    found
        .into_iter()
        .rev()
        .map(|(_, directory)| directory)
        .collect()
}

/// What a program prints, if it succeeds and prints something.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(version: &str) -> Option<u32> {
    let number = version.strip_prefix("postgres (PostgreSQL) ")?;
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path =
                std::env::temp_dir().join(format!("binaries-{}", crate::dialog::id::random()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path.canonicalize().unwrap())
        }

        fn with_program(self, path: &str, says: &str) -> Self {
            let path = self.0.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            self
        }

        fn search(&self) -> Search<'_> {
            Search {
                configured: None,
                path: None,
                cache_dir: &self.0,
                user: User::current(),
            }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn versions_are_read_as_all_builds_write_them() {
        for (version, expected) in [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                Some(15),
            ),
            ("postgres (PostgreSQL) 18.4", Some(18)),
            ("postgres (PostgreSQL) 19beta1", Some(19)),
            ("postgres (EnterpriseDB Advanced Server) 15.2", None),
            ("", None),
        ] {
            assert_eq!(major(version), expected, "{version}");
        }
    }

    #[test]
    fn the_configured_directory_is_the_only_one_and_says_what_it_lacks() {
        let folder = Folder::new().with_program("a/postgres", "postgres (PostgreSQL) 17.1");
        let configured = folder.0.join("a");
        let search = Search {
            configured: Some(&configured),
            ..folder.search()
        };
        let missing = search.find(None).unwrap_err();
        assert!(missing.skipped[0].contains("initdb"), "{missing:?}");

        let folder = folder.with_program("a/initdb", "");
        let search = Search {
            configured: Some(&configured),
            ..folder.search()
        };
        assert_eq!(search.find(None).unwrap().major(), 17);
        let other = search.find(Some(16)).unwrap_err();
        assert_eq!(other.other, "17");
    }

    #[test]
    fn a_link_on_the_path_leads_to_the_installation() {
        let folder = Folder::new()
            .with_program("real/postgres", "postgres (PostgreSQL) 99.0")
            .with_program("real/initdb", "")
            .with_program("old/postgres", "postgres (PostgreSQL) 9.6")
            .with_program("old/initdb", "");
        let links = folder.0.join("links");
        std::fs::create_dir(&links).unwrap();
        std::os::unix::fs::symlink(folder.0.join("real/postgres"), links.join("postgres")).unwrap();
        let path = std::env::join_paths([&folder.0.join("old"), &links]).unwrap();
        let search = Search {
            path: Some(&path),
            ..folder.search()
        };
        let found = search.find(None).unwrap();
        assert_eq!(found.program("initdb"), folder.0.join("real/initdb"));
    }

    #[test]
    fn fetched_programs_are_found_newest_first() {
        let folder = Folder::new()
            .with_program("postgres/98.9/bin/postgres", "postgres (PostgreSQL) 98.9")
            .with_program("postgres/98.10/bin/postgres", "postgres (PostgreSQL) 98.10")
            .with_program("postgres/98.10/bin/initdb", "");
        let found = folder.search().find(Some(98)).unwrap();
        assert!(
            found
                .program("postgres")
                .starts_with(folder.0.join("postgres/98.10"))
        );
    }
}
