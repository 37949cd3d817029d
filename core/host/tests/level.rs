//! The host refuses a collector that asks for more than its level allows, whoever made its manifest and whoever approved it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::path::Path;

use candor_consent::{Choice, Deliberation, Source};
use candor_host::{Libraries, Plan, ReportCaps, RunOptions, Stop, entry_of, run};
use candor_manifest::{ByteSize, Catalogue, Level};
use candor_report::{Outcome, SESSION_SCHEMA, Session, SessionHeader};

const MANIFEST: &str = r#"
schema = 1
id = "greedy"
plugin = "greedy"
level = "secret"
level_reason = "it reads the environments of other processes"
categories = ["ext:SystemInformation"]
[consent.en]
title = "t"
what = "w"
why = "y"
may_contain = ["passwords"]
[[reads]]
path = "/proc/*/environ"
reason = "r"
"#;

const PROFILE: &str = r#"
schema = 1
id = "greedy"
title = { en = "t" }
summary = { en = "s" }
collectors = ["greedy"]
"#;

fn plan(folder: &Path) -> Plan {
    std::fs::create_dir_all(folder.join("collectors")).unwrap();
    std::fs::create_dir_all(folder.join("profiles")).unwrap();
    std::fs::write(folder.join("collectors/greedy.toml"), MANIFEST).unwrap();
    std::fs::write(folder.join("profiles/greedy.toml"), PROFILE).unwrap();
    // Any bytes do: what is asked for here is never loaded.
    std::fs::write(folder.join("greedy.so"), b"not a library").unwrap();
    let (catalogue, diagnostics) = Catalogue::load(&[folder.to_owned()]);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let profile = catalogue.resolve(&"greedy".parse().unwrap()).unwrap();
    Plan::build(&catalogue, profile, &Libraries::new(vec![folder.to_owned()]))
}

fn session(folder: &Path, plan: &Plan) -> Session {
    let header = SessionHeader {
        schema: SESSION_SCHEMA,
        id: "greedy".to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        profile: plan.profile.id.clone(),
        case: None,
        tool_version: "0".to_owned(),
        output: folder.join("report.zip"),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: None,
        planned: plan.collectors.iter().map(entry_of).collect(),
    };
    Session::create(&folder.join("sessions"), header, b"{}").unwrap()
}

#[test]
fn a_level_that_is_lowered_behind_the_catalogue_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for level in [Level::Technical, Level::Identifying, Level::Sensitive] {
        let mut plan = plan(folder.path());
        plan.collectors[0].manifest.value.level = level;
        let mut questions = Deliberation::new(plan.subjects());
        questions.decide(&"greedy".parse().unwrap(), Choice::Approved, Source::Flag).unwrap();
        let grants = questions.conclude("greedy", None, "en").unwrap().grants;
        assert_eq!(grants.len(), 1, "it is approved as it is");
        let session = session(folder.path(), &plan);
        let caps = ReportCaps::new(ByteSize::mib(1), ByteSize::bytes(0), session.folder());
        let stop = Stop::new().unwrap();
        let entries = run(&plan, grants, &session, &caps, &stop, &RunOptions::default(), &|_| {}).unwrap();
        assert_eq!(entries[0].outcome, Outcome::Failed);
        let reason = entries[0].reason.as_deref().unwrap();
        assert!(reason.contains("level"), "{reason}");
        assert_eq!(entries[0].enforcement, None, "no worker was started");
        session.discard().unwrap();
    }
}
