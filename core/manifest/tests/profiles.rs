//! Profiles become what will run: parents first, every option typed and bounded, defaults filled in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use candor_manifest::{
    AssignmentError, ByteSize, Catalogue, Level, OptionAssignment, OptionError, OptionValue, ProfileId,
    ResolveError, ResolvedProfile,
};

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/manifests").join(folder)
}

fn good() -> Catalogue {
    let (catalogue, diagnostics) = Catalogue::load(&[fixtures("good")]);
    assert!(diagnostics.is_empty());
    catalogue
}

fn resolve(catalogue: &Catalogue, id: &str) -> Result<ResolvedProfile, ResolveError> {
    catalogue.resolve(&ProfileId::new(id).unwrap())
}

fn option<'profile>(
    profile: &'profile ResolvedProfile,
    collector: &str,
    name: &str,
) -> &'profile OptionValue {
    let collector = profile.collector(&collector.parse().unwrap()).unwrap();
    &collector.options[&name.parse().unwrap()]
}

#[test]
fn a_profile_takes_over_collectors_and_limits_of_the_one_that_it_extends() {
    let profile = resolve(&good(), "capture").unwrap();
    let ids: Vec<_> = profile.collectors.iter().map(|collector| collector.id.as_str()).collect();
    assert_eq!(ids, ["door-station", "network-capture"]);
    assert_eq!(profile.limits.report, "3GiB".parse().unwrap());
    assert_eq!(profile.limits.free_disk, ByteSize::mib(64));
}

#[test]
fn options_are_the_profiles_and_else_the_defaults() {
    let profile = resolve(&good(), "capture").unwrap();
    assert_eq!(
        *option(&profile, "network-capture", "duration"),
        OptionValue::Duration(Duration::from_secs(60))
    );
    assert_eq!(*option(&profile, "network-capture", "ports"), OptionValue::List(vec!["22".to_owned()]));
    assert_eq!(*option(&profile, "network-capture", "snap"), OptionValue::Size(128));
    let json = serde_json::to_value(&profile).unwrap();
    assert_eq!(json["collectors"][1]["options"]["duration"], 60_000);
}

#[test]
fn a_person_sets_an_option_within_its_bounds_only() {
    let catalogue = good();
    let mut profile = resolve(&catalogue, "capture").unwrap();
    let mut set = |text: &str| profile.set_option(&catalogue, &text.parse::<OptionAssignment>()?);
    set("network-capture.duration=1m30s").unwrap();
    set("network-capture.ports=80,443").unwrap();
    set("network-capture.interface=eth1=x").unwrap();
    let mut reason = |text: &str| match set(text) {
        Err(AssignmentError::Value { source, .. }) => *source,
        other => panic!("{text} gives {other:?}"),
    };
    assert!(matches!(reason("network-capture.duration=1h"), OptionError::Bound { .. }));
    assert!(matches!(reason("network-capture.interface=wlan0"), OptionError::Pattern { .. }));
    assert!(matches!(reason("network-capture.addresses=hide"), OptionError::Choice { .. }));
    assert!(matches!(reason("network-capture.full=yes"), OptionError::Type { .. }));
    assert!(matches!(set("network-capture.colour=red"), Err(AssignmentError::UnknownOption { .. })));
    assert!(matches!(set("event-log.since=1h"), Err(AssignmentError::UnknownCollector { .. })));
    let typo = set("network-capture.duraton=1m").unwrap_err();
    for text in ["", "x", "x=1", "a.b", "A.b=1", ".=", "a.b.c=1"] {
        assert!(matches!(set(text), Err(AssignmentError::Form { .. })), "{text}");
    }
    assert_eq!(typo.fix(&catalogue, &profile), "did you mean `duration`?");
    assert_eq!(option(&profile, "network-capture", "duration").to_string(), "1m30s");
    assert_eq!(option(&profile, "network-capture", "interface").to_string(), "eth1=x");
}

#[test]
fn what_cannot_be_resolved_says_why() {
    let error = |tree: &str, id: &str| {
        resolve(&Catalogue::load(&[fixtures(&format!("trees/{tree}"))]).0, id).unwrap_err()
    };
    assert_eq!(
        error("cycle", "b").to_string(),
        "profiles extend each other in a ring: `b` → `c` → `a` → `b`"
    );
    assert!(matches!(error("unknown-parent", "door-report"), ResolveError::UnknownParent { .. }));
    assert!(matches!(error("unknown-collector", "door-report"), ResolveError::UnknownCollector { .. }));
    assert!(matches!(error("unknown-option", "door-report"), ResolveError::UnknownOption { .. }));
    assert!(matches!(error("bad-option", "door-report"), ResolveError::BadOption { .. }));
    assert!(matches!(error("one-bad-file", "nowhere"), ResolveError::UnknownProfile { .. }));
}

#[test]
fn one_bad_file_leaves_the_others_usable() {
    let (catalogue, diagnostics) = Catalogue::load(&[fixtures("trees/one-bad-file")]);
    assert_eq!(diagnostics.len(), 1, "that `door-report` misses the broken collector is not told again");
    assert!(resolve(&catalogue, "good").is_ok());
    assert!(matches!(resolve(&catalogue, "door-report"), Err(ResolveError::UnknownCollector { .. })));
}

#[test]
fn the_digest_is_that_of_the_file() {
    let catalogue = good();
    let loaded = catalogue.collectors().next().unwrap();
    assert_eq!(loaded.digest, candor_manifest::Digest::of(&std::fs::read(&loaded.path).unwrap()));
}

#[test]
fn people_read_their_language_and_the_values_of_options() {
    let catalogue = good();
    let manifest = &catalogue.collector(&"network-capture".parse().unwrap()).unwrap().value;
    assert_eq!(manifest.consent_text("sv_FI.UTF-8").title, "Spela in nätverkstrafik");
    assert_eq!(manifest.consent_text("fr").title, "Record network traffic");
    let profile = resolve(&catalogue, "capture").unwrap();
    let options = &profile.collector(&manifest.id).unwrap().options;
    assert_eq!(
        manifest.consent_text("en").with_options(options).what,
        "Every packet that this device sends or receives for 1m."
    );
}

#[test]
fn the_least_level_comes_with_its_reason() {
    let catalogue = good();
    let least = |id: &str| catalogue.collector(&id.parse().unwrap()).unwrap().value.least_level();
    let (level, reason) = least("network-capture");
    assert_eq!(level, Level::Secret);
    assert_eq!(reason.unwrap().to_string(), "network `packet-capture`: the contents of network traffic");
    assert_eq!(least("door-station").0, Level::Identifying);
}

#[test]
fn a_manifest_survives_being_written_as_json_and_as_toml() {
    for loaded in good().collectors() {
        let json = serde_json::to_string(&loaded.value).unwrap();
        assert_eq!(serde_json::from_str::<candor_manifest::Manifest>(&json).unwrap(), loaded.value);
        let toml = toml::to_string(&loaded.value).unwrap();
        assert_eq!(candor_manifest::parse_manifest(Path::new("x.toml"), &toml).unwrap(), loaded.value);
    }
}
