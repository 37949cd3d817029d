//! What the kernel starts to run a file, read from the file's first bytes. See execve(2) and elf(5).

use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// How often an interpreter may itself be a script before the kernel gives up.
const MOST_INTERPRETERS: usize = 5;
/// Bytes of a script's first line that the kernel looks at.
const FIRST_LINE: usize = 256;
/// Most program headers that are looked at; a program has about a dozen.
const MOST_HEADERS: u16 = 128;
/// `PATH_MAX`.
const LONGEST_PATH: u64 = 4096;
/// `PT_INTERP`.
const INTERPRETER: u32 = 3;

/// The file with every interpreter and loader that the kernel starts for it, in that order.
pub(super) fn with_interpreters(program: PathBuf) -> Vec<PathBuf> {
    let mut files = vec![program];
    while files.len() <= MOST_INTERPRETERS {
        match files.last().and_then(|path| interpreter(path)) {
            Some(next) if !files.contains(&next) => files.push(next),
            _ => break,
        }
    }
    files
}

fn interpreter(path: &Path) -> Option<PathBuf> {
    // Only of a file: opening a pipe would wait for a writer.
    let file = path.metadata().ok().filter(std::fs::Metadata::is_file).and_then(|_| File::open(path).ok())?;
    let mut start = Vec::with_capacity(FIRST_LINE);
    (&file).take(FIRST_LINE as u64).read_to_end(&mut start).ok()?;
    let found = match start.as_slice() {
        [b'#', b'!', line @ ..] => of_script(line)?.to_vec(),
        [0x7f, b'E', b'L', b'F', ..] => of_elf(&file, &start)?,
        _ => return None,
    };
    let found = Path::new(std::ffi::OsStr::from_bytes(&found));
    found.is_absolute().then(|| found.to_owned())
}

fn of_script(line: &[u8]) -> Option<&[u8]> {
    let line = line.split(|byte| *byte == b'\n').next()?;
    line.split(|byte| matches!(byte, b' ' | b'\t' | b'\0')).find(|word| !word.is_empty())
}

/// Offsets and sizes of the fields that matter, which differ between 32 and 64 bits.
struct Layout {
    /// Of the place of the program headers, in the file's header.
    headers_at: usize,
    /// Of the size and the number of program headers, two bytes each.
    header_size_at: usize,
    /// Of the place and the size of a segment, in a program header.
    segment_at: usize,
    segment_size_at: usize,
    /// Bytes of a place or size.
    word: usize,
}

const ELF32: Layout =
    Layout { headers_at: 28, header_size_at: 42, segment_at: 4, segment_size_at: 16, word: 4 };
const ELF64: Layout =
    Layout { headers_at: 32, header_size_at: 54, segment_at: 8, segment_size_at: 32, word: 8 };

fn of_elf(file: &File, start: &[u8]) -> Option<Vec<u8>> {
    let layout = match (start.get(4)?, start.get(5)?) {
        (1, 1) => ELF32,
        (2, 1) => ELF64,
        // Big-endian programs run on machines that this is not built for.
        _ => return None,
    };
    let headers_at = number(start, layout.headers_at, layout.word)?;
    let size = number(start, layout.header_size_at, 2)?;
    let count = number(start, layout.header_size_at + 2, 2)?.min(MOST_HEADERS.into());
    let mut headers = vec![0; usize::try_from(size * count).ok()?];
    file.read_exact_at(&mut headers, headers_at).ok()?;
    let header = headers
        .chunks_exact(usize::try_from(size).ok().filter(|size| *size > 0)?)
        .find(|header| number(header, 0, 4) == Some(INTERPRETER.into()))?;
    let place = number(header, layout.segment_at, layout.word)?;
    let length =
        number(header, layout.segment_size_at, layout.word).filter(|length| *length <= LONGEST_PATH)?;
    let mut path = vec![0; usize::try_from(length).ok()?];
    file.read_exact_at(&mut path, place).ok()?;
    path.split(|byte| *byte == 0).next().map(<[u8]>::to_vec)
}

/// A little-endian number of 2, 4 or 8 bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(size)?)?;
    Some(field.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(content: &[u8]) -> Vec<PathBuf> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let mut found = with_interpreters(file.path().to_owned());
        assert_eq!(found.remove(0), file.path());
        found
    }

    /// A file with one program header that names the interpreter.
    fn elf(bits: u8, interpreter: &[u8]) -> Vec<u8> {
        let (layout, header) = if bits == 64 { (ELF64, 56) } else { (ELF32, 32) };
        let mut file = vec![0; 64 + header];
        file[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', if bits == 64 { 2 } else { 1 }, 1]);
        file[layout.headers_at] = 64;
        file[layout.header_size_at] = header as u8;
        file[layout.header_size_at + 2] = 1;
        file[64] = 3;
        file[64 + layout.segment_at] = (64 + header) as u8;
        file[64 + layout.segment_size_at] = interpreter.len() as u8;
        file.extend_from_slice(interpreter);
        file
    }

    #[test]
    fn a_program_is_started_by_its_loader() {
        assert_eq!(of(&elf(64, b"/no/loader\0")), [PathBuf::from("/no/loader")]);
        assert_eq!(of(&elf(32, b"/no/loader\0")), [PathBuf::from("/no/loader")]);
        let own = with_interpreters(PathBuf::from("/usr/bin/cat"));
        assert_eq!(own.len(), 2, "{own:?}");
        assert!(own[1].file_name().unwrap().to_str().unwrap().starts_with("ld"), "{own:?}");
    }

    #[test]
    fn a_script_is_started_by_its_interpreter_and_that_by_its_loader() {
        let found = of(b"#! /bin/sh -e\nid\n");
        assert_eq!(found[0], Path::new("/bin/sh"));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn what_names_no_absolute_interpreter_has_none() {
        let cut = &elf(64, b"/no/loader\0")[..100];
        for content in
            [&b""[..], b"#!", b"#!\n/bin/sh", b"#!sh\n", b"\x7fELF", b"text", cut, &elf(64, b"loader\0")]
        {
            assert_eq!(of(content), [] as [PathBuf; 0], "{content:?}");
        }
    }

    #[test]
    fn what_is_no_file_has_no_interpreter() {
        for path in ["/no/such/program", "/tmp", "/dev/zero", "relative"] {
            assert_eq!(with_interpreters(PathBuf::from(path)), [PathBuf::from(path)]);
        }
    }

    #[test]
    fn a_script_that_interprets_itself_ends() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        std::fs::write(&one, format!("#!{}", two.display())).unwrap();
        std::fs::write(&two, format!("#!{}", one.display())).unwrap();
        assert_eq!(with_interpreters(one.clone()), [one, two]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut content in proptest::collection::vec(any::<u8>(), 0..512), class in 1..3_u8) {
            if let Some(start) = content.get_mut(..6) {
                start.copy_from_slice(&[0x7f, b'E', b'L', b'F', class, 1]);
            }
            of(&content);
        }
    }
}
