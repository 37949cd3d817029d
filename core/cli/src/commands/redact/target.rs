//! Where the result goes. Nothing is replaced unasked, and nothing appears in part.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use candor_container::Content;

use super::names::shown;
use super::source::Source;
use crate::arguments::Redact;
use crate::exit::Exit;
use crate::failure::Failure;

/// Where the result goes.
pub enum Target {
    /// Nowhere: nothing is written.
    None,
    /// Standard output.
    Stdout,
    /// A new file, or one that is replaced.
    File(PathBuf),
    /// The input itself, which is replaced when nothing of it is lost.
    InPlace(PathBuf),
    /// A pipe or device, which cannot appear whole.
    Device(PathBuf),
    /// A new folder.
    Folder(PathBuf),
}

impl Target {
    /// What the arguments say.
    ///
    /// # Errors
    /// When it does not fit the source, or something is there already.
    pub fn choose(arguments: &Redact, source: &Source) -> Result<Self, Failure> {
        match (source, &arguments.output) {
            (Source::Folder(_), _) if arguments.in_place => Err(Failure::usage(
                "a folder cannot be redacted in place: what must be withheld would be lost",
            )
            .hint("write a redacted copy: `-o OUT`")),
            (Source::Folder(folder), None) => {
                Err(Failure::usage(format!("`{}` is a folder, and no output is named", shown(folder)))
                    .hint("name a new folder for the redacted copy: `-o OUT`"))
            }
            (Source::Folder(folder), Some(output)) => new_folder(folder, output),
            (Source::Stream(stream), None) if arguments.in_place => {
                match &stream.path {
                    Some(path) if stream.size.is_some() => {
                        path.canonicalize().map(Self::InPlace).map_err(|error| {
                            Failure::because(format!("cannot find `{}`", shown(path)), &error, Exit::Usage)
                        })
                    }
                    _ => Err(Failure::usage("only a file can be redacted in place")
                        .hint("name an output: `-o OUT`")),
                }
            }
            (Source::Stream(_), None) => Ok(Self::Stdout),
            (Source::Stream(_), Some(output)) if output == Path::new("-") => Ok(Self::Stdout),
            (Source::Stream(_), Some(output)) => file(output, arguments.overwrite),
        }
    }

    /// For messages.
    pub fn path(&self) -> &Path {
        match self {
            Self::None | Self::Stdout => Path::new("-"),
            Self::File(path) | Self::InPlace(path) | Self::Device(path) | Self::Folder(path) => path,
        }
    }

    /// Refuses to print what is no text on a terminal.
    ///
    /// # Errors
    /// When that would happen.
    pub fn suits(&self, content: Content, keeps_binary: bool) -> Result<(), Failure> {
        let is_text = match content {
            Content::Text(_) => true,
            Content::Container(_) => false,
            Content::Closed(_) | Content::Binary => !keeps_binary,
        };
        if !is_text && matches!(self, Self::Stdout) && io::stdout().is_terminal() {
            return Err(Failure::usage("the result is no text, and standard output is a terminal")
                .hint("write it to a file: `-o OUT`"));
        }
        Ok(())
    }
}

/// Standard output without a buffer that waits for lines.
///
/// # Errors
/// When it is closed.
pub fn stdout() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

fn file(output: &Path, overwrite: bool) -> Result<Target, Failure> {
    let there = match output.metadata() {
        Ok(there) => there,
        // A link to nothing is something, too.
        Err(_) if output.symlink_metadata().is_ok() => return Err(taken(output)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Target::File(output.to_owned())),
        Err(error) => {
            return Err(Failure::because(format!("cannot write `{}`", shown(output)), &error, Exit::Usage));
        }
    };
    if there.is_dir() {
        return Err(Failure::usage(format!("`{}` is a folder", shown(output)))
            .hint("name the file that is to be written"));
    }
    if !there.is_file() {
        return Ok(Target::Device(output.to_owned()));
    }
    if !overwrite {
        return Err(taken(output));
    }
    Ok(Target::File(output.canonicalize().unwrap_or_else(|_| output.to_owned())))
}

/// Opens a pipe or device for writing.
///
/// # Errors
/// When it may not be written.
pub fn open_device(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

fn taken(output: &Path) -> Failure {
    Failure::usage(format!("`{}` is there already", shown(output)))
        .hint("name another output, or replace it with `--overwrite`")
}

fn new_folder(folder: &Path, output: &Path) -> Result<Target, Failure> {
    if output.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!("`{}` is there already", shown(output)))
            .hint("name a folder that is not there yet"));
    }
    let parent = match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let inside = folder.canonicalize().and_then(|folder| Ok(parent.canonicalize()?.starts_with(folder)));
    match inside {
        Ok(false) => Ok(Target::Folder(output.to_owned())),
        Ok(true) => Err(Failure::usage("the output lies inside the folder that is to be redacted")
            .hint("name one that lies beside it")),
        Err(error) => Err(Failure::because(format!("cannot write `{}`", shown(output)), &error, Exit::Usage)),
    }
}
