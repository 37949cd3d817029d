//! The `age` library and nothing else, as the peer of sealing and opening: the same bytes from one file to another.
//!
//! `age_alone keys N FOLDER` makes identities, and prints their recipients; `age_alone encrypt IN OUT RECIPIENT…`;
//! `age_alone decrypt IN OUT IDENTITY_FILE`.
#![expect(clippy::expect_used, reason = "an example that measures ends at the first error")]
#![expect(clippy::print_stdout, reason = "what it makes is printed")]

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use candor_trust::{ExposeSecret, Identities, NoCallbacks, Recipients};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["keys", count, folder] => keys(count.parse().expect("a number"), Path::new(folder)),
        ["encrypt", input, output, ref recipients @ ..] => encrypt(input, output, recipients),
        ["decrypt", input, output, identity] => decrypt(input, output, identity),
        _ => panic!("keys N FOLDER | encrypt IN OUT RECIPIENT… | decrypt IN OUT IDENTITY_FILE"),
    }
}

fn keys(count: usize, folder: &Path) {
    for number in 0..count {
        let (secret, recipient) = candor_trust::new_identity().expect("an identity");
        std::fs::write(folder.join(format!("{number}.key")), secret.expose_secret()).expect("a key file");
        println!("{recipient}");
    }
}

fn encrypt(input: &str, output: &str, recipients: &[&str]) {
    let recipients = recipients.iter().map(|text| text.parse().expect("a recipient"));
    let recipients = Recipients::new(recipients).expect("recipients of one class");
    let output = File::create(output).expect("the output");
    let mut encrypted = recipients.encrypt(output, &NoCallbacks).expect("an encrypted file");
    copy(&mut File::open(input).expect("the input"), &mut encrypted);
    encrypted.finish().expect("the last block");
}

fn decrypt(input: &str, output: &str, identity: &str) {
    let mut identities = Identities::none();
    let key = std::fs::read(identity).expect("a key file");
    identities.add(&key, None, NoCallbacks).expect("an identity");
    let mut plain = identities.decrypt(File::open(input).expect("the input")).expect("a key that opens it");
    copy(&mut plain, &mut File::create(output).expect("the output"));
}

/// In pieces as large as those of sealing.
fn copy(from: &mut dyn Read, to: &mut dyn Write) {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => to.write_all(&buffer[..count]).expect("room"),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => panic!("cannot read: {error}"),
        }
    }
}
