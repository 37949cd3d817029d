//! Measures staging and assembling without any collector around them.
//!
//! `staging_speed tree FOLDER OUTPUT [THREADS]` takes every regular file below a folder; `staging_speed noise MEBIBYTES OUTPUT [MEDIA_TYPE]`
//! takes one artifact that does not shrink. The session folder is made beside the output. Prints one line of JSON.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measuring program, not part of the product")]

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use candor_manifest::{CollectorId, Level, ProfileId};
use candor_report::{
    ArtifactName, CollectorEntry, CollectorStage, Compression, Compressor, Redactions, SESSION_SCHEMA,
    Session, SessionHeader,
};

const FRAME_BYTES: usize = 256 * 1024;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, subject, output, rest @ ..] = &arguments[..] else { panic!("see the doc of this example") };
    let output = Path::new(output);
    let id = CollectorId::new("files").expect("a valid id");
    let root = output.with_extension("sessions");
    let session = Session::create(&root, header(&id), b"{}").expect("a session");
    let threads = rest.first().and_then(|threads| threads.parse().ok()).unwrap_or(2);
    let compressor = Compressor::new(threads, Compression::Deflate);
    let began = Instant::now();
    let mut stage = session.stage(&id, Level::Technical, &compressor).expect("a stage");
    let bytes = match mode.as_str() {
        "tree" => stage_tree(&mut stage, Path::new(subject)),
        "noise" => {
            let media_type = rest.first().map_or("application/gzip", String::as_str);
            stage_noise(&mut stage, subject.parse().expect("a number of MiB"), media_type)
        }
        _ => panic!("`tree` or `noise`"),
    };
    stage.close().expect("everything staged");
    let staged = began.elapsed();
    let staged_rss_kib = peak_rss_kib();
    let assembled = session.assemble(output, None, true).expect("a report");
    let elapsed = began.elapsed();
    session.discard().expect("no session left");
    let report = serde_json::json!({
        "bytes": bytes, "report_bytes": assembled.bytes, "ratio": assembled.bytes as f64 / bytes as f64,
        "staged_seconds": staged.as_secs_f64(), "seconds": elapsed.as_secs_f64(),
        "mb_per_second": bytes as f64 / 1e6 / elapsed.as_secs_f64(), "staged_peak_rss_kib": staged_rss_kib, "peak_rss_kib": peak_rss_kib(),
    });
    println!("{report}");
}

fn header(id: &CollectorId) -> SessionHeader {
    SessionHeader {
        schema: SESSION_SCHEMA,
        id: "measured".to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        profile: ProfileId::new("measured").expect("a valid id"),
        case: None,
        tool_version: "0".to_owned(),
        output: PathBuf::new(),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: None,
        planned: vec![CollectorEntry::unheard(id.clone(), Level::Technical, "")],
    }
}

fn stage_tree(stage: &mut CollectorStage, root: &Path) -> u64 {
    let mut folders = vec![root.to_owned()];
    let mut bytes = 0;
    let mut number = 0;
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder).expect("a folder").filter_map(Result::ok).collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                number += 1;
                let name = ArtifactName::parse(&format!("{}/{number}", number % 100)).expect("a valid name");
                bytes += stage_file(stage, &name, &entry.path());
            }
        }
    }
    bytes
}

fn stage_file(stage: &mut CollectorStage, name: &ArtifactName, path: &Path) -> u64 {
    stage.begin(name, "application/octet-stream", Level::Technical).expect("begun");
    let mut file = File::open(path).expect("an open file");
    let mut bytes = 0;
    let mut left = file.metadata().expect("a size").len();
    while left > 0 {
        let mut frame = stage.spare_buffer(FRAME_BYTES);
        let read =
            file.by_ref().take(left.min(FRAME_BYTES as u64)).read_to_end(&mut frame).expect("a read") as u64;
        left -= read;
        bytes += read;
        stage.write(frame).expect("written");
    }
    stage.finish(Redactions::default()).expect("finished");
    bytes
}

fn stage_noise(stage: &mut CollectorStage, mebibytes: u64, media_type: &str) -> u64 {
    let mut state = 1_u64;
    let mut noise = vec![0_u8; 1 << 20];
    for word in noise.chunks_exact_mut(8) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        word.copy_from_slice(&(state ^ (state >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    }
    stage
        .begin(&ArtifactName::parse("noise").expect("a valid name"), media_type, Level::Technical)
        .expect("begun");
    for _ in 0..mebibytes {
        for piece in noise.chunks(FRAME_BYTES) {
            let mut frame = stage.spare_buffer(FRAME_BYTES);
            frame.extend_from_slice(piece);
            stage.write(frame).expect("written");
        }
    }
    stage.finish(Redactions::default()).expect("finished");
    mebibytes << 20
}

fn peak_rss_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
