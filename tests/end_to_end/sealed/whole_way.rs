//! All three parts: support asks, the customer collects, drops and seals, the first line and the engineer open, a third vendor gets one
//! artifact.

use std::path::Path;

use candor_tests::Report;
use serde_json::Value;

use super::case::{Case, run, sha256, try_run, unzipped};
use crate::requests::parties::text;

const DROPPED: &str = "artifacts/system-info/mounts.txt";
const KEPT: &str = "artifacts/system-info/system.json";
const SECRET: &str = "artifacts/settings-unmasked/settings.json";

#[test]
fn a_report_reaches_the_people_on_the_case_and_nobody_else() {
    let case = Case::new();
    let work = case.parties.support.path("work");

    // Support asks; minisign knows the key of the card.
    let report = case.collected();
    let request = case.parties.support.path("4711.candor-request");
    unzipped(&request, &work.join("request"));
    let card = std::fs::read_to_string(case.parties.card()).unwrap();
    let signing =
        card.lines().find_map(|line| line.strip_prefix("signing = \"")).unwrap().trim_end_matches('"');
    run(&work.join("request"), "minisign", &["-Vm", "request.json", "-P", signing]);

    // The customer has approved two and refused one.
    let collected = Report::open(&report);
    let outcomes =
        ["system-info", "settings-unmasked", "event-log"].map(|id| collected.outcome(id).to_owned());
    assert_eq!(outcomes, ["Collected", "Collected", "Refused"]);
    let statement = std::fs::read(case.parties.support.path("statement.txt")).unwrap();
    let installation = case.installation();
    unzipped(&report, &work.join("collected"));
    run(&work.join("collected"), "minisign", &["-Vm", "consent.json", "-P", &installation]);
    run(&work.join("collected"), "minisign", &["-Vm", "request.json", "-P", signing]);
    assert_eq!(std::fs::read(work.join("collected/statement.txt")).unwrap(), statement);
    index_is_signed(&work.join("collected"));

    // One artifact is dropped, and nothing of it is left.
    case.parties.customer.run(&["drop", text(&report), DROPPED]).expect(0);
    case.parties.customer.run(&["verify", text(&report)]).expect(0);
    let listed = run(&work, "unzip", &["-l", text(&report)]);
    assert!(!listed.contains("mounts.txt") && listed.contains("system.json"), "{listed}");

    // Sealed: the outside is proven by minisign and sha256sum, and age opens what each may.
    case.seal().expect(0);
    let sealed = case.sealed();
    case.parties.support.run(&["verify", text(&sealed)]).expect(0);
    // As the desktop knows it: by the first name in it.
    assert!(std::fs::read(&sealed).unwrap()[30..].starts_with(b"technical.age"));
    unzipped(&sealed, &work.join("sealed"));
    run(&work.join("sealed"), "minisign", &["-Vm", "envelope.json", "-P", &installation]);
    parts_are_named(&work.join("sealed"));
    assert_eq!(age(&case, "first-line", &work.join("sealed"), "technical"), Some(0));
    assert_eq!(age(&case, "first-line", &work.join("sealed"), "secret"), Some(1));
    assert_eq!(age(&case, "engineer", &work.join("sealed"), "secret"), Some(0));
    unzipped(&work.join("sealed/secret.zip"), &work.join("secret"));
    run(&work.join("secret"), "minisign", &["-Vm", "seal.json", "-P", &installation]);

    // The first line gets its level, the engineer everything.
    let (some, all) = (work.join("some.zip"), work.join("all.zip"));
    case.open(&sealed, "first-line", &some).expect(3);
    case.open(&sealed, "engineer", &all).expect(0);
    let paths = |path: &Path| -> Vec<String> {
        let report = Report::open(path);
        let of = |id: &str| {
            report.artifacts(id).into_iter().map(|name| format!("artifacts/{id}/{name}")).collect()
        };
        ["system-info", "settings-unmasked"].iter().flat_map(|id| -> Vec<String> { of(id) }).collect()
    };
    assert!(paths(&some).contains(&KEPT.to_owned()) && !paths(&some).contains(&SECRET.to_owned()));
    assert!(paths(&all).contains(&SECRET.to_owned()) && !paths(&all).contains(&DROPPED.to_owned()));
    for opened in [&some, &all] {
        let said = case.parties.support.run(&["verify", text(opened)]).expect(0).stdout;
        assert!(said.contains("Proven: unchanged since it was collected by installation"), "{said}");
    }
    unzipped(&all, &work.join("all"));
    assert_eq!(sha256(&work.join("all").join(SECRET)), sha256(&work.join("secret").join(SECRET)));

    // What anybody can know of each file, without a key.
    let vendor_card = case.parties.card();
    for (file, code, part) in [
        (&sealed, 0, "all parts (technical, identifying, secret"),
        (&request, 0, "unaltered since it was signed by the key"),
        (&vendor_card, 5, "anybody can write a card"),
    ] {
        let said = case.parties.support.run(&["verify", text(file)]).expect(code).stdout;
        assert!(said.contains(part), "{said}");
    }

    // One artifact goes on, with the customer's approval.
    let card = case.card("outside");
    let grant = case.parties.customer.output("lens.candor-forward");
    let arguments = [
        "grant",
        "forward",
        "--report",
        text(&report),
        "--to",
        text(&card),
        "--artifact",
        SECRET,
        "--purpose",
        "find out why the lens sticks",
        "--expires",
        "7d",
        "-o",
        text(&grant),
    ];
    case.parties.customer.run(&arguments).expect(0);
    unzipped(&grant, &work.join("grant"));
    run(&work.join("grant"), "minisign", &["-Vm", "forward.json", "-P", &installation]);
    let forwarded = work.join("forwarded.candor");
    let (engineer, vendor) = (case.keys("engineer"), case.parties.keys());
    let forward = [
        "forward",
        text(&sealed),
        "--grant",
        text(&grant),
        "-i",
        text(&engineer),
        "--sign",
        text(&vendor),
        "-o",
        text(&forwarded),
    ];
    case.parties.support.run(&forward).expect(0);
    unzipped(&forwarded, &work.join("forwarded"));
    run(&work.join("forwarded"), "minisign", &["-Vm", "envelope.json", "-P", signing]);
    assert_eq!(age(&case, "engineer", &work.join("forwarded"), "secret"), Some(1));
    assert_eq!(age(&case, "outside", &work.join("forwarded"), "secret"), Some(0));
    let granted = work.join("granted.zip");
    case.open(&forwarded, "engineer", &granted).expect(4);
    case.open(&forwarded, "outside", &granted).expect(0);
    unzipped(&granted, &work.join("granted"));
    let found = run(&work.join("granted"), "find", &["artifacts", "-type", "f"]);
    assert_eq!(found.trim(), SECRET);
    assert_eq!(sha256(&work.join("granted").join(SECRET)), sha256(&work.join("all").join(SECRET)));
    let said = case.parties.support.run(&["verify", text(&granted)]).expect(0).stdout;
    assert!(said.contains("with that installation's approval"), "{said}");
}

/// `report.json` is the one that the signed record names.
fn index_is_signed(folder: &Path) {
    let record: Value = serde_json::from_slice(&std::fs::read(folder.join("consent.json")).unwrap()).unwrap();
    assert_eq!(record["candor:report"]["index"], sha256(&folder.join("report.json")));
}

/// Every part has the hash that the envelope states.
fn parts_are_named(folder: &Path) {
    let envelope: Value =
        serde_json::from_slice(&std::fs::read(folder.join("envelope.json")).unwrap()).unwrap();
    let parts = envelope["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 3, "{envelope}");
    for part in parts {
        let file = folder.join(format!("{}.age", part["level"].as_str().unwrap()));
        assert_eq!(part["sha256"], sha256(&file));
    }
}

/// Decrypts a part with Debian's age; what it makes is `LEVEL.zip` beside it.
fn age(case: &Case, who: &str, folder: &Path, level: &str) -> Option<i32> {
    let identity = case.keys(who).join("identity.txt");
    let (zip, part) = (format!("{level}.zip"), format!("{level}.age"));
    try_run(folder, "age", &["-d", "-i", text(&identity), "-o", &zip, &part]).0
}
