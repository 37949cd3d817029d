//! What the fuzz targets share: fixed keys, so that what they find can be repeated, and a file on a memory disk.
//!
//! What for: behind a signature or a cipher there is a parser too. With fixed keys the targets reach it. Who uses it: the files in
//! `targets`. What it never does: ship; the keys are worthless.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use candor_trust::{Identities, NoCallbacks, Nonce, Recipients, SigningKey};

/// Entries that a zip may have here.
pub const MOST_ENTRIES: usize = 64;

/// Made for these targets and the seeds, and worth nothing else.
const SIGNING_KEY: &str = "untrusted comment: of the fuzz targets\nRWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAmJaBB4wAHydlsnOpeEE5BjEfCQCN239exbH6GeE7oczwaZAWrrm25Pf3d3YrKsCyW79Q5hPJBXIOQiPx2foRho4/7gYAIkxmpsWJ3ajqd1ujDDklGY4L82yX0C55hFMcLw7qkHL0Hew=\n";
const IDENTITY: &str = "AGE-SECRET-KEY-1QEX5WN5J6079372DW78VL7TN7FSL3KVDRTZEJ25JWVC2PEEDGTQSY4XE89";

/// The key that signs.
pub fn signing_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::from_text(SIGNING_KEY, None).expect("a key"))
}

/// The key that opens.
pub fn identities() -> Identities {
    let mut identities = Identities::none();
    identities.add(IDENTITY.as_bytes(), None, NoCallbacks).expect("an identity");
    identities
}

/// To whom is sealed.
pub fn recipients() -> Recipients {
    let own = candor_trust::recipients_of_identity(IDENTITY.as_bytes(), None).expect("an identity");
    Recipients::new(own).expect("one recipient")
}

/// Id of every envelope.
pub fn nonce() -> Nonce {
    "00112233445566778899aabbccddeeff".parse().expect("32 digits")
}

/// A file in a folder of its own, on a memory disk.
pub struct OnDisk {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl OnDisk {
    /// With these bytes.
    pub fn with(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").expect("a memory disk");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("room");
        Self { folder, path }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Nothing was left beside it.
    pub fn is_alone(&self) {
        let names: Vec<_> = std::fs::read_dir(self.folder.path()).expect("the folder").flatten().collect();
        assert!(names.iter().all(|entry| entry.file_name() == "file"), "{names:?}");
    }
}
