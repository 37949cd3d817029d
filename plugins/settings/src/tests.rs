//! The plugin as a whole: secrets in every format, files that are broken, this machine, and any bytes at all.

use std::fs;
use std::path::Path;

use crate::mask::mark;
use candor_testkit::{Harness, Run};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::*;

/// What no masked output may hold.
const PLANTED: &str = "hunter2-planted";

/// One file a format, each with the planted secret, and the key that holds it.
const SAMPLES: [(&str, &str, &str); 9] = [
    (
        "app.ini",
        "\u{feff}[db]\r\nhost = db1\r\n; password = old\r\npassword = \"hunter2-planted\"\r\n",
        "db.password",
    ),
    ("app.toml", "[db]\nhost = \"db1\"\n[[db.users]]\npassword = 'hunter2-planted'\n", "db.users.0.password"),
    ("app.yaml", "db:\n  host: db1\n  users:\n  - {secret: hunter2-planted}\n", "db.users.0.secret"),
    ("app.json", "{\"db\": {\"host\": \"db1\",\n \"apiKey\": \"hunter2-planted\"}}", "db.apiKey"),
    ("app.env", "export DB_HOST=db1\nexport DB_PASSWORD='hunter2-planted'\n", "DB_PASSWORD"),
    ("sysctl.d/app.conf", "net.host = db1\nnet.auth_token = hunter2-planted\n", "net.auth_token"),
    (
        "device.properties",
        "root.Host=db1\nroot.SNMP.InitialUserPasswd=hunter2-planted\n",
        "root.SNMP.InitialUserPasswd",
    ),
    ("keyvalue.conf", "Name\nServer db1\nrequirepass hunter2-planted\n", "requirepass"),
    ("urls.conf", "proxy = http://u:hunter2-planted@db1/\nrun = x --password hunter2-planted\n", "proxy"),
];

fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn samples() -> TempDir {
    let files: Vec<_> = SAMPLES.iter().map(|(name, text, _)| (*name, text.as_bytes())).collect();
    folder_with(&files)
}

fn everything_below(folder: &Path) -> Harness {
    Harness::new("settings").reads([format!("{}/**", folder.display()).as_str()])
}

fn setting(run: &Run, file: &str, key: &str) -> Value {
    let list = run.json("settings.json");
    let fits =
        |setting: &&Value| setting["key"] == key && setting["source"].as_str().unwrap().ends_with(file);
    list.as_array()
        .unwrap()
        .iter()
        .find(fits)
        .unwrap_or_else(|| panic!("no `{key}` of `{file}` in {list}"))
        .clone()
}

fn record(run: &Run, file: &str) -> Value {
    let files = run.json("files.json");
    let fits = |record: &&Value| record["path"].as_str().unwrap().ends_with(file);
    files.as_array().unwrap().iter().find(fits).unwrap_or_else(|| panic!("no `{file}` in {files}")).clone()
}

fn reasons(run: &Run) -> &[String] {
    &run.answer.as_ref().unwrap().reasons
}

#[test]
fn a_secret_in_any_format_is_masked_and_its_neighbours_stay() {
    let folder = samples();
    let run = everything_below(folder.path()).run::<Settings>();
    assert_eq!(reasons(&run), [""; 0]);
    for artifact in &run.artifacts {
        assert!(!String::from_utf8_lossy(&artifact.bytes).contains(PLANTED), "{}", artifact.name);
        assert!(candor_redact::scan(&artifact.bytes).is_empty());
    }
    for (file, _, key) in SAMPLES {
        let setting = setting(&run, file, key);
        assert_eq!(setting["masked"], true, "{file}");
        let value = setting["value"].as_str().unwrap();
        assert!(value.contains("removed:"), "{setting}");
    }
    assert_eq!(setting(&run, "app.ini", "db.host")["value"], "db1");
    assert_eq!(setting(&run, "app.ini", "db.password")["line"], 4);
    assert_eq!(setting(&run, "app.json", "db.apiKey")["line"], 2);
    assert_eq!(record(&run, "app.toml")["masked"], 1);
}

#[test]
fn without_the_mask_every_secret_is_kept_as_it_is_written() {
    let folder = samples();
    let run = everything_below(folder.path()).option("mask", false).run::<Settings>();
    for (file, _, key) in SAMPLES {
        let setting = setting(&run, file, key);
        assert_eq!(setting["masked"], false, "{file}");
        assert!(setting["value"].as_str().unwrap().contains(PLANTED), "{setting}");
    }
}

