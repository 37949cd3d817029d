//! Support and a customer, each with a machine of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::{Finished, Sandbox};
use candor_trust::{Purpose, SigningKey};
use serde_json::Value;

pub const STATEMENT: &str = "Privacy of reports\n\nWe read it, and delete it after 90 days.\n";

/// Both.
pub struct Parties {
    pub support: Sandbox,
    pub customer: Sandbox,
}

/// The text of a path.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Parties {
    /// Support has keys; nobody trusts them yet.
    pub fn strangers() -> Self {
        let parties = Self { support: Sandbox::new(), customer: Sandbox::new() };
        let keys = parties.keys();
        let name = ["key", "new", "Support of Example", "--organisation", "Example AB", "--no-password"];
        parties.support.run(&[&name[..], &["--output", text(&keys)]].concat()).expect(0);
        parties.support.write("statement.txt", STATEMENT);
        parties
    }

    /// The customer trusts support's card.
    pub fn new() -> Self {
        let parties = Self::strangers();
        let [signing, recipient] = parties.words();
        let card = parties.card();
        let words = ["--fingerprint", &signing, "--fingerprint", &recipient];
        parties.customer.run(&[&["trust", "add", text(&card)][..], &words].concat()).expect(0);
        parties
    }

    pub fn keys(&self) -> PathBuf {
        self.support.path("keys")
    }

    pub fn card(&self) -> PathBuf {
        self.keys().join("support-of-example.candor-card")
    }

    /// What `key show` tells of support's card.
    pub fn shown(&self) -> Value {
        self.support.run(&["key", "show", "--json", text(&self.card())]).expect(0).json()
    }

    /// The words of both keys.
    pub fn words(&self) -> [String; 2] {
        let shown = self.shown();
        [0, 1].map(|index| shown["keys"][index]["fingerprint"].as_str().unwrap().to_owned())
    }

    /// Makes a request for a profile and gives its path.
    pub fn request(&self, profile: &str, more: &[&str]) -> PathBuf {
        let output = self.support.path("4711.candor-request");
        self.try_request(profile, more).expect(0);
        output
    }

    pub fn try_request(&self, profile: &str, more: &[&str]) -> Finished {
        let (keys, card, statement) = (self.keys(), self.card(), self.support.path("statement.txt"));
        let output = self.support.path("4711.candor-request");
        let arguments = [
            "request",
            "new",
            "--case",
            "4711",
            "--profile",
            profile,
            "--purpose",
            "find out why it hangs",
            "--recipient",
            text(&card),
            "--statement",
            text(&statement),
            "--expires",
            "14d",
            "--sign",
            text(&keys),
            "--overwrite",
            "-o",
            text(&output),
        ];
        self.support.run(&[&arguments[..], more].concat())
    }

    /// The customer answers a request.
    pub fn collect(&self, request: &Path, more: &[&str]) -> Finished {
        let output = self.customer.output("");
        let arguments = ["collect", "--request", text(request), "--output", text(&output)];
        self.customer.run(&[&arguments[..], more].concat())
    }

    pub fn signing_key(&self) -> SigningKey {
        let text = std::fs::read_to_string(self.keys().join("signing.key")).unwrap();
        SigningKey::from_text(&text, None).unwrap()
    }

    /// The request with its JSON changed, signed anew by support's key: what only somebody with the key can make.
    pub fn resigned(&self, request: &Path, change: impl Fn(String) -> String) -> PathBuf {
        let file = std::fs::read(request).unwrap();
        let entries = candor_pack::unpack(&file, 3).unwrap();
        let json = change(String::from_utf8(entries[0].content.to_vec()).unwrap());
        let signature = self.signing_key().sign(Purpose::Request, json.as_bytes()).unwrap();
        let changed = candor_pack::pack([
            ("request.json", json.as_bytes()),
            ("request.json.minisig", signature.as_str().as_bytes()),
            ("statement.txt", entries[2].content),
        ]);
        self.support.write("changed.candor-request", changed.unwrap())
    }

    /// `request.json`.
    pub fn json(&self, request: &Path) -> Value {
        let output = Command::new("unzip").arg("-p").arg(request).arg("request.json").output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
