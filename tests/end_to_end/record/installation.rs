//! The installation key.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use candor_tests::{Report, Sandbox};

use super::collect;

#[test]
fn one_installation_signs_with_one_key_that_is_its_owners_alone() {
    let sandbox = Sandbox::new();
    let signers = ["one.zip", "two.zip"]
        .map(|name| Report::open(&collect(&sandbox, name)).consent()["candor:signer"].clone());
    assert_eq!(signers[0], signers[1]);
    let key = sandbox.path("state/installation.key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let elsewhere = Sandbox::new();
    assert_ne!(Report::open(&collect(&elsewhere, "r.zip")).consent()["candor:signer"], signers[0]);
}

#[test]
fn a_key_that_cannot_be_relied_on_stops_before_anything_is_collected() {
    let sandbox = Sandbox::new();
    collect(&sandbox, "first.zip");
    let key = sandbox.path("state/installation.key");
    let output = sandbox.output("r.zip");
    let arguments = ["collect", "minimal", "--approve", "system-info", "--output", output.to_str().unwrap()];
    std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let done = sandbox.run(&arguments).expect(2);
    assert!(done.stderr.contains("others can get at it: its mode is 644"), "{}", done.stderr);
    assert!(done.stderr.contains("hint:") && done.stderr.contains("chmod 600"), "{}", done.stderr);
    std::fs::write(&key, "untrusted comment: damaged\n").unwrap();
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let done = sandbox.run(&arguments).expect(2);
    assert!(done.stderr.contains("cannot use the installation key"), "{}", done.stderr);
    assert!(!output.exists());
    let secret = std::fs::read_to_string(&key).unwrap();
    assert_eq!(secret, "untrusted comment: damaged\n", "a damaged key is not replaced");
}
