//! On a file after the pattern of Debian's, and on nonsense.

use proptest::prelude::*;

use super::*;

const CAPTURED: &str = include_str!("../../fixtures/sudoers");

#[test]
fn a_file_with_aliases_tags_and_includes_is_understood() {
    let sudoers = parse(CAPTURED);
    assert_eq!(sudoers.unreadable_lines, 0, "{sudoers:?}");
    assert_eq!(sudoers.aliases["ADMINS"], ["anna", "ben"]);
    assert_eq!(sudoers.aliases["SERVICES"], ["/usr/bin/systemctl", "/usr/sbin/service"]);
    assert_eq!(sudoers.settings, ["!authenticate", "rootpw"]);
    assert_eq!(
        sudoers.includes,
        [Include::Folder("/etc/sudoers.d".to_owned()), Include::File("/etc/sudoers.local".to_owned())]
    );
    let users: Vec<_> = sudoers.rules.iter().map(|rule| rule.users.join(",")).collect();
    assert_eq!(users, ["root", "%sudo", "ADMINS,!carl", "#1000", "deploy", "%domain\\ admins"]);
}

#[test]
fn tags_and_run_as_hold_for_the_commands_after_them() {
    let text =
        "deploy ALL = (www-data : web) NOPASSWD: /bin/a --password x, PASSWD: NOEXEC: /bin/b, (root) /bin/c";
    let sudoers = parse(text);
    let grants = &sudoers.rules[0].grants;
    assert_eq!(grants.len(), 3, "{grants:?}");
    assert!(grants[0].passwordless && !grants[1].passwordless && !grants[2].passwordless);
    assert_eq!(
        (grants[0].run_as.join(","), grants[0].run_as_groups.join(",")),
        ("www-data".into(), "web".into())
    );
    assert_eq!(grants[0].commands, ["/bin/a"]);
    assert_eq!(grants[1].tags, ["NOEXEC"]);
    assert_eq!(grants[2].run_as, ["root"]);
}

#[test]
fn arguments_of_commands_are_left_out() {
    let sudoers = parse(CAPTURED);
    let text = format!("{sudoers:?}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn lines_that_are_no_rules_are_counted() {
    assert_eq!(parse("nonsense\na b c = d\nALL = \n").unreadable_lines, 3);
    assert_eq!(parse("# root ALL=(ALL) ALL\n\n#\n").unreadable_lines, 0);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "([a-z%#!@=(),:\\\\\" \n\tA-Z]|ALL|NOPASSWD:|å){0,80}") {
        let _ = parse(&text);
    }
}
