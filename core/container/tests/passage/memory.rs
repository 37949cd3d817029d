//! What the largest and the most greedy inputs cost. Each test starts itself again and asks the kernel for the peak.

use std::fs::File;
use std::io::{self, Read};
use std::process::Command;

use candor_container::{Binary, EntryPath, Filter, FilterError, Limits, Opaque, TextFilter, transform};

use crate::filters::{log, noise};
use crate::tools::{Place, pipe};

/// Names the input for the process that is measured.
const INPUT: &str = "CANDOR_CONTAINER_MEASURED";

/// Passes everything on, so that nothing but the crate is measured.
struct Through;

impl Filter for Through {
    fn text(&self, _path: &EntryPath, _head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        Ok(Box::new(Self))
    }

    fn binary(&self, _path: &EntryPath, _head: &[u8], _why: Opaque) -> Binary {
        Binary::Keep
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        name.to_vec()
    }
}

impl TextFilter for Through {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError> {
        out.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self, _out: &mut Vec<u8>) -> Result<(), FilterError> {
        Ok(())
    }
}

/// Runs the test `name` in a process of its own on the file `input`; the peak of its memory in KiB.
fn peak_kib(name: &str, place: &Place, input: &str) -> u64 {
    let program = std::env::current_exe().unwrap();
    let name = format!("memory::{name}");
    let output = Command::new(program)
        .args(["--exact", &name, "--nocapture", "--test-threads=1"])
        .env(INPUT, place.at(input))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let peak = text.lines().find_map(|line| line.split_once("VmHWM:")).expect("the child tells its peak").1;
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The measured process: takes the input through and prints its peak. `false` in the process that measures.
fn is_measured() -> bool {
    let Some(path) = std::env::var_os(INPUT) else { return false };
    let mut input = File::open(path).unwrap();
    // As a pipe: nothing tells the length.
    let mut input = input.by_ref().take(u64::MAX);
    let path = EntryPath::new("input");
    let summary = transform(&mut input, &mut io::sink(), &path, &Through, &Limits::default()).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM:")).unwrap());
    println!("{summary:?}");
    true
}

/// The promise is 48 MiB. A test's own program is larger than a shipped one.
const MOST_KIB: u64 = 48 * 1024;

#[test]
fn the_largest_windows_stay_within_the_promise() {
    if is_measured() {
        return;
    }
    let place = Place::new();
    // More than a window of 32 MiB, so that every byte of it is used, and cheap to pack again.
    let text = log(500_000).repeat(2);
    place.write("log", &text);
    place.write("t.xz", pipe("xz -T1 --lzma2=preset=0,dict=32MiB -c", text.as_bytes()));
    place.write("t.zst", pipe("cat | zstd -q -1 --zstd=wlog=25 -c", text.as_bytes()));
    place.sh(
        "head -c 4M log > part; bzip2 -9 part; zip -q -1 log.zip log; tar -cf all.tar part.bz2 log.zip t.xz t.zst; \
         gzip -1 -k all.tar",
    );
    for input in ["t.xz", "t.zst", "part.bz2", "all.tar", "all.tar.gz"] {
        let peak = peak_kib("the_largest_windows_stay_within_the_promise", &place, input);
        println!("{input}: {peak} KiB");
        let least = if input.starts_with("t.") { 32 * 1024 } else { 0 };
        assert!((least..=MOST_KIB).contains(&peak), "{input}: {peak} KiB");
    }
}

#[test]
fn the_deepest_nesting_stays_within_the_promise() {
    if is_measured() {
        return;
    }
    let place = Place::new();
    let mut packed: Vec<u8> = noise(3 << 20).iter().map(|byte| b'a' + byte % 16).collect();
    for _ in 0..8 {
        packed = pipe("xz -0 --lzma2=preset=0,dict=3MiB -c", &packed);
    }
    place.write("eight.xz", packed);
    let peak = peak_kib("the_deepest_nesting_stays_within_the_promise", &place, "eight.xz");
    println!("{peak} KiB");
    assert!(peak <= MOST_KIB, "{peak} KiB");
}

#[test]
fn many_entries_stay_within_the_promise() {
    if is_measured() {
        return;
    }
    let place = Place::new();
    let script = "import zipfile,tarfile,io
z=zipfile.ZipFile('many.zip','w')
t=tarfile.open('many.tar','w')
for i in range(100000):
  z.writestr('some/folder/with/a/name/f%d'%i,'x')
  t.addfile(tarfile.TarInfo('f%d'%i))
z.close(); t.close()";
    place.sh(&format!("python3 -c \"{script}\""));
    for input in ["many.zip", "many.tar"] {
        let peak = peak_kib("many_entries_stay_within_the_promise", &place, input);
        println!("{input}: {peak} KiB");
        assert!(peak <= 24 * 1024, "{input}: {peak} KiB");
    }
}

#[test]
fn small_inputs_cost_little() {
    if is_measured() {
        return;
    }
    let place = Place::new();
    place.write("log", log(100));
    place
        .sh("gzip -k log; xz -k log; zstd -q log; bzip2 -k log; zip -q log.zip log; tar -cJf log.tar.xz log");
    for input in ["log", "log.gz", "log.xz", "log.zst", "log.bz2", "log.zip", "log.tar.xz"] {
        let peak = peak_kib("small_inputs_cost_little", &place, input);
        println!("{input}: {peak} KiB");
        assert!(peak <= 20 * 1024, "{input}: {peak} KiB");
    }
}
