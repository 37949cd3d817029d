//! Writes journal files as lines of JSON, newest entry first, without a host around it: for measuring the reader and for
//! comparing it with `journalctl --all -o json`.
//!
//! `cargo run --release -p candor-plugin-event-log --example journal_lines -- FILE… > lines.ndjson`

#[expect(dead_code, unused_imports, reason = "the folder search and the facts of entries are the plugin's")]
#[path = "../src/journal/mod.rs"]
mod journal;

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

use journal::{BinaryForm, Filter, JournalFile, JournalReader, Renderer, Windows};

fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let mut files = Vec::new();
    for path in std::env::args_os().skip(1) {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        files.push(JournalFile::open(Box::new(file), size, files.len() as u16)?);
    }
    let mut windows = Windows::new();
    let mut reader = JournalReader::new(files, &mut windows);
    let mut renderer = Renderer::new(Filter::default(), BinaryForm::Bytes);
    let mut output = std::io::stdout().lock();
    let mut batch = Vec::new();
    let (mut entries, mut bytes) = (0_u64, 0);
    while let Some(found) = reader.previous(&mut windows) {
        if found.duplicate {
            continue;
        }
        renderer.render(&reader.files[found.file], &mut windows, &found.key, &mut batch)?;
        entries += 1;
        if batch.len() > 256 * 1024 {
            bytes += batch.len();
            output.write_all(&batch)?;
            batch.clear();
        }
    }
    bytes += batch.len();
    output.write_all(&batch)?;
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{entries} entries, {bytes} bytes, {seconds:.3} s, {:.0} entries a second; damaged fields {}, long {}",
        entries as f64 / seconds,
        renderer.damaged_fields,
        renderer.long_fields
    );
    Ok(())
}
