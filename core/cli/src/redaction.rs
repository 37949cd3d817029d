//! What redaction needs of this machine: the customer's policy, the known values, the key of the pseudonyms.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_host::identity::{self, Root};
use candor_pseudonym::CaseKey;
use candor_redact::{Engine, KnownValues, Policy};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::places;
use crate::terminal::printable;

/// Most bytes of a redaction policy, and of a key file.
const MOST_BYTES: u64 = 1 << 20;

/// An engine for this machine, and what is to be told about it.
#[derive(Debug)]
pub struct Redaction {
    /// Decides what is removed and replaced.
    pub engine: Arc<Engine>,
    /// Name of the key, as the report has it.
    pub key_id: String,
    /// What could not be looked at for known values, each a phrase without any value.
    pub incomplete: Vec<String>,
}

impl Redaction {
    /// Gathers the known values of this machine and puts the engine together. With `machine` false, nothing of this
    /// machine is known: for what comes from another one.
    ///
    /// # Errors
    /// When the machine cannot be looked at, or two rules have one id.
    pub fn new(policy: Policy, key: &CaseKey, machine: bool) -> Result<Self, Failure> {
        let (known, incomplete) = if machine { known_values()? } else { Default::default() };
        let engine = Engine::with_policy(&known, policy, key).map_err(|error| {
            Failure::because("cannot use the redaction rules", &error, Exit::Usage)
                .hint("a rule's id may stand in one place only: choose another in your policy")
        })?;
        Ok(Self { engine: Arc::new(engine), key_id: key.id(), incomplete })
    }
}

fn known_values() -> Result<(KnownValues, Vec<String>), Failure> {
    let root = Root::of_this_machine().map_err(|error| {
        Failure::because("cannot look for the names of this machine", &error, Exit::Internal)
            .hint("without them they would stay in what is collected, so nothing is")
    })?;
    let identity = identity::gather(&root);
    tracing::debug!("{identity:?}");
    for phrase in &identity.incomplete {
        tracing::info!("known values: {phrase}");
    }
    Ok((identity.known, identity.incomplete))
}

/// The customer's redaction policy: the system's file, the user's, then `named`. Of one kind the later file decides; words
/// and rules add up.
///
/// # Errors
/// When a file is there and cannot be read or understood: what it protects is then not known, so nothing may run.
pub fn policy(named: &[PathBuf]) -> Result<Policy, Failure> {
    let mut policy = Policy::default();
    for path in places::redaction_policy_files() {
        // Not `exists`, which takes every error for absence.
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            _ => add(&mut policy, load(&path)?),
        }
    }
    for path in named {
        add(&mut policy, load(path)?);
    }
    Ok(policy)
}

/// `policy` followed by `later`.
fn add(policy: &mut Policy, later: Policy) {
    policy.kinds.extend(later.kinds);
    if later.options != Default::default() {
        policy.options = later.options;
    }
    let (words, more) = (&mut policy.words, later.words);
    words.remove.extend(more.remove);
    words.pseudonym.extend(more.pseudonym);
    words.keep.extend(more.keep);
    words.hosts.extend(more.hosts);
    words.users.extend(more.users);
    words.people.extend(more.people);
    policy.rules.extend(later.rules);
}

fn load(path: &Path) -> Result<Policy, Failure> {
    let hint = "nothing runs as long as it is not known what the file protects: mend it, or remove it";
    let text = read(path).map_err(|error| {
        let message = format!("cannot read the redaction policy {}", shown(path));
        Failure::because(message, &error, Exit::Usage).hint(hint)
    })?;
    Policy::from_toml(&text).map_err(|error| {
        let message = format!("cannot follow the redaction policy {}", shown(path));
        Failure::because(message, &error, Exit::Usage)
            .hint(hint)
            .hint("`candor check FILE` says what is wrong with it")
    })
}

/// Reads the key of a file that was named.
///
/// # Errors
/// When it cannot be read or holds no key.
pub fn read_key(path: &Path) -> Result<CaseKey, Failure> {
    let hint = "it is the file that an earlier run named at its end";
    let text = read(path).map_err(|error| {
        Failure::because(format!("cannot read the key {}", shown(path)), &error, Exit::Usage).hint(hint)
    })?;
    CaseKey::from_text(&text).map_err(|error| {
        Failure::because(format!("cannot use the key {}", shown(path)), &error, Exit::Usage).hint(hint)
    })
}

/// Makes a fresh key and writes it where the keys of this user are kept, on disk before this returns.
///
/// # Errors
/// When there is no randomness, or the file cannot be written.
pub fn create_key(session: &str) -> Result<(CaseKey, PathBuf), Failure> {
    let key = fresh_key()?;
    let path = places::key_file(session);
    write_key(&path, &key).map_err(|error| {
        Failure::because(format!("cannot write the key {}", shown(&path)), &error, Exit::Internal)
            .hint("without it nobody could translate the pseudonyms back, so nothing is collected")
    })?;
    Ok((key, path))
}

/// A key that is kept nowhere.
///
/// # Errors
/// When there is no randomness.
pub fn fresh_key() -> Result<CaseKey, Failure> {
    CaseKey::generate().map_err(|error| Failure::of(&error, Exit::Internal))
}

/// Writes a new key file for its owner alone.
///
/// # Errors
/// When there is a file already, or it cannot be written.
pub fn write_key(path: &Path, key: &CaseKey) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.sync_all()?;
    // The name too: a key that is gone after a power cut is of no use.
    File::open(folder)?.sync_all()
}

/// Removes the key that was made for a session, where there is one.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_key(session: &str) -> Result<(), Failure> {
    let path = places::key_file(session);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::because(format!("cannot remove the key {}", shown(&path)), &error, Exit::Internal))
        }
        _ => Ok(()),
    }
}

fn shown(path: &Path) -> String {
    format!("`{}`", printable(&path.to_string_lossy()))
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    // Asked before it is opened: opening a FIFO waits for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = Zeroizing::new(String::new());
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use candor_redact::{Kind, Treatment};

    use super::*;

    #[test]
    fn of_one_kind_the_later_policy_decides_and_words_add_up() {
        let mut policy = Policy::default();
        for text in [
            "[kinds]\nuuid = \"keep\"\nphone = \"remove\"\n[words]\nremove = [\"falcon\"]\n",
            "[kinds]\nuuid = \"remove\"\n[words]\nremove = [\"eagle\"]\nhosts = [\"nas\"]\n",
        ] {
            add(&mut policy, Policy::from_toml(text).unwrap());
        }
        assert_eq!(policy.treatment(Kind::Uuid), Treatment::Remove);
        assert_eq!(policy.treatment(Kind::Phone), Treatment::Remove);
        assert_eq!(policy.words.remove, ["falcon", "eagle"]);
        assert_eq!(policy.words.hosts, ["nas"]);
    }

    #[test]
    fn a_key_file_is_its_owners_alone_and_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/a.key");
        let key = CaseKey::generate().unwrap();
        write_key(&path, &key).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(read_key(&path).is_ok_and(|read| read == key));
        assert!(write_key(&path, &key).is_err());
    }
}
