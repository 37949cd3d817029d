//! zip.

use candor_container::{Remark, Summary};

use crate::filters::{KEEPING, POISON, PSEUDONYM, STRICT, clean_log, log, noise, run, withheld};
use crate::tools::{Place, pipe};

fn tree() -> Place {
    let place = Place::new();
    place.write("t/home/alice/notes", log(200));
    place.write("t/short", "x");
    place.write("t/empty", "");
    place.sh("cd t; chmod 640 home/alice/notes; touch -d @1600000000 home/alice/notes; ln -s home/alice/notes link");
    place
}

/// Rewrites `in.zip` to `out.zip`, which must stand the test of unzip, Python and 7z.
fn pass(place: &Place) -> Summary {
    let (output, summary) = run(&place.read("in.zip"), &STRICT);
    place.write("out.zip", output);
    place.sh("python3 -m zipfile -t out.zip >/dev/null; 7z t out.zip >/dev/null");
    summary
}

#[test]
fn a_zip_is_rewritten_and_can_be_read_back() {
    for options in ["-r", "-r -0", "-r -9", "-r -fz", "-r -X"] {
        let place = tree();
        place.sh(&format!("cd t; zip -q -y {options} ../in.zip ."));
        let summary = pass(&place);
        assert_eq!((summary.withheld, summary.redacted), (0, 3), "{options}");
        place.sh("unzip -tq out.zip; mkdir out; unzip -q out.zip -d out");
        let notes = format!("out/home/{PSEUDONYM}/notes");
        assert_eq!(place.read(&notes), clean_log(200).as_bytes());
        let facts = place.sh(&format!("stat -c '%a %Y' {notes}; readlink out/link"));
        assert_eq!(facts, format!("640 1600000000\nhome/{PSEUDONYM}/notes\n"), "{options}");
        assert!(!String::from_utf8_lossy(&place.read("out.zip")).contains("alice"));
        let method =
            |zip: &str| place.sh(&format!("unzip -v {zip} | awk '/notes/ {{print substr($2, 1, 4)}}'"));
        assert_eq!(method("in.zip"), method("out.zip"), "{options}");
    }
}

#[test]
fn a_zip_from_a_stream_has_its_lengths_behind_the_entries() {
    let place = tree();
    place.sh("cd t; zip -q -r - . | cat > ../in.zip");
    let summary = pass(&place);
    assert_eq!((summary.withheld, summary.redacted), (0, 4));
    place.sh("unzip -tq out.zip");
}

#[test]
fn methods_besides_deflate_are_kept() {
    let place = tree();
    let script = "import zipfile
z=zipfile.ZipFile('in.zip','w')
z.write('t/home/alice/notes','notes',zipfile.ZIP_BZIP2)";
    place.sh(&format!("python3 -c \"{script}\"; 7z a -bd -tzip -mm=ZSTD in.zip t/short >/dev/null || true"));
    let summary = pass(&place);
    assert_eq!(summary.withheld, 0);
    let compressed = place
        .sh("python3 -c \"import zipfile; print(zipfile.ZipFile('out.zip').infolist()[0].compress_type)\"");
    assert_eq!(compressed, "12\n");
    assert_eq!(place.sh("7z e -so out.zip notes"), clean_log(200));
}

#[test]
fn encrypted_entries_and_unknown_methods_are_withheld() {
    let place = tree();
    place.write("t/other", log(500));
    place.sh("cd t; zip -q -P pass ../in.zip short home/alice/notes; zip -q ../in.zip empty");
    place.sh("7z a -bd -tzip -ppass -mem=AES256 in.zip t/home >/dev/null; 7z a -bd -tzip -mm=PPMd in.zip t/other >/dev/null");
    let summary = pass(&place);
    let expected = [
        "input!short: it is encrypted".to_owned(),
        format!("input!home/{PSEUDONYM}/notes: it is encrypted"),
        format!("input!home/{PSEUDONYM}/notes: it is encrypted"),
        "input!t/other: it is packed by the unknown method 98".to_owned(),
    ];
    for reason in expected {
        assert!(withheld(&summary).contains(&reason), "{reason}: {:?}", withheld(&summary));
    }
    assert_eq!(place.sh("unzip -p out.zip short.withheld.txt"), "This entry is withheld: it is encrypted.\n");
}

