//! The lock-down takes nothing from the shipped collectors: what they deliver with it is what they deliver without it.
//!
//! Much of it changes from one moment to the next. So each collector runs twice without the lock-down and once with it:
//! what was the same in both runs without it has to be the same in the run with it. A gauge that falls to nothing just then
//! looks like a loss; what the lock-down takes, it takes every time. So what is missing is looked for again.

use std::collections::{BTreeMap, BTreeSet};

use candor_pseudonym::CaseKey;
use candor_tests::{Finished, Report, Sandbox, User};
use serde_json::Value;

/// Every shipped collector.
const COLLECTORS: [&str; 10] = [
    "system-info",
    "user-access",
    "event-log",
    "settings",
    "settings-unmasked",
    "network-config",
    "hardware",
    "services",
    "containers",
    "kernel-modules",
];

/// What the processes of the machine do in this moment: nothing of it is the same twice.
const MOMENTARY: [&str; 1] = [".processes.states"];

/// One run of one collector.
struct Run {
    report: Report,
    id: &'static str,
}

impl Run {
    fn of(sandbox: &Sandbox, user: User, id: &'static str, name: &str, flags: &[&str]) -> Self {
        let profile = format!(
            "schema = 1\nid = \"one\"\ntitle = {{ en = \"t\" }}\nsummary = {{ en = \"s\" }}\ncollectors = [\"{id}\"]\n"
        );
        sandbox.write("manifests/profiles/one.toml", profile);
        let manifests = sandbox.path("manifests").display().to_string();
        let output = sandbox.output(name);
        let target = output.display().to_string();
        // One key for all runs, so that what is the same has the same pseudonyms.
        let key = sandbox.write("case.key", CaseKey::from_bytes([7; 32]).to_text().as_bytes());
        let key = key.display().to_string();
        let arguments = [
            "--manifests",
            &manifests,
            "collect",
            "one",
            "--approve",
            id,
            "--key",
            &key,
            "--output",
            &target,
        ];
        user.take(&sandbox.path(""));
        let finished = Finished::of(sandbox.command_as(user, &[flags, &arguments].concat()));
        user.give_back(&sandbox.path(""));
        assert!([0, 3, 4].contains(&finished.code), "{id}: {}{}", finished.stdout, finished.stderr);
        Self { report: Report::open(&output), id }
    }

    fn enforcement(&self) -> &Value {
        &self.report.collector(self.id)["enforcement"]
    }

    /// The artifacts as values: JSON by its members, other text by its lines.
    fn contents(&self) -> BTreeMap<String, Value> {
        let value = |name: &String| {
            let bytes = self.report.artifact(self.id, name);
            serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                let lines = String::from_utf8_lossy(&bytes).lines().map(Value::from).collect::<Vec<_>>();
                Value::from(lines)
            })
        };
        self.report.artifacts(self.id).iter().map(|name| (name.clone(), value(name))).collect()
    }
}

/// Something that the locked run lacks.
struct Loss {
    place: String,
    what: String,
}

impl Loss {
    fn at(place: &str, what: impl Into<String>) -> Self {
        Self { place: place.to_owned(), what: what.into() }
    }
}

impl std::fmt::Display for Loss {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.place, self.what)
    }
}

/// Places at which the locked run has less although both runs without the lock-down agree.
fn losses(place: &str, first: &Value, second: &Value, locked: &Value, found: &mut Vec<Loss>) {
    if MOMENTARY.iter().any(|end| place.ends_with(end)) && first.is_object() == locked.is_object() {
        return;
    }
    match (first, second, locked) {
        (Value::Object(first), Value::Object(second), Value::Object(locked)) => {
            for (key, value) in first {
                let place = format!("{place}.{key}");
                match (second.get(key), locked.get(key)) {
                    (Some(other), Some(with)) => losses(&place, value, other, with, found),
                    (Some(_), None) => found.push(Loss::at(&place, "is missing")),
                    (None, _) => {}
                }
            }
        }
        (Value::Array(first), Value::Array(second), Value::Array(locked)) => {
            // Elements come and go: what is in both has to be there, wherever it stands.
            let second: BTreeSet<_> = second.iter().map(without_counts).collect();
            let locked_set: BTreeSet<_> = locked.iter().map(without_counts).collect();
            let lacking = |item: &&Value| {
                // Processes of this very test among them.
                let is_process = item.get("pid").is_some();
                let item = without_counts(item);
                !is_process && second.contains(&item) && !locked_set.contains(&item)
            };
            found.extend(first.iter().filter(lacking).map(|item| Loss::at(place, format!("lacks {item}"))));
            if !first.is_empty() && !second.is_empty() && locked.is_empty() {
                found.push(Loss::at(place, "is empty"));
            }
        }
        _ => {
            let agreed = without_counts(first) == without_counts(second);
            let is_gone = first.as_f64().is_some_and(|number| number != 0.0) && locked.as_f64() == Some(0.0);
            if agreed && (without_counts(first) != without_counts(locked) || is_gone) {
                found.push(Loss::at(place, format!("is {locked} instead of {first}")));
            }
        }
    }
}

