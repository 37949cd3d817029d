//! How much memory the greediest inputs take: a stream without end, a line without end, archives with large windows.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ChildStdin;

use crate::bench::Scale;
use crate::bench::ground::Ground;
use crate::bench::measure::{self, Sample};
use crate::bench::table::{self, Table};
use crate::console;
use crate::dist;
use crate::failure::Failure;
use crate::process::{self, Process};

const MOST_BYTES: u64 = 64 << 20;
/// Log that a stream repeats. What measures is to be small beside what is measured.
const PIECE_MIB: u64 = 4;
/// Some of what is in the folder may ask for more memory than there is, and is withheld.
const REDACTED: &[i32] = &[0, 3];

/// What packs one file to standard output, by the ending of the result. The larger windows are those of `xz -6`, `-8` and `-9`; the
/// first level packs as large a window in less time.
const PACKERS: &[(&str, &[&str])] = &[
    ("6.xz", &["xz", "-T1", "--lzma2=preset=0,dict=8MiB", "-c"]),
    ("8.xz", &["xz", "-T1", "--lzma2=preset=0,dict=32MiB", "-c"]),
    ("9.xz", &["xz", "-T1", "-9", "-c"]),
    ("zst", &["zstd", "-q", "-c"]),
    ("gz", &["gzip", "-c"]),
    ("bz2", &["bzip2", "-c"]),
    ("zip", &["zip", "-q", "-"]),
];

/// Measures each of them once.
///
/// # Errors
/// When one fails.
pub fn run(ground: &Ground, scale: Scale) -> Result<(), Failure> {
    let mut table = Table::new(&["", "wall", "MiB/s", "peak"]);
    let mut peaks = Vec::new();
    let (stream, line, log) = (scale.size(10 << 10, 256), scale.size(1 << 10, 64), scale.size(128, 48));
    let mut add = |name: String, mib: u64, sample: Sample| {
        table.row(
            [name.clone(), table::seconds(sample.wall.as_secs_f64()), rate(mib, sample)]
                .into_iter()
                .chain([table::mebibytes(sample.own_peak_bytes)]),
        );
        peaks.push((name, sample.own_peak_bytes));
    };
    let lines = piece()?;
    add(format!("a stream of {stream} MiB"), stream, redact_stream(ground, &lines, stream)?);
    let one_line: Vec<u8> = lines.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }).collect();
    add(format!("a line of {line} MiB"), line, redact_stream(ground, &one_line, line)?);
    let (folder, packed) = pack(ground, log)?;
    add(format!("{packed} archives of {log} MiB"), log * packed, redact_folder(ground, &folder)?);
    table.print();
    for (name, peak) in peaks {
        table::promise(peak <= MOST_BYTES, &format!("{name}: at most 64 MiB"), &table::mebibytes(peak));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a rate without digits")]
fn rate(mib: u64, sample: Sample) -> String {
    format!("{:.0}", mib as f64 / sample.wall.as_secs_f64())
}

fn piece() -> Result<Vec<u8>, Failure> {
    Process::new(super::example("mixed_logs")).arg(PIECE_MIB.to_string()).stdout()
}

/// `candor redact -` on `mib` MiB that are `piece` again and again, and on no disk.
fn redact_stream(ground: &Ground, piece: &[u8], mib: u64) -> Result<Sample, Failure> {
    console::progress("Feeding", &format!("{mib} MiB"));
    let mut command = ground.candor();
    command.args(["redact", "--no-machine", "-", "-o", "/dev/null"]);
    measure::run_fed(&mut command, &[0], |stdin| feed(stdin, piece, mib << 20))
}

fn feed(stdin: &mut ChildStdin, piece: &[u8], mut left: u64) -> io::Result<()> {
    while left > 0 {
        let count = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        stdin.write_all(&piece[..count])?;
        left -= count as u64;
    }
    Ok(())
}

/// A folder with a log of `mib` MiB in each kind of archive, twice, so that two threads meet the same; and how many there are.
fn pack(ground: &Ground, mib: u64) -> Result<(std::path::PathBuf, u64), Failure> {
    let (log, folder) = (ground.path("packed.log"), ground.path("archives"));
    super::write_log(&log, mib)?;
    dist::create(&folder)?;
    let mut packed = 0;
    for (ending, command) in PACKERS {
        if process::find(command[0]).is_none() {
            console::note(&format!("`{}` is not installed: no `.{ending}`", command[0]));
            continue;
        }
        console::progress("Packing", &format!("log.{ending}"));
        for copy in ["a", "b"] {
            let path = folder.join(format!("{copy}.{ending}"));
            let file = File::create(&path).map_err(|error| Failure::path("write", &path, error))?;
            super::write_to(Process::new(command[0]).args(&command[1..]).arg(&log), file)?;
            packed += 1;
        }
    }
    Ok((folder, packed))
}

fn redact_folder(ground: &Ground, folder: &Path) -> Result<Sample, Failure> {
    let mut command = ground.candor();
    command.args(["redact", "--no-machine"]).arg(folder).arg("-o").arg(ground.path("redacted"));
    command.stderr(std::process::Stdio::null());
    measure::run(&mut command, REDACTED)
}
