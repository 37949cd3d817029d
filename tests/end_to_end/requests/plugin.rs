//! A key that hardware or an agent holds is reached by an age plugin.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

use candor_trust::{Identities, Recipients};

use super::parties::{Parties, text};

/// Set where this test runs again, with the plugin on PATH.
const AGAIN: &str = "CANDOR_TEST_WITH_PLUGIN";

#[derive(Clone)]
struct Nobody;

impl candor_trust::Callbacks for Nobody {
    fn display_message(&self, _: &str) {}

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _: &str) -> Option<candor_trust::SecretString> {
        None
    }
}

/// Identity file and recipient, as the plugin makes them.
fn keys() -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_age-plugin-candortest")).output().unwrap();
    let identity = String::from_utf8(output.stdout).unwrap();
    let recipient = identity.lines().find_map(|line| line.strip_prefix("# recipient: ")).unwrap().to_owned();
    (identity, recipient)
}

fn path_with_plugin() -> std::ffi::OsString {
    let folder = Path::new(env!("CARGO_BIN_EXE_age-plugin-candortest")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).unwrap()
}

fn seal_and_open() {
    let (identity, recipient) = keys();
    let (secret, own) = candor_trust::new_identity().unwrap();
    let recipients = Recipients::new([recipient.parse().unwrap(), own]).unwrap();
    let mut file = Vec::new();
    let mut writer = recipients.encrypt(&mut file, &Nobody).unwrap();
    writer.write_all(b"plain").unwrap();
    writer.finish().unwrap();
    for key in [identity.as_str(), candor_trust::ExposeSecret::expose_secret(&secret)] {
        let mut identities = Identities::none();
        identities.add(key.as_bytes(), None, Nobody).unwrap();
        let mut plain = Vec::new();
        identities.decrypt(&file[..]).unwrap().read_to_end(&mut plain).unwrap();
        assert_eq!(plain, b"plain");
    }
}

#[test]
fn a_plugin_seals_and_opens() {
    if std::env::var_os(AGAIN).is_some() {
        return seal_and_open();
    }
    // The library looks for plugins on the PATH of its process.
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "requests::plugin::a_plugin_seals_and_opens", "--nocapture"]);
    let output = again.env(AGAIN, "1").env("PATH", path_with_plugin()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{complaints}");
}

#[test]
fn a_plugin_that_is_missing_is_named() {
    let (identity, recipient) = keys();
    let recipients = Recipients::new([recipient.parse().unwrap()]).unwrap();
    let error = recipients.encrypt(Vec::new(), &Nobody).map(drop).unwrap_err().to_string();
    assert!(error.contains("`age-plugin-candortest`"), "{error}");
    assert!(Identities::none().add(identity.as_bytes(), None, Nobody).is_err());
}

#[test]
fn a_request_names_a_plugins_recipient() {
    let parties = Parties::new();
    let (_, recipient) = keys();
    let request = parties.request("minimal", &["--recipient", &format!("{recipient}@sensitive")]);
    let shown = parties.customer.run(&["request", "show", "--json", text(&request)]).expect(0).json();
    let named = &shown["request"]["recipients"][1];
    assert_eq!(
        (named["recipient"].as_str(), named["level"].as_str()),
        (Some(&*recipient), Some("sensitive"))
    );
}
