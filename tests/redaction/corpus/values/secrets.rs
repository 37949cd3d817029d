//! Secrets that their place tells: blocks, headers, hashes, cookies, tokens with parts.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::super::model::{Form, Value};
use super::super::random::{ALNUM, BASE64, BASE64_URL, HEX, Random};
use super::names::login_pair;
use super::services::tail;

/// The secret called `name`, if there is one.
pub fn make(name: &str, turn: usize, random: &mut Random) -> Option<Value> {
    let value = match name {
        "jwt" => jwt(random),
        "basic" => basic(random),
        "bearer" => secret("bearer", "opaque", random.text(BASE64_URL, 39) + "x"),
        "digest-response" => secret("digest", "response", random.hex(32)),
        "cookie" => cookie(turn, random),
        "hash" => hash(turn, random),
        "pem" => block(turn, random),
        "pem-json" => {
            let value = block(turn, random);
            let text = value.text.replace('\n', "\\n");
            value.spelled("in a JSON string", text)
        }
        "putty" => putty(random),
        "psk-hex" => secret("wifi", "hex key", random.hex(64)),
        "wireguard" => secret("wireguard", "key", random.text(BASE64, 42) + "0="),
        "community" => secret("snmp", "community", format!("{}RO{}", random.word(2), random.digits(2))),
        "cisco7" => secret(
            "cisco",
            "type 7",
            format!("0{}{}", random.between(1, 9), random.text("0123456789ABCDEF", 18)),
        ),
        "cisco5" => {
            secret("cisco", "type 5", format!("$1${}${}", random.text(ALNUM, 4), random.text(ALNUM, 22)))
        }
        "cisco9" => {
            secret("cisco", "type 9", format!("$9${}${}", random.text(ALNUM, 14), random.text(ALNUM, 43)))
        }
        "juniper9" => secret("juniper", "type 9", format!("$9${}", random.text(ALNUM, 26))),
        "mysql-hash" => secret("hash", "MySQL", format!("*{}", random.text("0123456789ABCDEF", 40))),
        "urlpassword" => secret("url-credential", "password", random.mixed(12)),
        _ => return None,
    };
    Some(value)
}

fn secret(kind: &'static str, spelling: &str, text: String) -> Value {
    let half = (text.len() >= 16).then(|| Form::exact(tail(&text)));
    let value = Value::new(kind, spelling, text, Form::exact);
    match half {
        Some(form) => value.and(form),
        None => value,
    }
}

fn jwt(random: &mut Random) -> Value {
    let header = URL_SAFE_NO_PAD.encode(random.pick(&[
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"2026-01\"}",
    ]));
    let claims = URL_SAFE_NO_PAD.encode(format!(
        "{{\"sub\":\"{}\",\"iat\":17{}}}",
        random.digits(10),
        random.digits(8)
    ));
    let signature = random.text(BASE64_URL, 42) + "g";
    Value::new("jwt", "signed", signature.clone(), Form::exact)
        .and(Form::exact(claims.clone()))
        .spelled("signed", format!("{header}.{claims}.{signature}"))
}

fn basic(random: &mut Random) -> Value {
    let (user, password) = login_pair(random);
    let text = STANDARD.encode(format!("{user}:{password}"));
    Value::new("basic", "base64", text, Form::exact).and(Form::exact(password))
}

fn cookie(turn: usize, random: &mut Random) -> Value {
    let names = [
        "PHPSESSID",
        "JSESSIONID",
        "sessionid",
        "connect.sid",
        "csrftoken",
        "_session_id",
        "ASP.NET_SessionId",
        "remember_me",
    ];
    let name = names[turn % names.len()];
    let text = random.text(ALNUM, 26);
    secret("cookie", name, text.clone()).spelled(name, format!("{name}={text}"))
}

fn hash(turn: usize, random: &mut Random) -> Value {
    let mut characters = |length| random.text(&format!("{ALNUM}./"), length);
    let (name, text) = match turn % 9 {
        0 => ("sha512-crypt", format!("$6${}${}", characters(16), characters(86))),
        1 => ("yescrypt", format!("$y$j9T${}${}", characters(22), characters(43))),
        2 => ("bcrypt", format!("$2y$10${}", characters(53))),
        3 => ("apr1", format!("$apr1${}${}", characters(8), characters(22))),
        4 => ("md5-crypt", format!("$1${}${}", characters(8), characters(22))),
        5 => ("sha256-crypt", format!("$5$rounds=5000${}${}", characters(16), characters(43))),
        6 => (
            "argon2id",
            format!("$argon2id$v=19$m=65536,t=3,p=4${}${}", random.text(BASE64, 22), random.text(BASE64, 43)),
        ),
        7 => ("ssha", format!("{{SSHA}}{}=", random.text(BASE64, 31))),
        _ => (
            "pbkdf2",
            format!("pbkdf2_sha256$600000${}${}=", random.text(ALNUM, 22), random.text(BASE64, 43)),
        ),
    };
    secret("hash", name, text)
}

fn base64_lines(lines: usize, random: &mut Random) -> Vec<String> {
    let mut lines: Vec<String> = (0..lines).map(|_| random.text(BASE64, 64)).collect();
    lines.push(random.text(BASE64, 38) + "==");
    lines
}

fn block(turn: usize, random: &mut Random) -> Value {
    let labels = [
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "DSA PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ];
    let label = labels[turn % labels.len()];
    let length = random.between(3, 24) as usize;
    let body = base64_lines(length, random);
    let (second, last) = (body[1].clone(), body[body.len() - 2].clone());
    let header = if label.starts_with("PGP") { "\n" } else { "" };
    let text = format!("-----BEGIN {label}-----\n{header}{}\n-----END {label}-----", body.join("\n"));
    Value::new("pem", label, second, Form::exact).and(Form::exact(last)).spelled(label, text)
}

fn putty(random: &mut Random) -> Value {
    let (public, private) = (base64_lines(2, random), base64_lines(1, random));
    let text = format!(
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: imported-key\nPublic-Lines: 3\n{}\nPrivate-Lines: 2\n{}\nPrivate-MAC: {}",
        public.join("\n"),
        private.join("\n"),
        random.text(HEX, 64)
    );
    Value::new("pem", "PuTTY", private[0].clone(), Form::exact)
        .and(Form::exact(private[1].clone()))
        .spelled("PuTTY", text)
}
