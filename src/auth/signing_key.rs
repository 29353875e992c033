//! An Ed25519 key with which this server signs tokens (RFC 8037), and the file that keeps a generated one.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    digest, rand,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A private key and its name. Neither is in its `Debug` output.
pub struct SigningKey {
    kid: String,
    pair: Ed25519KeyPair,
    /// The first part of every token: the header is always the same.
    header: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").finish_non_exhaustive()
    }
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Not 32 bytes in base64url.
    #[error("an Ed25519 private key is 32 bytes in base64url (43 characters)")]
    Malformed,
    /// The machine gives no random bytes.
    #[error("the machine gives no random bytes for a key")]
    NoRandomness,
    /// The file of a generated key cannot be read or written.
    #[error("the key file {path} cannot be used: {cause}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Others than the owner can read the file, so the key may be known to them.
    #[error(
        "the key file {path} is open to others; remove it to get a new key, or run: chmod 600 {path}"
    )]
    Exposed {
        /// Which one.
        path: PathBuf,
    },
}

impl SigningKey {
    /// A key from its raw 32 bytes in base64url, padded or not. Without a name it gets its thumbprint (RFC 7638).
    pub fn from_base64url(text: &str, kid: Option<&str>) -> Result<Self, Unusable> {
        let seed = URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .map_err(|_| Unusable::Malformed)?;
        Self::from_seed(&seed, kid)
    }

    /// The key kept in `directory` under `name`, generated when there is none yet. Whoever else starts at the same
    /// time gets the same key.
    pub fn open(directory: &Path, name: &str) -> Result<Self, Unusable> {
        let path = directory.join(name);
        let text = keep(directory, &path).map_err(|cause| match cause {
            Refused::NoRandomness => Unusable::NoRandomness,
            Refused::Exposed => Unusable::Exposed { path: path.clone() },
            Refused::Io(cause) => Unusable::File {
                path: path.clone(),
                cause,
            },
        })?;
        Self::from_base64url(text.trim(), None)
    }