#[test]
fn what_the_host_redacts_afterwards_is_nothing() {
    let folder = samples();
    let run = everything_below(folder.path()).run::<Settings>();
    for artifact in &run.artifacts {
        let (mut redactor, mut output) =
            (candor_redact::Redactor::new(&candor_redact::Engine::secrets_only()), Vec::new());
        redactor.push(&artifact.bytes, &mut output).unwrap();
        assert_eq!(redactor.finish(&mut output).unwrap().total(), 0);
        assert!(output == artifact.bytes);
    }
}

#[test]
fn broken_files_are_named_without_their_text_and_the_others_are_read() {
    let folder = folder_with(&[
        ("broken.json", b"{\"password\": \"hunter2-planted\",,}"),
        ("broken.toml", b"a = 1\npassword = hunter2-planted\n"),
        ("broken.yaml", b"a: [hunter2-planted\n"),
        ("binary.conf", b"\x00\x01hunter2-planted"),
        ("wide.conf", b"\xff\xfep\0"),
        ("prose.conf", b"(hunter2-planted)\n$1\n"),
        ("comments.conf", b"# hunter2-planted\n"),
        ("large.json", &[b' '; 9000]),
        ("good.ini", b"[a]\nb=1\n"),
    ]);
    let run = everything_below(folder.path())
        .option("mask", false)
        .option("max_file_bytes", 8000)
        .run::<Settings>();
    assert_eq!(setting(&run, "good.ini", "a.b")["value"], "1");
    let named: Vec<&str> = reasons(&run).iter().map(|reason| reason.rsplit('/').next().unwrap()).collect();
    let expected = [
        "broken.json` is not valid json at line 1",
        "broken.toml` is not valid toml at line 2",
        "broken.yaml` is not valid yaml at line 2",
        "large.json` is larger than the 8000 bytes that are read",
        "prose.conf` is in no format that is known",
    ];
    assert_eq!(named, expected);
    assert_eq!(record(&run, "binary.conf")["reason"], "is not text");
    assert_eq!(record(&run, "wide.conf")["reason"], "is in UTF-16, which is not read");
    assert!(!run.text("settings.json").contains(PLANTED) && !run.text("files.json").contains(PLANTED));
}

#[test]
fn a_list_that_grows_too_long_ends_before_the_file_that_is_too_much() {
    let long = format!("a = \"{}\"\n", "x".repeat(900_000));
    let names: Vec<String> = (0..20).map(|number| format!("{number:02}.toml")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), long.as_bytes())).collect();
    let folder = folder_with(&files);
    let run = everything_below(folder.path()).run::<Settings>();
    assert!(reasons(&run)[0].ends_with("18.toml`: it is too long"), "{:?}", reasons(&run));
    assert_eq!(run.json("settings.json").as_array().unwrap().len(), 18);
}

#[test]
fn a_link_is_listed_under_the_name_of_its_file() {
    let folder = folder_with(&[("z.ini", b"[a]\nb=1\n")]);
    std::os::unix::fs::symlink("z.ini", folder.path().join("a.ini")).unwrap();
    let run = everything_below(folder.path()).run::<Settings>();
    assert_eq!(run.json("settings.json").as_array().unwrap().len(), 1);
    assert!(setting(&run, "z.ini", "a.b")["masked"] == false);
}

#[test]
fn nothing_declared_that_exists_is_skipped() {
    let run = Harness::new("settings").reads(["/nonexistent/a", "/nonexistent/*"]).run::<Settings>();
    assert_eq!(reasons(&run), ["none of the declared settings exist"]);
    assert!(run.artifacts.is_empty());
}

#[test]
fn the_option_formats_decides_and_a_wrong_one_is_named() {
    let folder = folder_with(&[("params.conf", b"root.A.B=1\nroot.A.C=\"2\"\n")]);
    let run =
        everything_below(folder.path()).option("formats", vec!["*/params.conf=sysctl"]).run::<Settings>();
    assert_eq!(setting(&run, "params.conf", "root.A.C")["value"], "\"2\"");
    assert_eq!(record(&run, "params.conf")["detected_by"], "option");
    let run = everything_below(folder.path()).option("formats", vec!["x=y"]).run::<Settings>();
    assert_eq!(run.answer.unwrap_err().message, "option `formats`: `x=y` is not PATTERN=FORMAT");
}

