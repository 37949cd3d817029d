//! A request that is not right is refused, and nothing of it is shown.

use candor_tests::Finished;

use super::parties::{Parties, text};

/// Refused before anything is shown, collected or remembered.
fn refused(parties: &Parties, request: &std::path::Path, code: i32) -> Finished {
    let finished = parties.collect(request, &["--approve", "system-info"]).expect(code);
    assert!(!finished.stderr.contains("find out why it hangs"), "{}", finished.stderr);
    assert!(!parties.customer.sessions().exists());
    finished
}

#[test]
fn an_unknown_signer_is_told_by_words_alone() {
    let parties = Parties::strangers();
    let request = parties.request("minimal", &[]);
    let finished = refused(&parties, &request, 5);
    let [signing, _] = parties.words();
    for part in ["not trusted here", &signing, "candor trust add"] {
        assert!(finished.stderr.contains(part), "{part}: {}", finished.stderr);
    }
    assert!(!finished.stderr.contains("Support of Example"), "{}", finished.stderr);
    assert!(!parties.customer.path("state/requests").exists());
}

#[test]
fn trust_to_receive_alone_is_not_enough() {
    let parties = Parties::strangers();
    let [_, recipient] = parties.words();
    let card = parties.card();
    parties.customer.run(&["trust", "add", text(&card), "--fingerprint", &recipient]).expect(0);
    let request = parties.request("minimal", &[]);
    assert!(refused(&parties, &request, 5).stderr.contains("not trusted here"));
}

#[test]
fn an_altered_request_is_refused() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    let file = std::fs::read(&request).unwrap();
    // Every byte is flipped in the tests of candor-request; here some in each part.
    for at in (0..file.len()).step_by(173) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let path = parties.support.write("altered.candor-request", &changed);
        let finished = parties.collect(&path, &["--approve", "system-info"]);
        assert!(matches!(finished.code, 2 | 5), "byte {at}: {}\n{}", finished.code, finished.stderr);
        assert!(!finished.stderr.contains("find out why it hangs"), "{}", finished.stderr);
    }
    let cut = parties.support.write("cut.candor-request", &file[..file.len() - 1]);
    refused(&parties, &cut, 5);
    let large = parties.support.write("large.candor-request", vec![0; 2 << 20]);
    refused(&parties, &large, 2);
    refused(&parties, &parties.support.path("missing.candor-request"), 2);
}

#[test]
fn the_id_of_another_case_is_refused() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    parties.collect(&request, &["--approve", "system-info"]).expect(0);
    let other = parties.resigned(&request, |json| json.replace("\"4711\"", "\"4712\""));
    let finished = parties.collect(&other, &["--approve", "system-info"]).expect(5);
    assert!(finished.stderr.contains("another request with the id"), "{}", finished.stderr);
    assert!(!finished.stderr.contains("4712"), "{}", finished.stderr);
}

#[test]
fn an_expired_request_and_one_from_the_future_are_refused() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    let json = parties.json(&request);
    let (created, expires) = (json["created"].as_str().unwrap(), json["expires"].as_str().unwrap());
    let past = parties.resigned(&request, |json| {
        json.replace(created, "2020-01-01T00:00:00Z").replace(expires, "2020-02-01T00:00:00Z")
    });
    let finished = refused(&parties, &past, 5);
    assert!(finished.stderr.contains("the request expired 2020-02-01T00:00:00Z"), "{}", finished.stderr);
    let future = parties.resigned(&request, |json| {
        json.replace(created, "2120-01-01T00:00:00Z").replace(expires, "2120-02-01T00:00:00Z")
    });
    let finished = refused(&parties, &future, 5);
    assert!(finished.stderr.contains("was made 2120-01-01T00:00:00Z"), "{}", finished.stderr);
    let shown = parties.customer.run(&["request", "show", text(&past)]).expect(5);
    assert!(shown.stderr.contains("would be refused"), "{}", shown.stderr);
}

#[test]
fn what_is_not_defined_here_or_wider_is_refused() {
    let parties = Parties::new();
    let request = parties.request("server-report", &["--option", "event-log.max_bytes=1MiB"]);
    let changes: [(&str, &str, &str); 5] = [
        ("\"1MiB\"", "\"64MiB\"", "would widen"),
        ("\"1MiB\"", "\"1GiB\"", "does not fit"),
        ("max_bytes", "min_bytes", "has no option"),
        ("\"event-log\"", "\"event-lag\"", "no collector of `server-report`"),
        ("\"server-report\"", "\"server-repost\"", "unknown profile"),
    ];
    for (from, to, told) in changes {
        let changed = parties.resigned(&request, |json| json.replace(from, to));
        let finished = refused(&parties, &changed, 2);
        assert!(finished.stderr.contains(told), "{to}: {}", finished.stderr);
    }
    let too_much = parties.try_request("server-report", &["--option", "event-log.max_bytes=64MiB"]).expect(2);
    assert!(too_much.stderr.contains("would widen"), "{}", too_much.stderr);
}

#[test]
fn a_trust_file_that_cannot_be_read_trusts_nobody() {
    let parties = Parties::new();
    let request = parties.request("minimal", &[]);
    let trust = parties.customer.path("home/.config/candor/trust.toml");
    let text = std::fs::read_to_string(&trust).unwrap();
    std::fs::write(&trust, text + "and = \"more\"\n").unwrap();
    let finished = refused(&parties, &request, 2);
    assert!(finished.stderr.contains("cannot follow the trust file"), "{}", finished.stderr);
}

#[test]
fn what_cannot_be_asked_for_is_not_made() {
    let parties = Parties::strangers();
    let signing = parties.signing_key();
    let statement = parties.support.write("escape.txt", "a\u{1b}[2Jb");
    for (more, told) in [
        (&["--recipient", signing.verifying_key().as_str()][..], "key that checks signatures"),
        (&["--recipient", "age1nothing"], "neither a file nor a recipient"),
        (&["--expires", "2020-01-01"], "cannot be used multiple times"),
        (&["--collector", "event-log"], "no collector of `minimal`"),
        (&["--option", "system-info.top_processes=16"], "would widen"),
        (&["--deliver", "http://intake.example.com"], "not an address to deliver to"),
        (&["--statement-version", "a\tb"], "printable characters"),
    ] {
        let finished = parties.try_request("minimal", more).expect(2);
        assert!(finished.stderr.contains(told), "{told}: {}", finished.stderr);
    }
    let (keys, card) = (parties.keys(), parties.card());
    let arguments = |statement: &str, expires: &str| {
        parties.support.run(&[
            "request",
            "new",
            "--case",
            "1",
            "--profile",
            "minimal",
            "--purpose",
            "p",
            "--recipient",
            text(&card),
            "--statement",
            statement,
            "--expires",
            expires,
            "--sign",
            text(&keys),
            "-o",
            text(&parties.support.path("x")),
        ])
    };
    assert!(arguments(text(&statement), "1d").expect(2).stderr.contains("control character"));
    let right = parties.support.path("statement.txt");
    assert!(arguments(text(&right), "2020-01-01").expect(2).stderr.contains("within ten years"));
    assert!(arguments(text(&right), "soon").expect(2).stderr.contains("14d"));
    let secret = std::fs::read_to_string(keys.join("identity.txt")).unwrap();
    let secret = secret.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    let finished = parties.try_request("minimal", &["--recipient", secret]).expect(2);
    assert!(
        finished.stderr.contains("secret key") && !finished.stderr.contains(secret),
        "{}",
        finished.stderr
    );
}
