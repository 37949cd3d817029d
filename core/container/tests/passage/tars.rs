//! tar in its dialects.

use candor_container::{Limits, Reason, Remark};

use crate::filters::{KEEPING, POISON, PSEUDONYM, STRICT, clean_log, log, noise, run, run_with, withheld};
use crate::tools::{Place, pipe};

const FORMATS: [&str; 5] = ["v7", "ustar", "gnu", "oldgnu", "posix"];

/// A tree with everything that a tar can hold, without what only root can make.
fn tree() -> Place {
    let place = Place::new();
    place.write("t/home/alice/notes", log(20));
    place.write("t/empty", "");
    place.sh(
        "cd t; chmod 640 home/alice/notes; touch -d @1600000000.5 home/alice/notes; ln -s home/alice/notes to-notes; \
         ln home/alice/notes hard; mkfifo pipe; ln -s ../../../../etc/passwd up; ln -s /etc/shadow root",
    );
    place
}

#[test]
fn every_dialect_is_rewritten_and_can_be_read_back() {
    for format in FORMATS {
        let place = tree();
        if format == "v7" {
            // It knows no pipes.
            place.sh("rm t/pipe; mkdir t/pipe");
        }
        place.sh(&format!(
            "tar --format={format} --owner=alice:1000 --group=users:100 --sort=name -cf in.tar t"
        ));
        let (output, summary) = run(&place.read("in.tar"), &STRICT);
        assert_eq!((summary.withheld, summary.redacted), (0, 2), "{format}");
        place.write("out.tar", output);
        place.sh("mkdir out; tar -xf out.tar -C out");
        let notes = format!("out/t/home/{PSEUDONYM}/notes");
        assert_eq!(place.read(&notes), clean_log(20).as_bytes(), "{format}");
        let facts = format!(
            "stat -c '%a %Y %h' {notes}; readlink out/t/to-notes out/t/up out/t/root; stat -c %F out/t/pipe"
        );
        let pipe = if format == "v7" { "directory" } else { "fifo" };
        let links = format!("home/{PSEUDONYM}/notes\n../../../../etc/passwd\n/etc/shadow\n{pipe}\n");
        assert_eq!(place.sh(&facts), format!("640 1600000000 2\n{links}"), "{format}");
        let listing = place.sh("tar -tvf out.tar");
        let owner = if format == "v7" { "1000/100" } else { "user-px-abcdefghij/users" };
        assert!(listing.lines().all(|line| line.contains(owner)), "{format}: {listing}");
        assert!(!listing.contains("alice"), "{format}: {listing}");
    }
}

#[test]
fn python_and_seven_zip_read_the_result() {
    let place = tree();
    for format in ["gnu", "posix"] {
        place.sh(&format!("tar --format={format} -czf in.tar.gz t"));
        place.write("out.tar.gz", run(&place.read("in.tar.gz"), &STRICT).0);
        let names =
            place.sh("python3 -c \"import tarfile; print(len(tarfile.open('out.tar.gz').getmembers()))\"");
        assert_eq!(names, "10\n");
        place.sh("gzip -dc out.tar.gz > out.tar; 7z t out.tar >/dev/null");
    }
}

#[test]
fn long_names_and_links_are_kept_in_every_dialect() {
    let long = format!("{}/alice/{}", "folder-".repeat(12), "name-".repeat(30));
    for format in ["gnu", "posix"] {
        let place = Place::new();
        place.write(&long, log(1));
        place.sh(&format!("ln -s '{long}' link; tar --format={format} -cf in.tar folder* link"));
        place.write("out.tar", run(&place.read("in.tar"), &STRICT).0);
        place.sh("mkdir out; tar -xf out.tar -C out");
        let renamed = long.replace("alice", PSEUDONYM);
        assert_eq!(place.read(&format!("out/{renamed}")), clean_log(1).as_bytes());
        assert_eq!(place.sh("readlink out/link").trim_end(), renamed);
        assert!(!String::from_utf8_lossy(&place.read("out.tar")).contains("alice"));
    }
}

#[test]
fn a_name_that_grows_beyond_its_field_still_fits() {
    let name = format!("{}alice", "x".repeat(92));
    for format in FORMATS {
        let place = Place::new();
        place.write(&name, log(1));
        place.sh(&format!("tar --format={format} -cf in.tar x*"));
        place.write("out.tar", run(&place.read("in.tar"), &STRICT).0);
        assert_eq!(place.sh("tar -tf out.tar").trim_end(), name.replace("alice", PSEUDONYM), "{format}");
    }
}

#[test]
fn attributes_are_dropped_and_comments_rewritten() {
    let place = tree();
    place.sh(
        "tar --format=posix --pax-option='comment:=from alice,SCHILY.xattr.user.owner:=alice,globexthdr.name=g' \
         --pax-option='comment=all of alice' -cf in.tar t",
    );
    let (output, _) = run(&place.read("in.tar"), &STRICT);
    let text = String::from_utf8_lossy(&output);
    assert!(text.contains(&format!("comment=from {PSEUDONYM}")));
    assert!(text.contains(&format!("comment=all of {PSEUDONYM}")));
    assert!(text.contains("mtime=1600000000.5"));
    assert!(!text.contains("SCHILY") && !text.contains("alice"));
    pipe("tar -tf -", &output);
}

