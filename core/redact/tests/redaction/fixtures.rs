//! Files in which nothing is secret: nothing is removed.
//!
//! All are captured from Debian systems but `journal.json`, which is put together from messages that real programs write.

use crate::{redact, scan};

const FIXTURES: &[(&str, &[u8])] = &[
    ("dpkg.log", include_bytes!("../fixtures/dpkg.log")),
    ("journal.json", include_bytes!("../fixtures/journal.json")),
    ("kernel.log", include_bytes!("../fixtures/kernel.log")),
    ("login.defs", include_bytes!("../fixtures/login.defs")),
    ("nsswitch.conf", include_bytes!("../fixtures/nsswitch.conf")),
    ("pam", include_bytes!("../fixtures/pam")),
    ("passwd", include_bytes!("../fixtures/passwd")),
    ("ssh_config", include_bytes!("../fixtures/ssh_config")),
    ("sshd_config", include_bytes!("../fixtures/sshd_config")),
    ("sudoers", include_bytes!("../fixtures/sudoers")),
    ("sysctl.conf", include_bytes!("../fixtures/sysctl.conf")),
];

#[test]
fn files_without_secrets_pass_unchanged() {
    for (name, text) in FIXTURES {
        assert!(text.len() > 400, "{name} is not empty");
        let (output, tally) = redact(text);
        assert_eq!(tally.total(), 0, "in {name}: {:?}", scan(text));
        assert!(output == *text, "{name} has changed");
    }
}

#[test]
fn the_files_are_full_of_words_that_sound_secret() {
    let sounds = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).to_lowercase();
        ["pass", "key", "token", "secret"].iter().map(|word| text.matches(word).count()).sum::<usize>()
    };
    let total: usize = FIXTURES.iter().map(|(_, text)| sounds(text)).sum();
    assert!(total > 100, "the fixtures prove something: {total}");
}
