//! The corpus is what it says: large enough, of all kinds, planted where it says, and benign where it says.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use candor_tests::corpus::machine::MACHINE;
use candor_tests::corpus::model::{Document, Encoding, Family, Packing, Syntax};
use candor_tests::corpus::{SEED, benign, logs, planted, services};
use candor_tests::score::Recall;

#[test]
fn there_are_enough_values_of_every_kind() {
    let documents = planted(SEED);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for value in documents.iter().flat_map(|document| &document.planted) {
        *kinds.entry(value.kind).or_default() += 1;
    }
    assert!(kinds.values().sum::<usize>() >= 2000);
    for kind in [
        "address",
        "basic",
        "bearer",
        "card",
        "cisco",
        "command",
        "cookie",
        "coordinates",
        "digest",
        "dn",
        "email",
        "hash",
        "home",
        "host",
        "iban",
        "ipv4",
        "ipv6",
        "juniper",
        "jwt",
        "keyed-token",
        "mac",
        "machine-id",
        "password",
        "pem",
        "person",
        "phone",
        "serial",
        "sid",
        "snmp",
        "ssid",
        "token",
        "url-credential",
        "user",
        "uuid",
        "wifi",
        "wireguard",
    ] {
        assert!(kinds.get(kind).is_some_and(|count| *count >= 6), "{kind}: {:?}", kinds.get(kind));
    }
    let generic = documents
        .iter()
        .flat_map(|document| &document.planted)
        .filter(|value| value.family == Family::Generic);
    assert!(generic.count() >= 1000);
    assert!(services() >= 80);
    let schemes = documents
        .iter()
        .flat_map(|document| &document.planted)
        .filter(|value| value.kind == "url-credential");
    assert!(schemes.map(|value| &value.spelling).collect::<BTreeSet<_>>().len() >= 40);
}

#[test]
fn there_are_documents_of_every_syntax_encoding_and_packing() {
    let documents = planted(SEED);
    let has = |is_wanted: &dyn Fn(&Document) -> bool| documents.iter().any(is_wanted);
    for syntax in [
        Syntax::Json,
        Syntax::JsonLines,
        Syntax::Yaml,
        Syntax::Toml,
        Syntax::Xml,
        Syntax::Ini,
        Syntax::Csv,
        Syntax::Tsv,
    ] {
        assert!(has(&|document| document.syntax == syntax), "{syntax:?}");
    }
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Latin1] {
        assert!(has(&|document| document.encoding == encoding), "{encoding:?}");
    }
    for packing in [
        Packing::Gzip,
        Packing::Xz,
        Packing::Zstd,
        Packing::Bzip2,
        Packing::Zip,
        Packing::Tar,
        Packing::TarGzip,
    ] {
        assert!(has(&|document| document.packing == packing), "{packing:?}");
    }
    let names: HashSet<&str> = documents.iter().map(|document| document.name.as_str()).collect();
    assert_eq!(names.len(), documents.len());
}

#[test]
fn every_value_stands_where_it_is_recorded() {
    for document in planted(SEED) {
        let lines: Vec<&str> = document.text.lines().collect();
        for value in &document.planted {
            let first = value.value.lines().next().unwrap_or_default();
            let is_there = lines.get(value.line - 1).is_some_and(|line| line.contains(first));
            // What is inside a coded text is recorded as it was before.
            assert!(
                is_there || value.spelling.contains("text in"),
                "{}:{} {value:?}",
                document.name,
                value.line
            );
            assert!(value.forms.iter().all(|form| form.text.len() >= 2), "{value:?}");
        }
    }
}

#[test]
fn a_redactor_that_does_nothing_catches_nothing() {
    let mut recall = Recall::default();
    for document in planted(SEED) {
        recall.add(&document, &document.text);
    }
    let caught = recall.kinds.iter().filter(|(_, tallied)| tallied.caught > 0);
    assert_eq!(caught.collect::<Vec<_>>(), []);
}

#[test]
fn what_is_packed_and_encoded_comes_back() {
    for document in planted(SEED).iter().filter(|document| document.name.starts_with("files/")) {
        let packed = document.packing.pack("entry", &document.encoded()).expect("the document is packed");
        let unpacked = document.packing.unpack(&packed).expect("the document is unpacked");
        assert_eq!(document.encoding.decode(&unpacked), document.text, "{}", document.name);
    }
}

#[test]
fn benign_lines_are_many_and_name_nobody() {
    let documents = benign(SEED);
    let lines: Vec<&str> = documents.iter().flat_map(|document| document.text.lines()).collect();
    assert!(lines.len() >= 50_000, "{}", lines.len());
    let distinct: HashSet<&&str> = lines.iter().collect();
    assert!(distinct.len() >= 40_000, "{} of {}", distinct.len(), lines.len());
    let known: Vec<String> =
        [MACHINE.other_hosts, MACHINE.users, MACHINE.serials, MACHINE.ssids, MACHINE.persons]
            .concat()
            .iter()
            .chain(&[MACHINE.host])
            .map(|name| name.to_lowercase())
            .collect();
    for line in lines {
        let words: HashSet<String> =
            line.split(|character: char| !character.is_alphanumeric()).map(str::to_lowercase).collect();
        assert!(known.iter().all(|name| !words.contains(name)), "{line}");
    }
}

#[test]
fn the_same_seed_gives_the_same_corpus_and_another_seed_another() {
    let texts = |seed| planted(seed).into_iter().map(|document| document.text).collect::<Vec<_>>();
    assert_eq!(texts(SEED), texts(SEED));
    assert_ne!(texts(SEED), texts(SEED + 1));
}

#[test]
fn mixed_logs_are_as_long_as_asked_and_repeat() {
    let text = logs::mixed_logs(200_000, SEED);
    assert!((200_000..204_096).contains(&text.len()));
    assert_eq!(text.last(), Some(&b'\n'));
    let mut written = Vec::new();
    logs::write_mixed_logs(200_000, SEED, &mut written).expect("a vector takes all");
    assert!(text == written);
    let text = String::from_utf8(text).expect("the logs are UTF-8");
    let with_host = text.lines().filter(|line| line.contains(MACHINE.host)).count();
    let frames = text.lines().filter(|line| line.starts_with('\t') || line.starts_with("org.")).count();
    assert_eq!(with_host + frames, text.lines().count());
}