/// As a manifest of the project declares it.
fn shipped(id: &str) -> (candor_manifest::Manifest, Vec<String>) {
    let path = format!("{}/../../manifests/collectors/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap();
    let manifest = candor_manifest::parse_manifest(Path::new(&path), &text);
    let manifest = manifest.unwrap_or_else(|diagnostics| panic!("{diagnostics:#?}"));
    let reads = manifest.reads.iter().map(|read| read.path.as_str().to_owned()).collect();
    (manifest, reads)
}

#[test]
fn the_shipped_manifests_are_valid_and_only_the_secret_one_can_keep_secrets() {
    for id in ["settings", "settings-unmasked", "kernel-modules", "hardware", "services", "containers"] {
        shipped(id);
    }
    let mask = |id: &str| shipped(id).0.options.keys().any(|name| name.as_str() == "mask");
    assert!(!mask("settings") && mask("settings-unmasked"));
    let level = |id: &str| shipped(id).0.level.to_string();
    assert_eq!((level("settings").as_str(), level("settings-unmasked").as_str()), ("identifying", "secret"));
}

#[test]
fn this_machines_settings_are_listed_without_secrets() {
    let (_, reads) = shipped("settings");
    let run = Harness::new("settings").reads(reads.iter().map(String::as_str)).run::<Settings>();
    assert_eq!(setting(&run, "", "kernel.ostype")["value"], "Linux");
    let list = run.json("settings.json");
    let keys: Vec<&str> =
        list.as_array().unwrap().iter().map(|setting| setting["key"].as_str().unwrap()).collect();
    assert!(keys.is_sorted() && keys.len() > 200, "{} settings", keys.len());
    let secret = |setting: &&Value| setting["source"].as_str().unwrap().ends_with("stable_secret");
    assert!(list.as_array().unwrap().iter().filter(secret).all(|setting| setting["value"] == mark()));
    let masked: Vec<&str> = keys
        .iter()
        .zip(list.as_array().unwrap())
        .filter(|(_, setting)| setting["masked"] == true)
        .map(|(key, _)| *key)
        .collect();
    println!("{} settings, masked {masked:?}, {:?}", keys.len(), reasons(&run));
}

/// A line of each line format that holds the planted secret under a secret's key.
fn planted_line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "password=hunter2-planted",
        "password = hunter2-planted",
        "db.password = \"hunter2-planted\"",
        "export DB_PASSWORD='hunter2-planted'",
        "password: hunter2-planted",
        "\"password\": \"hunter2-planted\"",
        "{\"a\": {\"password\": \"hunter2-planted\"}}",
        "root.User.Passwd=hunter2-planted",
        "proxy = http://user:hunter2-planted@host/",
    ])
}

/// Lines that mean something to one parser or another.
fn surroundings() -> impl Strategy<Value = String> {
    let lines = prop::sample::select(vec![
        "[section]",
        "[a \"b\"]",
        "a=1",
        "a: 1",
        "a:",
        "- x",
        "  deeper = 2",
        "key \\",
        "# comment",
        "Match all",
        "x {",
        "}",
        "B=\"open",
        "'",
        "{",
        "]",
        "&a [*a]",
        "-----BEGIN CERTIFICATE-----",
        "MIIE",
        "-----END CERTIFICATE-----",
        "",
        "\t",
    ]);
    prop::collection::vec(lines, 0..6)
        .prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

fn masked_text(format: Format, text: &str) -> String {
    let settings = mask::masked("/etc/x", text, parse::parse(format, text).0.settings);
    let list = setting::encode(&settings).unwrap();
    assert_eq!(mask::secrets_left(&settings, &[&list]), 0, "{}", String::from_utf8_lossy(&list));
    String::from_utf8(list).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_planted_secret_never_leaves_whatever_surrounds_it(
        before in surroundings(),
        line in planted_line(),
        after in surroundings(),
    ) {
        let text = format!("{before}{line}\n{after}");
        for format in Format::every() {
            prop_assert!(!masked_text(format, &text).contains(PLANTED), "{}: {:?}: {}", format, text, masked_text(format, &text));
        }
    }

    #[test]
    fn a_secret_behind_a_blank_never_leaves_either(before in surroundings(), after in surroundings()) {
        let text = format!("{before}requirepass {PLANTED}\n{after}");
        prop_assert!(!masked_text(Format::KeyValue, &text).contains(PLANTED), "{:?}", text);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "(\\PC|[\\[\\]{}=:#\"'\\\\&*\n\r\t -]){0,200}") {
        for format in Format::every() {
            masked_text(format, &text);
        }
        format::detect("/etc/x", &text, &[]);
    }

    #[test]
    fn no_bytes_make_the_collector_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let folder = folder_with(&[("a.conf", &bytes), ("a.yaml", &bytes), ("a.toml", &bytes), ("a.json", &bytes)]);
        let run = everything_below(folder.path()).run::<Settings>();
        prop_assert!(run.answer.is_ok(), "{:?}", run.answer);
    }
}