#[test]
fn comments_are_rewritten_and_extra_fields_dropped() {
    let place = tree();
    let script = "import zipfile,struct
z=zipfile.ZipFile('in.zip','w')
i=zipfile.ZipInfo('notes'); i.comment=b'by alice'; i.extra=struct.pack('<HH',0x7855,5)+b'alice'
z.writestr(i,'hunter2-Zq8'); z.comment=b'all of alice'; z.close()";
    place.sh(&format!("python3 -c \"{script}\""));
    let summary = pass(&place);
    assert_eq!(summary.redacted, 1);
    let script = "import zipfile
z=zipfile.ZipFile('out.zip'); i=z.infolist()[0]; print(i.comment,i.extra,z.comment,z.read(i))";
    let expected = format!("b'by {PSEUDONYM}' b'' b'all of {PSEUDONYM}' b'[removed:password]'\n");
    assert_eq!(place.sh(&format!("python3 -c \"{script}\"")), expected);
}

#[test]
fn a_withheld_entry_leaves_a_line() {
    let place = Place::new();
    place.write("noise", noise(3000));
    place.write("poison", format!("{}{POISON}\n", log(40_000)));
    place.write("log", log(3));
    place.sh("zip -q in.zip noise poison log");
    let summary = pass(&place);
    assert_eq!(summary.withheld, 2);
    let names = place.sh("unzip -Z1 out.zip");
    assert_eq!(names, "noise.withheld.txt\npoison.withheld.txt\nlog\n");
    assert_eq!(place.sh("unzip -p out.zip log"), clean_log(3));
    let (output, _) = run(&place.read("in.zip"), &KEEPING);
    place.write("kept.zip", output);
    assert!(pipe(&format!("unzip -p {} noise", place.at("kept.zip").display()), b"") == noise(3000));
}

#[test]
fn the_time_of_windows_is_kept() {
    let place = tree();
    place.sh("7z a -bd -tzip -mtm=on -mtc=on -mta=on -mtp=0 in.zip t/short >/dev/null");
    let summary = pass(&place);
    assert_eq!(summary.redacted, 1);
    let times = |zip: &str| place.sh(&format!("7z l -slt {zip} | grep -E '^(Modified|Created|Accessed)'"));
    assert_eq!(times("in.zip"), times("out.zip"));
}

#[test]
fn what_is_hidden_between_entries_or_around_them_is_dropped_and_said() {
    let place = tree();
    place.sh("zip -q in.zip t/short t/empty");
    let zip = place.read("in.zip");
    place.write("in.zip", [zip.as_slice(), b"hunter2-Zq8 behind"].concat());
    let summary = pass(&place);
    assert_eq!(summary.remarks, [("input".to_owned(), Remark::TrailingBytes)]);
    // A second zip behind the first: the first is no part of the second.
    let first = [b"PK\x03\x04".as_slice(), "hunter2-Zq8 ".repeat(100).as_bytes()].concat();
    place.write("in.zip", [first.as_slice(), &zip].concat());
    let summary = pass(&place);
    assert_eq!(summary.remarks, [("input".to_owned(), Remark::HiddenBytes)]);
    assert!(!String::from_utf8_lossy(&place.read("out.zip")).contains("hunter2"));
    assert_eq!(place.sh("unzip -p out.zip t/short"), "x");
}

#[test]
fn an_empty_zip_stays_one() {
    let empty = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    assert_eq!(run(&empty, &STRICT).0, empty);
}

#[test]
fn a_directory_of_more_than_65535_entries_is_written_with_large_numbers() {
    let place = Place::new();
    let script = "import zipfile
z=zipfile.ZipFile('in.zip','w')
for i in range(70000): z.writestr('f%d'%i,'x')";
    place.sh(&format!("python3 -c \"{script}\""));
    let summary = pass(&place);
    assert_eq!((summary.redacted, summary.withheld), (70_000, 0));
    assert_eq!(place.sh("unzip -Z1 out.zip | wc -l").trim(), "70000");
}

#[test]
fn a_wrong_checksum_withholds_the_entry() {
    let place = tree();
    place.sh("zip -q -0 in.zip t/home/alice/notes t/short");
    let mut zip = place.read("in.zip");
    let at = zip.windows(7).position(|window| window == b"line 50").unwrap();
    zip[at] = b'L';
    place.write("in.zip", zip);
    let summary = pass(&place);
    assert_eq!(withheld(&summary), [format!("input!t/home/{PSEUDONYM}/notes: it is damaged")]);
}
