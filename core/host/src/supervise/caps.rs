//! Bounds of a run as a whole: bytes of the report and free space on the disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use candor_manifest::ByteSize;

/// Staged bytes after which the disk is asked again how much is free.
const LOOK_EVERY_BYTES: u64 = 4 << 20;

/// Shared by all workers of a run.
#[derive(Debug)]
pub struct ReportCaps {
    report_bytes: u64,
    free_disk_bytes: u64,
    folder: PathBuf,
    staged: AtomicU64,
    looked_at: AtomicU64,
}

/// A bound is reached; the sentence says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapReached {
    /// The report would be larger than it may be.
    #[error("the report has reached its limit of {0}")]
    Report(ByteSize),
    /// The disk would be fuller than it may be.
    #[error("less than {floor} is free below `{folder}`")]
    Disk {
        /// What must stay free.
        floor: ByteSize,
        /// Where the session is.
        folder: PathBuf,
    },
}

impl ReportCaps {
    /// Bounds for a run that stages below `folder`.
    pub fn new(report: ByteSize, free_disk: ByteSize, folder: &Path) -> Self {
        Self {
            report_bytes: report.get(),
            free_disk_bytes: free_disk.get(),
            folder: folder.to_owned(),
            staged: AtomicU64::new(0),
            looked_at: AtomicU64::new(0),
        }
    }

    /// Checks the disk before anything is staged.
    ///
    /// # Errors
    /// When less is free than must stay free.
    pub fn check_disk(&self) -> Result<(), CapReached> {
        let free = rustix::fs::statvfs(&self.folder).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        match free {
            Ok(free) if free < self.free_disk_bytes => {
                let floor = ByteSize::bytes(self.free_disk_bytes);
                Err(CapReached::Disk { floor, folder: self.folder.clone() })
            }
            // A file system that cannot tell is found out by its writes.
            _ => Ok(()),
        }
    }

    /// Counts staged bytes.
    pub(crate) fn add(&self, bytes: u64) -> Result<(), CapReached> {
        let staged = self.staged.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if staged > self.report_bytes {
            return Err(CapReached::Report(ByteSize::bytes(self.report_bytes)));
        }
        let looked_at = self.looked_at.load(Ordering::Relaxed);
        if staged >= looked_at + LOOK_EVERY_BYTES {
            self.looked_at.store(staged, Ordering::Relaxed);
            return self.check_disk();
        }
        Ok(())
    }
}
