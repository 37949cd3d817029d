//! One file or stream.

use std::fs::{File, Permissions};
use std::io::{self, Cursor, IsTerminal, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use candor_container::{
    Binary, Content, Encoding, EntryPath, Error, HEAD_BYTES, Limits, Outcome, Reason, sniff, transform_draft,
    write_atomically,
};

use super::account::Account;
use super::filter::RedactingFilter;
use super::source::{Stream, Watched};
use super::target::{self, Target};
use super::{Context, failed, name_of, text};
use crate::exit::Exit;
use crate::failure::Failure;

/// Redacts the stream to its target.
///
/// # Errors
/// When nothing could be written: the input cannot be searched, or a disk or pipe failed.
pub fn redact(context: &Context<'_>, stream: &Stream, target: &Target) -> Result<Account, Failure> {
    let (name, mut account) = name_of(context.engine, stream.path.as_deref());
    let mut input = Watched::new(&stream.file, context.stop, context.progress);
    let mut head = Vec::new();
    (&mut input)
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(|error| failed(&Error::Read(error), &name, Path::new("")))?;
    let content = sniff(&head);
    target.suits(content, context.binary == Binary::Keep)?;
    // Somebody may wait for what comes out of a pipe: then it goes on piece by piece.
    let is_watched = stream.size.is_none() && io::stdout().is_terminal();
    let text = match content {
        Content::Text(encoding @ (Encoding::Utf8 | Encoding::Latin1)) if !is_watched => Some(encoding),
        _ => None,
    };
    let mut job = Job { context, name: &name, text, input: &mut Cursor::new(head).chain(input) };
    account.append(match target {
        Target::File(path) => write_atomically(path, |file| job.write_file(file))
            .map_err(|stopped| stopped.told(&name, path))?,
        Target::InPlace(path) => write_atomically(path, |file| {
            let account = job.write_file(file)?;
            if account.withheld.count > 0 {
                return Err(Stopped::Incomplete(account.withheld.count));
            }
            take_over_owner(&stream.file, file)?;
            Ok(account)
        })
        .map_err(|stopped| stopped.told(&name, path))?,
        Target::Device(path) => target::open_device(path)
            .map_err(Stopped::from)
            .and_then(|mut device| job.write_stream(&mut device))
            .map_err(|stopped| stopped.told(&name, path))?,
        Target::Stdout | Target::None | Target::Folder(_) => target::stdout()
            .map_err(Stopped::from)
            .and_then(|mut stdout| job.write_stream(&mut stdout))
            .map_err(|stopped| stopped.told_of_stdout(&name))?,
    });
    Ok(account)
}

struct Job<'j> {
    context: &'j Context<'j>,
    name: &'j str,
    /// Set for text on which several threads may work.
    text: Option<Encoding>,
    input: &'j mut dyn Read,
}

impl Job<'_> {
    /// To a file that is thrown away when something goes wrong.
    fn write_file(&mut self, file: &mut File) -> Result<Account, Stopped> {
        self.write_stream(file)
    }

    /// Piece by piece: what was written before something goes wrong stays written, and is redacted.
    fn write_stream(&mut self, output: &mut dyn Write) -> Result<Account, Stopped> {
        match self.text {
            Some(encoding) => text::redact(self.context.engine, self.name, encoding, self.input, output),
            None => self.walk(output),
        }
    }

    fn walk(&mut self, output: &mut dyn Write) -> Result<Account, Stopped> {
        let filter = RedactingFilter::new(self.context.engine, self.context.binary, self.name);
        let path = EntryPath::new(self.name);
        let mut counted = Counted { inner: output, bytes: 0 };
        // The only walk there is may take the memory of two.
        let summary = transform_draft(self.input, &mut counted, &path, &filter, &Limits::default())?;
        if let Outcome::Withheld(reason) = &summary.outcome {
            return Err(Stopped::Withheld { reason: reason.clone(), written: counted.bytes });
        }
        let mut account = filter.into_account();
        account.summarise(&summary);
        Ok(account)
    }
}

/// Counts what got out, which a stream cannot take back.
pub struct Counted<'o> {
    pub inner: &'o mut dyn Write,
    pub bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Why there is no result.
pub enum Stopped {
    Failed(Error),
    Withheld { reason: Reason, written: u64 },
    Incomplete(u64),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Failed(Error::Write(error))
    }
}

impl Stopped {
    fn told(self, input: &str, output: &Path) -> Failure {
        let (message, hint) = match self {
            Self::Failed(error) => return failed(&error, input, output),
            Self::Withheld { reason, .. } => {
                (format!("`{input}` is withheld: {reason}"), "nothing was written")
            }
            Self::Incomplete(count) => (
                format!(
                    "`{input}` is left as it is: {} in it cannot be searched and would be lost",
                    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
                ),
                "write a redacted copy with `-o OUT`, or pass binary data on as it is with `--keep-binary`",
            ),
        };
        Failure::usage(message).with_exit(Exit::Nothing).hint(hint)
    }

    fn told_of_stdout(self, input: &str) -> Failure {
        match self {
            Self::Failed(Error::Write(error)) => Failure::from(error),
            Self::Withheld { reason, written } if written > 0 => {
                let message = format!("`{input}` is withheld from byte {written} of the output on: {reason}");
                Failure::usage(message)
                    .with_exit(Exit::Incomplete)
                    .hint("what was printed before is redacted")
            }
            other => other.told(input, Path::new("-")),
        }
    }
}

/// Who may read a file that is replaced may read what replaces it.
fn take_over_owner(old: &File, new: &File) -> io::Result<()> {
    let metadata = old.metadata()?;
    // Only root gives files away. For others the file is theirs, as what they write is.
    let _ = fchown(new, Some(metadata.uid()), Some(metadata.gid()));
    new.set_permissions(Permissions::from_mode(metadata.mode() & 0o777))
}