#[test]
fn a_withheld_entry_leaves_a_line_and_its_hard_links_point_to_it() {
    for format in FORMATS {
        let place = Place::new();
        place.write("t/a-noise", noise(3000));
        place.write("t/c-poison", format!("{}{POISON}\n", log(40_000)));
        place.write("t/d-log", log(3));
        place.sh(&format!("ln t/a-noise t/b-hard; tar --sort=name --format={format} -cf in.tar t"));
        let (output, summary) = run(&place.read("in.tar"), &STRICT);
        let reasons = [
            "input!t/a-noise: binary data that cannot be searched",
            "input!t/c-poison: it could not be rewritten: the test says so",
        ];
        assert_eq!(withheld(&summary), reasons);
        place.write("out.tar", output);
        place.sh("mkdir out; tar -xf out.tar -C out");
        let names = "a-noise.withheld.txt\nb-hard\nc-poison.withheld.txt\nd-log\n";
        assert_eq!(place.sh("ls out/t"), names, "{format}");
        let line = "This entry is withheld: it could not be rewritten: the test says so.\n";
        assert_eq!(place.sh("cat out/t/c-poison.withheld.txt"), line);
        assert_eq!(place.read("out/t/d-log"), clean_log(3).as_bytes());
    }
}

#[test]
fn sparse_files_are_withheld_and_what_follows_is_not() {
    for format in
        ["gnu", "posix --sparse-version=1.0", "posix --sparse-version=0.1", "posix --sparse-version=0.0"]
    {
        let place = Place::new();
        place.sh(
            "mkdir t; for n in $(seq 30); do printf x | dd of=t/a-sparse bs=1 seek=$((n * 100000)) conv=notrunc 2>&1; done",
        );
        place.write("t/b-log", log(3));
        place.sh(&format!("tar --sparse --sort=name --format={format} -cf in.tar t"));
        let (output, summary) = run(&place.read("in.tar"), &STRICT);
        assert_eq!(
            withheld(&summary),
            ["input!t/a-sparse: it is a sparse file, which is not expanded"],
            "{format}"
        );
        assert_eq!(pipe("tar -xOf - t/b-log", &output), clean_log(3).as_bytes(), "{format}");
    }
}

#[test]
fn binaries_are_kept_byte_for_byte() {
    let place = Place::new();
    place.write("t/noise", noise(1_234_567));
    place.sh("tar -cf in.tar t");
    let (output, summary) = run(&place.read("in.tar"), &KEEPING);
    assert_eq!(summary.kept, 2);
    assert!(pipe("tar -xOf - t/noise", &output) == noise(1_234_567));
}

#[test]
fn names_that_lead_out_stay_names() {
    let place = Place::new();
    place.write("log", log(1));
    place.sh("tar -P --transform='s,^,../../alice/,' -cf in.tar log; tar -P --transform='s,^,/root/,' -rf in.tar log");
    let (output, summary) = run(&place.read("in.tar"), &STRICT);
    assert_eq!(summary.redacted, 2);
    assert_eq!(
        String::from_utf8(pipe("tar -Ptf -", &output)).unwrap(),
        format!("../../{PSEUDONYM}/log\n/root/log\n")
    );
}

#[test]
fn what_stands_behind_the_end_is_dropped_and_said() {
    let place = tree();
    place.sh("tar -cf in.tar t");
    let input = [place.read("in.tar").as_slice(), log(100).as_bytes()].concat();
    let (output, summary) = run(&input, &STRICT);
    assert_eq!(summary.remarks, [("input".to_owned(), Remark::TrailingBytes)]);
    assert!(!String::from_utf8_lossy(&output).contains("line 99"));
}

#[test]
fn entries_beyond_the_limit_are_withheld_together() {
    let place = Place::new();
    for index in 0..9 {
        place.write(&format!("t/{index}"), log(1));
    }
    place.sh("tar --sort=name -cf in.tar t");
    let limits = Limits { entries: 6, ..Limits::default() };
    let (output, summary) = run_with(&place.read("in.tar"), &STRICT, &limits).unwrap();
    assert_eq!(summary.withheld_entries[0].reason, Reason::TooManyEntries);
    let names = String::from_utf8(pipe("tar -tf -", &output)).unwrap();
    assert_eq!(names, "t/\nt/0\nt/1\nt/2\nt/3\nrest-of-archive.withheld.txt\n");
}

#[test]
fn header_areas_that_tools_do_not_show_hold_nothing_over() {
    let place = Place::new();
    place.write("log", log(1));
    place.sh("tar --format=gnu -cf in.tar log");
    let mut input = place.read("in.tar");
    // Behind the name's zero, and in the area that GNU's dialect leaves free.
    input[20..31].copy_from_slice(b"hunter2-Zq8");
    input[400..411].copy_from_slice(b"hunter2-Zq8");
    input[148..156].fill(b' ');
    let sum: u32 = input[..512].iter().map(|&byte| u32::from(byte)).sum();
    input[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let (output, summary) = run(&input, &STRICT);
    assert_eq!(summary.redacted, 1);
    assert!(!String::from_utf8_lossy(&output).contains("hunter2"));
}