    fn from_seed(seed: &[u8], kid: Option<&str>) -> Result<Self, Unusable> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Unusable::Malformed)?;
        let kid = kid.map_or_else(|| thumbprint(&pair), ToOwned::to_owned);
        let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":{}}}"#, json!(kid));
        Ok(Self {
            kid,
            pair,
            header: URL_SAFE_NO_PAD.encode(header),
        })
    }

    /// The name under which the public key is published.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as a JSON Web Key (RFC 8037, section 2).
    pub fn jwk(&self) -> Value {
        json!({
            "kty": "OKP",
            "use": "sig",
            "kid": self.kid,
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(self.pair.public_key()),
            "alg": "EdDSA",
        })
    }

    /// A compact token (RFC 7515, section 7.1) of these claims in this order. Names are plain words.
    pub fn sign(&self, claims: &[(&'static str, Value)]) -> String {
        let members: Vec<String> = claims
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        let payload = URL_SAFE_NO_PAD.encode(format!("{{{}}}", members.join(",")));
        let message = format!("{}.{payload}", self.header);
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A secret for another purpose, the same for everybody who holds this key: Ed25519 signatures are deterministic
    /// (RFC 8032, section 5.1.6), and this one never leaves the process.
    pub fn derived_secret(&self, purpose: &str) -> [u8; 32] {
        let signature = self
            .pair
            .sign(format!("derived secret: {purpose}").as_bytes());
        let mut secret = [0; 32];
        secret.copy_from_slice(digest::digest(&digest::SHA256, signature.as_ref()).as_ref());
        secret
    }
}

/// SHA-256 of the required members in alphabetical order (RFC 7638, RFC 8037 appendix A.3).
fn thumbprint(pair: &Ed25519KeyPair) -> String {
    let x = URL_SAFE_NO_PAD.encode(pair.public_key());
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

enum Refused {
    Io(io::Error),
    Exposed,
    NoRandomness,
}

impl From<io::Error> for Refused {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

fn keep(directory: &Path, path: &Path) -> Result<String, Refused> {
    match read_private(path) {
        Err(Refused::Io(cause)) if cause.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    if !directory.exists() {
        // Open to pass through, whatever the umask: the database lives there too, maybe as another user.
        fs::create_dir_all(directory)?;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
    }
    let mut seed = [0; 32];
    rand::fill(&mut seed).map_err(|_| Refused::NoRandomness)?;
    // A link to a complete file, so that nobody ever reads half a key and the first of two writers wins.
    let draft = directory.join(format!(".key-{}", crate::dialog::id::random()));
    let linked = write_private(&draft, &URL_SAFE_NO_PAD.encode(seed))
        .and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    match linked {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(cause.into()),
        _ => removed?,
    }
    read_private(path)
}

fn read_private(path: &Path) -> Result<String, Refused> {
    let file = fs::File::open(path)?;
    if file.metadata()?.mode() & 0o077 != 0 {
        return Err(Refused::Exposed);
    }
    Ok(io::read_to_string(file)?)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    fn directory() -> PathBuf {
        std::env::temp_dir().join(format!("dialogporten-key-{}", crate::dialog::id::random()))
    }

    /// RFC 8037, appendix A: the key, its thumbprint and a signature are given there.
    #[test]
    fn key_name_and_signature_are_those_of_the_standard() {
        let key = SigningKey::from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", None)
            .unwrap();
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(
            key.jwk()["x"],
            "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        );
    }

    #[test]
    fn a_token_verifies_with_the_published_key_and_keeps_the_order_of_its_claims() {
        let key = SigningKey::from_seed(&[7; 32], Some("a \"name\"")).unwrap();
        let token = key.sign(&[("z", json!("æ\"")), ("a", json!(1))]);
        let parts: Vec<&str> = token.split('.').collect();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        assert_eq!(
            String::from_utf8(decode(parts[0])).unwrap(),
            r#"{"alg":"EdDSA","typ":"JWT","kid":"a \"name\""}"#
        );
        assert_eq!(
            String::from_utf8(decode(parts[1])).unwrap(),
            r#"{"z":"æ\"","a":1}"#
        );
        let x = decode(key.jwk()["x"].as_str().unwrap());
        let message = format!("{}.{}", parts[0], parts[1]);
        UnparsedPublicKey::new(&ED25519, x)
            .verify(message.as_bytes(), &decode(parts[2]))
            .unwrap();
    }

    #[test]
    fn a_key_is_generated_once_even_by_many_at_a_time() {
        let directory = directory();
        let open = || SigningKey::open(&directory, "some.key").unwrap().kid;
        let kids = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads
                .into_iter()
                .map(|t| t.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert!(kids.iter().all(|kid| *kid == kids[0]), "{kids:?}");
        assert_eq!(open(), kids[0]);
        let files: Vec<_> = fs::read_dir(&directory)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(files.len(), 1, "no draft is left: {files:?}");
        assert_eq!(files[0].metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&directory).unwrap().mode() & 0o777, 0o755);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_none_is_refused() {
        let directory = directory();
        SigningKey::open(&directory, "some.key").unwrap();
        let path = directory.join("some.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = SigningKey::open(&directory, "some.key").unwrap_err();
        assert!(matches!(refused, Unusable::Exposed { .. }), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "no key").unwrap();
        let refused = SigningKey::open(&directory, "some.key").unwrap_err();
        assert!(matches!(refused, Unusable::Malformed), "{refused}");
        fs::remove_dir_all(directory).unwrap();
        for text in ["", "AAAA", &"A".repeat(44), &"!".repeat(43)] {
            assert!(SigningKey::from_base64url(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_secret_reaches_debug_output() {
        let key = SigningKey::from_seed(&[7; 32], None).unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey { .. }");
    }
}
