//! The files of a platform directory: found, measured, read within limits. What they mean is decided elsewhere.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::authority::registry::elements::Malformed;

const MIB: u64 = 1 << 20;

/// Policies beyond this number are more than the whole registry has; 6000 are usual.
const MAX_POLICIES: usize = 50_000;

/// The largest policy, in bytes. Real ones have some ten thousand.
const MAX_POLICY_BYTES: u64 = 2 * MIB;

/// The lists of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The Resource Registry.
    Resources,
    /// Service owners.
    Orgs,
    /// Who represents whom.
    Parties,
    /// What parties and actors are called.
    Names,
    /// What roles are called; may be missing.
    Roles,
    /// What access packages are called; may be missing.
    AccessPackages,
}

impl List {
    const ALL: [Self; 6] = [
        Self::Resources,
        Self::Orgs,
        Self::Parties,
        Self::Names,
        Self::Roles,
        Self::AccessPackages,
    ];

    /// The name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Resources => "resources.json",
            Self::Orgs => "orgs.json",
            Self::Parties => "parties.json",
            Self::Names => "names.json",
            Self::Roles => "roles.json",
            Self::AccessPackages => "accesspackages.json",
        }
    }

    /// The largest file, in bytes.
    fn max_bytes(self) -> u64 {
        match self {
            Self::Resources | Self::Names => 128 * MIB,
            Self::Parties => 512 * MIB,
            Self::Orgs | Self::Roles | Self::AccessPackages => 16 * MIB,
        }
    }

    fn is_optional(self) -> bool {
        matches!(self, Self::Roles | Self::AccessPackages)
    }
}

/// Why a directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A file that must be there is not.
    #[error("{} is missing; a platform directory has resources.json, orgs.json, parties.json and names.json", .0.display())]
    Missing(PathBuf),
    /// The system does not let us read a file.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is larger than we are ready to hold.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The limit, in bytes.
        limit: u64,
    },
    /// There are more policies than we are ready to hold.
    #[error("{} has more than {MAX_POLICIES} policies", .0.display())]
    TooManyPolicies(PathBuf),
    /// A list is no list.
    #[error("{file}: {error}")]
    Malformed {
        /// The name of the file.
        file: &'static str,
        /// Where and what.
        error: Malformed,
    },
}

/// The text of the files.
#[derive(Debug, Default)]
pub struct Files {
    lists: [Option<String>; 6],
    /// The policies by the names of their files without `.xml`, sorted.
    pub policies: Vec<(String, PolicyFile)>,
}

/// One policy as it was found.
#[derive(Debug)]
pub enum PolicyFile {
    /// Its text.
    Text(String),
    /// Why there is none.
    Unreadable(Unusable),
}

impl Files {
    /// The text of a list; empty for one that is missing and may be.
    pub fn list(&self, list: List) -> Option<&str> {
        self.lists[list as usize].as_deref()
    }
}

/// Reads all files. A policy that cannot be read is told in its place: it must not stop the others.
pub fn read(directory: &Path) -> Result<Files, Unusable> {
    let mut files = Files::default();
    for list in List::ALL {
        let path = directory.join(list.file());
        files.lists[list as usize] = match read_text(&path, list.max_bytes()) {
            Err(Unusable::Missing(_)) if list.is_optional() => None,
            read => Some(read?),
        };
    }
    for path in policies(directory)? {
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else {
            continue;
        };
        let policy = read_text(&path, MAX_POLICY_BYTES)
            .map_or_else(PolicyFile::Unreadable, PolicyFile::Text);
        files.policies.push((name.to_owned(), policy));
    }
    Ok(files)
}

/// What tells one state of a directory from another without reading it. A file that is replaced has another number,
/// one that is written another time or size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(Vec<(PathBuf, Option<Stamp>)>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

/// The present state of a directory.
pub fn fingerprint(directory: &Path) -> Result<Fingerprint, Unusable> {
    let lists = List::ALL.iter().map(|list| directory.join(list.file()));
    let stamps = lists.chain(policies(directory)?).map(|path| {
        let stamp = fs::metadata(&path).ok().map(|found| stamp(&found));
        (path, stamp)
    });
    Ok(Fingerprint(stamps.collect()))
}

fn stamp(found: &Metadata) -> Stamp {
    Stamp {
        bytes: found.len(),
        modified: found.modified().ok(),
        inode: found.ino(),
    }
}

/// The files of the policies, sorted. No directory for them means that there are none.
fn policies(directory: &Path) -> Result<Vec<PathBuf>, Unusable> {
    let directory = directory.join("policies");
    let unreadable = |error| Unusable::Unreadable {
        path: directory.clone(),
        error,
    };
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
        {
            paths.push(path);
        }
        if paths.len() > MAX_POLICIES {
            return Err(Unusable::TooManyPolicies(directory));
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

fn read_text(path: &Path, limit: u64) -> Result<String, Unusable> {
    let unreadable = |error| Unusable::Unreadable {
        path: path.to_owned(),
        error,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Unusable::Missing(path.to_owned()));
        }
        Err(error) => return Err(unreadable(error)),
    };
    let mut text = String::new();
    file.take(limit + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > limit {
        return Err(Unusable::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    // Editors on some systems put a byte order mark before the text.
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}
