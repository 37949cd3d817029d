//! Containers in containers.

use candor_container::{Limits, Outcome};

use crate::filters::{REMOVED, STRICT, clean_log, log, noise, run, run_with, withheld};
use crate::tools::{Place, pipe};

#[test]
fn a_bundle_is_opened_to_its_last_log() {
    let place = Place::new();
    place.write("sos/var/log/messages", log(100));
    place.write("sos/var/log/messages.1", log(50));
    place.write("sos/var/log/old", log(20));
    place.write("sos/core", noise(5000));
    place.sh(
        "cd sos/var/log; gzip messages.1; zip -q old.zip old; rm old; zip -q twice.zip old.zip; \
         xz -k messages; zstd -q messages.xz; bzip2 -k messages; tar -cf inner.tar messages.bz2; cd ../../..; \
         tar -cJf sos.tar.xz sos",
    );
    let (output, summary) = run(&place.read("sos.tar.xz"), &STRICT);
    assert_eq!(withheld(&summary), ["input!sos/core: binary data that cannot be searched"]);
    place.write("out.tar.xz", output);
    place.sh("mkdir out; xz -t out.tar.xz; tar -xf out.tar.xz -C out");
    let read = |line: &str| place.sh(&format!("cd out/sos/var/log; {line}"));
    assert_eq!(read("cat messages"), clean_log(100));
    assert_eq!(read("gzip -dc messages.1.gz"), clean_log(50));
    assert_eq!(read("unzip -p old.zip old"), clean_log(20));
    assert_eq!(read("unzip -p twice.zip old.zip > x.zip; unzip -p x.zip old"), clean_log(20));
    assert_eq!(read("zstd -q -dc messages.xz.zst | xz -dc"), clean_log(100));
    assert_eq!(read("bzip2 -dc messages.bz2"), clean_log(100));
    assert_eq!(read("tar -xOf inner.tar messages.bz2 | bzip2 -dc"), clean_log(100));
    assert_eq!(
        place.sh("cat out/sos/core.withheld.txt"),
        "This entry is withheld: binary data that cannot be searched.\n"
    );
}

#[test]
fn the_depth_is_limited() {
    let mut packed = log(10).into_bytes();
    for depth in 1..=9 {
        packed = pipe("gzip -nc", &packed);
        let (_, summary) = run(&packed, &STRICT);
        match depth {
            9 => assert_eq!(withheld(&summary), ["input: containers are nested too deep"]),
            _ => assert_eq!(summary.outcome, Outcome::Written, "depth {depth}"),
        }
    }
}

#[test]
fn deep_nesting_of_all_formats_works() {
    let mut packed = log(10).into_bytes();
    let tools = ["gzip -c", "xz -c", "zstd -q -c", "bzip2 -c", "xz -c", "zstd -q -c", "xz -c", "bzip2 -c"];
    for tool in tools {
        packed = pipe(tool, &packed);
    }
    let (output, _) = run(&packed, &STRICT);
    let plain = pipe("bzip2 -d | xz -d | zstd -dq | xz -d | bzip2 -d | zstd -dq | xz -d | gzip -d", &output);
    assert_eq!(plain, clean_log(10).as_bytes());
}

#[test]
fn a_second_pass_changes_nothing() {
    let place = Place::new();
    place.write("a/log", log(100));
    place.write("a/noise", noise(3000));
    place.sh("cd a; zip -q log.zip log; gzip -k log; ln -s log link; cd ..; tar -czf a.tar.gz a");
    let (once, _) = run(&place.read("a.tar.gz"), &STRICT);
    let (twice, summary) = run(&once, &STRICT);
    assert!(once == twice);
    assert_eq!(summary.withheld, 0);
}

#[test]
fn the_result_does_not_depend_on_how_much_fits_into_memory() {
    let place = Place::new();
    place.write("a/log", log(30_000));
    place.write("a/noise", noise(300_000));
    place.sh("cd a; zip -q log.zip log noise; gzip -k log; cd ..; tar -cf a.tar a");
    let input = place.read("a.tar");
    let (output, _) = run(&input, &STRICT);
    let spool_folder = Some(place.at("a"));
    let limits = Limits { spool_bytes: 1000, spool_folder, ..Limits::default() };
    let (spooled, _) = run_with(&input, &STRICT, &limits).unwrap();
    assert!(output == spooled);
    assert_eq!(place.sh("ls -A a"), "log\nlog.gz\nlog.zip\nnoise\n", "nothing is left behind");
    assert!(String::from_utf8_lossy(&output).contains(REMOVED));
}

#[test]
fn a_spool_that_cannot_be_made_ends_the_run() {
    let place = Place::new();
    let limits = Limits { spool_bytes: 10, spool_folder: Some(place.at("nowhere")), ..Limits::default() };
    let error = run_with(log(10).as_bytes(), &STRICT, &limits).unwrap_err();
    assert_eq!(error.to_string(), "cannot use a temporary file");
}
