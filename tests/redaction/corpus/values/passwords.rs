//! Passwords as people and programs make them.

use super::super::model::{Form, Value};
use super::super::random::{ALNUM, BASE64, HEX, Random};
use super::services::tail;

const STEMS: &[&str] = &[
    "sunflower",
    "Winter",
    "dragonfly",
    "monkey",
    "Qwertz",
    "letmein",
    "summer",
    "Welcome",
    "pumpkin",
    "falcon",
    "banana",
    "Zürich",
];
const WORDS: &[&str] = &[
    "velvet", "canoe", "orbit", "lamp", "gravel", "pepper", "walrus", "anchor", "tulip", "ladder", "copper",
    "window", "biscuit", "harbour",
];

/// Styles that stand in any syntax without quotes.
pub const SAFE: &[&str] = &["word", "short", "random", "hex", "base64url", "symbols", "numeric", "leet"];
/// Styles that need quotes or escapes in most syntaxes.
pub const AWKWARD: &[&str] =
    &["passphrase", "quotes", "backslash", "unicode", "base64", "separators", "structure"];

/// A password of `style`.
///
/// # Panics
/// When there is no such style.
#[must_use]
pub fn password(style: &str, random: &mut Random) -> Value {
    let text = text(style, random);
    let mut value = Value::new("password", style, text.clone(), Form::exact).generic();
    if style == "passphrase" {
        let words: Vec<&str> = text.split(' ').collect();
        value = value.and(Form::exact(words[2..].join(" ")));
    } else if text.chars().count() >= 14 {
        value = value.and(Form::exact(tail(&text)));
    }
    value
}

fn text(style: &str, random: &mut Random) -> String {
    match style {
        "word" => format!("{}{}", random.pick(&STEMS[..11]), random.between(10, 9999)),
        "short" => format!("{}{}", random.word(2), random.between(10, 99)),
        "random" => {
            let length = random.between(10, 20) as usize;
            random.mixed(length)
        }
        "hex" => {
            let length = *random.pick(&[&16, &32, &40, &64]);
            random.text(HEX, length)
        }
        "base64url" => format!("{}-{}_{}", random.mixed(8), random.text(ALNUM, 9), random.text(ALNUM, 6)),
        "symbols" => format!("{}!{}.{}", random.mixed(5), random.text(ALNUM, 4), random.between(10, 99)),
        "numeric" => random.digits(8),
        "leet" => format!(
            "{}_{}@{}",
            random.pick(&["p4ss", "s3cr3t", "l0gin", "adm1n"]),
            random.word(2),
            random.digits(2)
        ),
        "passphrase" => {
            (0..4).map(|_| random.pick(WORDS)).collect::<Vec<&str>>().join(" ") + &random.digits(2)
        }
        "quotes" => format!("{}'{}\"{}", random.mixed(5), random.word(2), random.digits(3)),
        "backslash" => format!("{}\\{}\\\\{}", random.mixed(5), random.word(2), random.digits(2)),
        "unicode" => {
            format!("{}-ñandú{}ß", random.pick(&["Größe", "Žižkov", "Ærø", "пароль"]), random.digits(3))
        }
        "base64" => format!("{}==", random.text(BASE64, 22)),
        "separators" => format!("{},{};{}", random.mixed(5), random.word(2), random.digits(3)),
        "structure" => {
            format!("{}&{}={}#{}", random.mixed(4), random.word(2), random.digits(2), random.word(2))
        }
        _ => panic!("no password style is called `{style}`"),
    }
}
