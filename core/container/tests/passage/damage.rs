//! Inputs that are cut off or damaged: the result is well-formed, and nothing secret is in it.

use candor_container::{EntryPath, Limits, Outcome, Remark, Summary, transform};
use proptest::prelude::*;

use crate::filters::{SECRET, STRICT, USER, clean_log, contains, log, noise, run, withheld};
use crate::tools::{Place, pipe};

/// A small tree in each kind of archive.
fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let place = Place::new();
    place.write("t/alice/one", log(40));
    place.write("t/noise", noise(700));
    place.write("t/two", log(3));
    place.sh(
        "cd t; gzip -k two; zip -q in.zip two noise; cd ..; tar -cf a.tar t; gzip -k a.tar; xz -k a.tar; zstd -q a.tar; \
         bzip2 -k a.tar; zip -q -r a.zip t; (cd t; zip -q -r - . | cat) > b.zip; gzip -c t/alice/one > one.gz; \
         xz -c t/alice/one > one.xz",
    );
    let names =
        ["a.tar", "a.tar.gz", "a.tar.xz", "a.tar.zst", "a.tar.bz2", "a.zip", "b.zip", "one.gz", "one.xz"];
    names.map(|name| (name, place.read(name))).to_vec()
}

/// The command that proves that a result is well-formed.
fn proof(name: &str) -> &'static str {
    match name.split_once('.').unwrap().1 {
        "tar" => "tar -xOf - >/dev/null",
        "tar.gz" => "tar -xzOf - >/dev/null",
        "tar.xz" => "tar -xJOf - >/dev/null",
        "tar.zst" => "tar --zstd -xOf - >/dev/null",
        "tar.bz2" => "tar -xjOf - >/dev/null",
        "gz" => "gzip -t",
        "xz" => "xz -t",
        _ => {
            "python3 -c 'import io,sys,zipfile; z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); assert z.testzip() is None'"
        }
    }
}

fn is_clean(output: &[u8]) -> bool {
    !contains(output, SECRET) && !contains(output, USER)
}

#[test]
fn a_cut_anywhere_gives_a_well_formed_result() {
    for (name, input) in archives() {
        for length in (0..input.len()).step_by(97) {
            let (output, summary) = run(&input[..length], &STRICT);
            assert!(is_clean(&output), "{name} cut at {length}");
            // Each proof starts a program; one cut in five is enough for that.
            if summary.outcome == Outcome::Written && length % 5 == 0 && length > 0 {
                pipe(proof(name), &output);
            }
        }
    }
}

#[test]
fn entries_before_a_cut_are_kept_and_the_cut_one_says_so() {
    let place = Place::new();
    place.write("one", log(50));
    place.write("two", log(50));
    place.sh("tar -cf a.tar one two; zip -q a.zip one two; gzip -kn a.tar");
    let tar = place.read("a.tar");
    let (output, summary) = run(&tar[..512 + 2560 + 512 + 700], &STRICT);
    assert_eq!(withheld(&summary), ["input!two: it is cut off"]);
    assert_eq!(pipe("tar -xOf - one", &output), clean_log(50).as_bytes());
    assert_eq!(pipe("tar -tf -", &output), b"one\ntwo.withheld.txt\n");
    let zip = place.read("a.zip");
    let second = zip.windows(4).rposition(|window| window == b"PK\x03\x04").unwrap();
    let (output, summary) = run(&zip[..second + 80], &STRICT);
    assert_eq!(summary.withheld_entries[0].path, "input!two");
    assert_eq!(summary.remarks, [("input".to_owned(), Remark::DirectoryRebuilt)]);
    place.write("out.zip", output);
    assert_eq!(place.sh("unzip -p out.zip one"), clean_log(50));
}

#[test]
fn a_cut_compressed_text_is_withheld_as_a_whole() {
    for tool in ["gzip -c", "xz -c", "zstd -q -c", "bzip2 -c"] {
        let packed = pipe(tool, log(5000).as_bytes());
        let (_, summary) = run(&packed[..packed.len() - 3], &STRICT);
        assert_eq!(withheld(&summary), ["input: it is cut off"], "{tool}");
        let mut packed = packed;
        let middle = packed.len() / 2;
        packed[middle] ^= 0x10;
        let (_, summary) = run(&packed, &STRICT);
        assert_eq!(summary.withheld, 1, "{tool}");
    }
}

fn pass_quietly(input: &[u8]) -> (Vec<u8>, Summary) {
    let mut output = Vec::new();
    let limits = Limits { spool_bytes: 300, ..Limits::default() };
    let summary = transform(&mut &*input, &mut output, &EntryPath::new("input"), &STRICT, &limits).unwrap();
    (output, summary)
}

/// The archives are made once.
fn samples() -> &'static [(&'static str, Vec<u8>)] {
    static SAMPLES: std::sync::OnceLock<Vec<(&'static str, Vec<u8>)>> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(archives)
}

fn config() -> ProptestConfig {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(4711);
    ProptestConfig { cases: 1500, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn damage_anywhere_never_panics_and_never_shows_the_secret(
        which in 0usize..9,
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut input = samples()[which].1.clone();
        for (place, byte) in hits {
            let at = place.index(input.len());
            input[at] = byte;
        }
        if let Some(cut) = cut {
            input.truncate(cut.index(input.len()));
        }
        let (output, summary) = pass_quietly(&input);
        prop_assert!(!contains(&output, SECRET));
        // What was written is well-formed for this crate too.
        if summary.outcome == Outcome::Written && !output.is_empty() {
            let (again, _) = pass_quietly(&output);
            prop_assert!(!contains(&again, SECRET));
        }
    }

    #[test]
    fn anything_behind_a_magic_is_survived(magic in 0usize..7, tail in prop::collection::vec(any::<u8>(), 0..700)) {
        let magics: [&[u8]; 7] = [
            b"\x1f\x8b\x08\x1e", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18", b"BZh91AY&SY",
            b"PK\x03\x04", b"PK\x05\x06",
        ];
        let input = [magics[magic], &tail].concat();
        let (_, summary) = pass_quietly(&input);
        prop_assert!(summary.entries > 0);
    }
}