/// A value with every number in it replaced: counters go on while the runs are made.
fn without_counts(value: &Value) -> String {
    let text = value.to_string();
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '0'..='9' if plain.ends_with('#') => {}
            '0'..='9' => plain.push('#'),
            '.' | '-' if plain.ends_with('#') => {}
            // Shorter numbers stand behind more blanks.
            ' ' if plain.ends_with(' ') => {}
            other => plain.push(other),
        }
    }
    plain
}

/// How often the runs are repeated before something counts as lost.
const ROUNDS: usize = 3;

#[track_caller]
fn nothing_is_lost(user: User, id: &'static str) {
    let mut lost = lost_in_one_round(user, id);
    for _ in 1..ROUNDS {
        if lost.is_empty() {
            return;
        }
        let again: BTreeSet<_> = lost_in_one_round(user, id).into_iter().map(|loss| loss.place).collect();
        lost.retain(|loss| again.contains(&loss.place));
    }
    lost.truncate(20);
    assert!(lost.is_empty(), "{}", lost.iter().map(Loss::to_string).collect::<Vec<_>>().join("\n"));
}

fn lost_in_one_round(user: User, id: &'static str) -> Vec<Loss> {
    let sandbox = Sandbox::new();
    let without = ["--pretend-without", "lockdown"];
    let first = Run::of(&sandbox, user, id, "first.zip", &without);
    let locked = Run::of(&sandbox, user, id, "locked.zip", &[]);
    let second = Run::of(&sandbox, user, id, "second.zip", &without);
    assert_eq!(first.enforcement()["level"], "none", "{}", first.enforcement());
    assert_eq!(locked.enforcement()["level"], "full", "{}", locked.enforcement());
    let (outcome, reason) = (locked.report.outcome(id), locked.report.reason(id));
    assert_eq!((first.report.outcome(id), first.report.reason(id)), (outcome, reason));
    let (first, second, locked) = (first.contents(), second.contents(), locked.contents());
    let mut found = Vec::new();
    for (name, value) in &first {
        match (second.get(name), locked.get(name)) {
            (Some(other), Some(with)) => losses(name, value, other, with, &mut found),
            (Some(_), None) => found.push(Loss::at(name, "is missing")),
            (None, _) => {}
        }
    }
    found
}

#[test]
fn every_shipped_collector_is_looked_at() {
    let listed = Sandbox::new().run(&["collectors", "--json"]).expect(0).json();
    let mut shipped: Vec<_> = listed["collectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|collector| collector["id"].as_str().unwrap().to_owned())
        .collect();
    let mut looked_at = COLLECTORS.to_vec();
    shipped.sort();
    looked_at.sort_unstable();
    assert_eq!(shipped, looked_at);
}

#[test]
fn the_comparison_notices_a_loss() {
    let whole = serde_json::json!({"a": ["x1", "y"], "b": {"c": "x"}, "d": 1, "e": null});
    let other = serde_json::json!({"a": ["x2", "y", "z"], "b": {"c": "x"}, "d": 2, "e": []});
    let mut found = Vec::new();
    losses(
        "r",
        &whole,
        &other,
        &serde_json::json!({"a": ["y", "x3"], "b": {"c": "x"}, "d": 3, "e": 1}),
        &mut found,
    );
    assert!(found.is_empty(), "{}", found[0]);
    losses("r", &whole, &other, &serde_json::json!({"a": ["x4"], "b": {"c": "y"}, "d": 0}), &mut found);
    let expected =
        ["r.a lacks \"y\"", "r.b.c is \"y\" instead of \"x\"", "r.d is 0 instead of 1", "r.e is missing"];
    assert_eq!(found.iter().map(Loss::to_string).collect::<Vec<_>>(), expected);
    found.clear();
    losses("r", &whole, &whole, &serde_json::json!({"a": [], "b": null, "d": 1}), &mut found);
    assert_eq!(found.len(), 5);
}

macro_rules! collectors {
    ($($name:ident: $id:literal;)+) => {
        $(
            mod $name {
                #[test]
                fn loses_nothing_as_root() {
                    super::nothing_is_lost(candor_tests::User::Root, $id);
                }

                #[test]
                fn loses_nothing_as_an_ordinary_user() {
                    super::nothing_is_lost(candor_tests::User::Ordinary, $id);
                }
            }
        )+
    };
}

collectors! {
    system_info: "system-info";
    user_access: "user-access";
    event_log: "event-log";
    settings: "settings";
    settings_unmasked: "settings-unmasked";
    network_config: "network-config";
    hardware: "hardware";
    services: "services";
    containers: "containers";
    kernel_modules: "kernel-modules";
}
