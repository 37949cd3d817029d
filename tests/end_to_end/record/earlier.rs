//! Earlier answers are told beside the questions and answer nothing.

use candor_tests::Sandbox;

use super::collect;

#[test]
fn plan_tells_what_was_answered_and_what_changed_since() {
    let sandbox = Sandbox::new();
    let before = sandbox.run(&["plan", "crash-report"]).expect(0).stdout;
    assert!(!before.contains("earlier"), "{before}");
    collect(&sandbox, "r.zip");
    let plan = |arguments: &[&str]| {
        let all = [&["plan", "crash-report"], arguments].concat();
        let text = sandbox.run(&all).expect(0).stdout;
        text.lines().filter(|line| line.starts_with("  earlier")).map(str::to_owned).collect::<Vec<_>>()
    };
    let same = plan(&[]);
    assert_eq!(same.len(), 2, "{same:?}");
    assert!(
        same[0].contains("you approved this on 2") && same[0].ends_with("nothing of it has changed since")
    );
    assert!(same[1].contains("you refused this on 2"), "{same:?}");
    let changed = plan(&["--option", "system-info.top_processes=3"]);
    assert!(changed[0].ends_with("since then changed: option `top_processes`"), "{changed:?}");
    let json = sandbox.run(&["plan", "crash-report", "--json"]).expect(0).json();
    assert_eq!(json["collectors"][0]["earlier"]["choice"], "approved");
}

#[test]
fn an_earlier_answer_answers_nothing() {
    let sandbox = Sandbox::new();
    collect(&sandbox, "r.zip");
    let output = sandbox.output("again.zip");
    let again = ["collect", "crash-report", "--output", output.to_str().unwrap()];
    let done = sandbox.run(&again).expect(4);
    assert!(done.stderr.contains("no collector is approved"), "{}", done.stderr);
}

#[test]
fn a_damaged_list_of_earlier_answers_is_told_and_stops_nothing() {
    let sandbox = Sandbox::new();
    let list = sandbox.path("state/answers/minimal.json");
    sandbox.write("state/answers/minimal.json", "{\"approve\": \"all\"}");
    let output = sandbox.output("r.zip");
    let arguments = ["collect", "minimal", "--approve", "system-info", "--output", output.to_str().unwrap()];
    let done = sandbox.run(&arguments).expect(0);
    assert!(done.stderr.contains("cannot read earlier answers"), "{}", done.stderr);
    assert_eq!(std::fs::read_to_string(list).unwrap(), "{\"approve\": \"all\"}", "it is left for its owner");
}
