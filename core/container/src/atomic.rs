//! A file that appears whole under its name, or not at all.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat};
use tempfile::NamedTempFile;

/// Lets `write` fill a new file, mode 0600, and gives it the name `target`, in place of a file that has it. On any
/// error the name is as it was before and nothing is left behind.
///
/// The new file has no name until it is whole where the file system knows such files (`O_TMPFILE`), so that a process
/// that is killed leaves nothing either.
///
/// # Errors
/// What `write` returns, and failures to make, sync or name the file.
pub fn write_atomically<T, E>(target: &Path, write: impl FnOnce(&mut File) -> Result<T, E>) -> Result<T, E>
where
    E: From<io::Error>,
{
    let mut draft = Draft::beside(target)?;
    let result = write(draft.file())?;
    draft.file().sync_data()?;
    draft.publish(target)?;
    Ok(result)
}

/// A file that has no name yet, or a hidden one.
enum Draft {
    Unnamed(File),
    Hidden(NamedTempFile),
}

const PREFIX: &str = ".candor-";
const SUFFIX: &str = ".part";

impl Draft {
    fn beside(target: &Path) -> io::Result<Self> {
        let folder = folder_of(target);
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match openat(CWD, &folder, flags, Mode::RUSR | Mode::WUSR) {
            Ok(descriptor) => Ok(Self::Unnamed(File::from(descriptor))),
            // Kernels and file systems that do not know the flag (open(2)). Real causes repeat below.
            Err(_) => builder().tempfile_in(folder).map(Self::Hidden),
        }
    }

    fn file(&mut self) -> &mut File {
        match self {
            Self::Unnamed(file) => file,
            Self::Hidden(named) => named.as_file_mut(),
        }
    }

    fn publish(self, target: &Path) -> io::Result<()> {
        let named = match self {
            Self::Hidden(named) => named,
            Self::Unnamed(file) => {
                // `AT_EMPTY_PATH` would need a capability; the way through /proc does not (open(2), `O_TMPFILE`).
                let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
                let link = |name: &Path| linkat(CWD, &descriptor, CWD, name, AtFlags::SYMLINK_FOLLOW);
                match link(target) {
                    Ok(()) => return Ok(()),
                    Err(rustix::io::Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                // A link replaces nothing, so the file gets a hidden name and is renamed.
                builder().make_in(folder_of(target), |name| {
                    link(name)?;
                    file.try_clone()
                })?
            }
        };
        named.persist(target).map(drop).map_err(|error| error.error)
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    builder
}

fn folder_of(target: &Path) -> PathBuf {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_appears_whole_and_replaces_another() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        for text in ["first", "second"] {
            write_atomically(&target, |file| file.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn an_error_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        fs::write(&target, "old").unwrap();
        let failed: io::Result<()> = write_atomically(&target, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("stopped"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "stopped");
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(names(folder.path()), ["out"]);
    }
}
