//! Large inputs take little memory.

use std::io::Write;
use std::process::Stdio;

use candor_tests::Sandbox;

use super::redact;

/// Most resident memory that any input may take.
const MOST_BYTES: u64 = 64 << 20;
/// Length of the line: what held it would take more than that.
const LINE_BYTES: usize = 96 << 20;

#[test]
fn a_line_without_end_takes_bounded_memory() {
    let sandbox = Sandbox::new();
    let mut command = redact(&sandbox, &["-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let piece = [b"from 10.83.2.77, ".to_vec(), vec![b'a'; 256 << 10]].concat();
    let mut left = LINE_BYTES;
    while left > 0 {
        let count = left.min(piece.len());
        input.write_all(&piece[..count]).unwrap();
        left -= count;
    }
    let peak = peak_memory(child.id());
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(peak <= MOST_BYTES, "{} MiB", peak >> 20);
}

/// Peak resident memory of a process that still runs.
fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() * 1024
}
