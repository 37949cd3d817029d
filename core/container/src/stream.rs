//! The formats that hold one compressed stream: opened, passed on, packed again in the same format.

mod bzip2;
mod deflate;
mod packer;
mod unpacked;
mod xz;
mod zstd;

use crate::content::{self, Output, Verdict};
use crate::peek::Peek;
use crate::run::Run;
use crate::{EntryPath, Error, Format};

pub(crate) use deflate::Inflate;
pub(crate) use packer::{Packer, Packing};
pub(crate) use unpacked::{Member, Members, Unpacked};

/// Takes the compressed `input` through the filter.
pub(crate) fn pass(
    run: &Run<'_>,
    format: Format,
    input: &mut Peek<'_>,
    output: &mut Output<'_>,
    path: &EntryPath,
    depth: usize,
) -> Result<Verdict, Error> {
    let (members, packing) = plan(format, input);
    let mut unpacked = Unpacked::new(run, members, input);
    let mut inner = Peek::new(&mut unpacked);
    let certain = content::is_certain(run, &mut inner, depth + 1);
    let mut pack = |output: &mut Output<'_>| {
        let disposable = output.disposable;
        let mut packer = Packer::new(run, packing, output.to).map_err(|error| run.write_failed(error))?;
        let target = &mut Output { to: &mut packer, disposable };
        let verdict = content::pass(run, &mut inner, target, path, depth + 1)?;
        if verdict == Verdict::Written {
            packer.finish().map_err(|error| run.write_failed(error))?;
        }
        Ok(verdict)
    };
    let verdict = if certain { pack(output)? } else { content::guarded(run, output, depth, pack)? };
    if unpacked.has_trailing() {
        run.remark(path, crate::Remark::TrailingBytes);
    }
    Ok(verdict)
}

/// How to read the members of a stream, and how to pack what comes out.
fn plan(format: Format, input: &mut Peek<'_>) -> (Members, Packing) {
    match format {
        Format::Xz => (Members::Xz, Packing::Xz),
        Format::Zstd => (Members::Zstd, Packing::Zstd),
        Format::Bzip2 => (Members::Bzip2, Packing::Bzip2),
        // The time is at offset 4 of the first member (RFC 1952, 2.3).
        _ => {
            let modified = match input.peek(8) {
                [_, _, _, _, a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]),
                _ => 0,
            };
            (Members::Gzip, Packing::Gzip { modified })
        }
    }
}
