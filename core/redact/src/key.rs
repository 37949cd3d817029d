//! Which keys name a secret.

/// Words that name a secret by themselves, wherever the key's last word is one of them.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "secret",
    "token",
    "psk",
    "credential",
    "credentials",
    "apikey",
    "secretkey",
    "privatekey",
    "accesskey",
    "presharedkey",
    "authkey",
    "bindpw",
    "rootpw",
    "rootbindpw",
    "adminpw",
    "requirepass",
    "masterauth",
    "dbpass",
    "userpass",
    "rootpass",
    "adminpass",
    "smtppass",
    "ftppass",
    "authpass",
    "mypass",
    "rocommunity",
    "rwcommunity",
    "trapcommunity",
];

/// A word that ends like this names a secret too: `dbpassword`, `accesstoken`, `clientsecret`.
const SECRET_ENDINGS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "token",
    "secret",
    "apikey",
    "secretkey",
    "privatekey",
    "accesskey",
];

/// Words with such an ending that name a program, a tag of sudoers or an absence.
const NOT_SECRET: &[&str] =
    &["nopasswd", "nopassword", "nopass", "chpasswd", "gpasswd", "htpasswd", "kpasswd", "yppasswd", "oldpwd"];

/// Two words that name a secret together, where each alone does not: `api_key`, `SNMP.V1ReadCommunity`.
const SECRET_PAIRS: &[(&str, &[&str])] = &[
    (
        "key",
        &[
            "api",
            "access",
            "private",
            "secret",
            "encryption",
            "decryption",
            "signing",
            "master",
            "shared",
            "preshared",
            "session",
            "auth",
            "authentication",
            "wep",
            "wireless",
            "storage",
            "account",
            "subscription",
            "deploy",
            "consumer",
            "hmac",
            "aes",
            "cipher",
            "crypt",
            "app",
            "application",
            "service",
            "registration",
            "root",
        ],
    ),
    ("community", &["snmp", "read", "write", "ro", "rw", "trap", "readonly", "readwrite"]),
    ("word", &["pass"]),
    ("wd", &["pass"]),
    ("phrase", &["pass"]),
    ("code", &["pass"]),
];

/// Words that may follow the name of a secret and leave it one: `password_hash`, `token_value`.
const STILL_SECRET: &[&str] = &[
    "value",
    "text",
    "plain",
    "plaintext",
    "string",
    "str",
    "raw",
    "hex",
    "base64",
    "b64",
    "encoded",
    "encrypted",
    "hash",
    "hashed",
    "salt",
    "old",
    "new",
    "current",
    "default",
    "confirm",
    "confirmation",
    "again",
    "repeat",
    "data",
];

/// Words before `pass` that make it something else: nginx's `proxy_pass`, `first_pass`.
const PASS_IS_NO_SECRET_AFTER: &[&str] = &[
    "proxy",
    "fastcgi",
    "uwsgi",
    "scgi",
    "grpc",
    "memcached",
    "by",
    "low",
    "high",
    "band",
    "multi",
    "all",
    "first",
    "second",
    "single",
    "test",
    "tests",
    "num",
    "no",
];

/// Longest key that is looked at. A longer run of letters is data.
pub(crate) const MAX_KEY: usize = 256;

/// True when a key of this name holds a secret: `db_password`, `apiKey`, `AWS_SECRET_ACCESS_KEY`.
///
/// Word by word, so that a word that merely contains another does not count (`tokenizer`, `keyboard`, `secretary`).
/// Words end at every byte that is no ASCII letter or digit and at the humps of camelCase; figures at their end do
/// not count (`password2`, `wep_key0`). The *last* word decides, or the last two, because the words before it say
/// whose secret it is, and a word after it makes the key speak about the secret instead (`password_min_length`,
/// `PasswordAuthentication`, `token_type`, `passwd_file`); a few words leave it one (`password_hash`).
///
/// | last word | examples |
/// |---|---|
/// | is `password`, `passwd`, `passphrase`, `passcode`, `pass`, `pwd`, `secret`, `token`, `psk`, `credential(s)`, … | `wpa_passphrase`, `root.Network.SNMP.V3.InitialUserPasswd` |
/// | ends in `password`, `passwd`, `passphrase`, `token`, `secret`, `apikey`, … | `dbpassword`, `clientsecret` |
/// | is `key` after `api`, `access`, `private`, `secret`, `encryption`, `signing`, `shared`, `master`, … | `privateKey` |
/// | is `community` after `snmp`, `read`, `write`, … | `root.SNMP.V1ReadCommunity` |
///
/// Not secrets: `key`, `public_key`, `KeyExchange`, `access_key_id`, `tokens_per_second`, sudoers' `NOPASSWD`,
/// nginx's `proxy_pass`, the shell's `OLDPWD`.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    if key.len() > MAX_KEY {
        return false;
    }
    let words = split_words(key);
    let mut rest: &[String] = &words;
    loop {
        if names_secret(rest) {
            return true;
        }
        match rest.split_last() {
            Some((last, before)) if STILL_SECRET.contains(&last.as_str()) => rest = before,
            _ => return false,
        }
    }
}

/// True when the last word, or the last two, name a secret.
fn names_secret(words: &[String]) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    let last = last.as_str();
    let previous = before.last().map_or("", String::as_str);
    if NOT_SECRET.contains(&last) || previous == "no" {
        return false;
    }
    if last == "pass" && PASS_IS_NO_SECRET_AFTER.contains(&previous) {
        return false;
    }
    SECRET_WORDS.contains(&last)
        || SECRET_ENDINGS.iter().any(|ending| last.ends_with(ending))
        || SECRET_PAIRS.iter().any(|(word, firsts)| *word == last && firsts.contains(&previous))
}

/// `"V3.InitialUserPasswd2"` → `["v", "initial", "user", "passwd"]`: lower case, figures at the end of a word cut
/// off, words of figures alone left out.
fn split_words(key: &str) -> Vec<String> {
    let bytes = key.as_bytes();
    let mut words = Vec::new();
    let mut start = 0;
    for index in 0..=bytes.len() {
        let ends = index == bytes.len() || !bytes[index].is_ascii_alphanumeric();
        if ends || is_hump(bytes, index) {
            push_word(&mut words, &bytes[start..index]);
            start = if ends { index + 1 } else { index };
        }
    }
    words
}

/// True when a word of camelCase starts at `index`: `api|Key`, `AWS|Secret`.
fn is_hump(bytes: &[u8], index: usize) -> bool {
    if index == 0 || !bytes[index].is_ascii_uppercase() {
        return false;
    }
    let previous = bytes[index - 1];
    let next_is_lower = bytes.get(index + 1).is_some_and(u8::is_ascii_lowercase);
    previous.is_ascii_lowercase()
        || previous.is_ascii_digit()
        || (previous.is_ascii_uppercase() && next_is_lower)
}

fn push_word(words: &mut Vec<String>, word: &[u8]) {
    let figures = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let letters = &word[..word.len() - figures];
    if !letters.is_empty() {
        words.push(letters.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets_are_known_in_every_spelling() {
        for key in [
            "password",
            "db_password",
            "DB_PASSWORD",
            "dbPassword",
            "dbpassword",
            "PassWord",
            "password2",
            "passwd",
            "root.Network.SNMP.V3.InitialUserPasswd",
            "apiKey",
            "API-KEY",
            "x-api-key",
            "APIKey",
            "api.key",
            "AWS_SECRET_ACCESS_KEY",
            "wpa_passphrase",
            "psk",
            "802-11-wireless-security.psk",
            "client-secret",
            "clientSecret",
            "auth_token",
            "accesstoken",
            "private_key",
            "PrivateKey",
            "PresharedKey",
            "wep_key0",
            "password_hash",
            "newPassword",
            "password_confirmation",
            "credentials",
            "requirepass",
            "bindpw",
            "Pwd",
            "root.SNMP.V1ReadCommunity",
            "rocommunity",
            "smtp_pass",
            "storage.account_key",
            "tokenValue",
        ] {
            assert!(is_secret_key(key), "`{key}` names a secret");
        }
    }

    #[test]
    fn keys_that_only_sound_like_it_are_not_secrets() {
        for key in [
            "",
            "key",
            "keys",
            "tokenizer",
            "keyboard",
            "secretary",
            "PasswordAuthentication",
            "password_min_length",
            "passwd_file",
            "password-file",
            "public_key",
            "publicKey",
            "KeyExchange",
            "tokens_per_second",
            "max_tokens",
            "access_key_id",
            "AWS_ACCESS_KEY_ID",
            "token_type",
            "secretName",
            "psk-flags",
            "key_mgmt",
            "NOPASSWD",
            "OLDPWD",
            "proxy_pass",
            "bypass",
            "compass",
            "host_key",
            "primary_key",
            "foreign_key",
            "community",
            "PASS_MAX_DAYS",
            "passwordless",
            "no_password",
            "htpasswd",
            "credential.helper",
            "secret/name",
            "passwörter",
            "private_key_path",
            "token_endpoint",
            "hotkey",
        ] {
            assert!(!is_secret_key(key), "`{key}` names no secret");
        }
    }

    #[test]
    fn every_word_of_the_table_is_found_by_the_search() {
        let endings = SECRET_WORDS.iter().chain(SECRET_ENDINGS).copied();
        for word in endings.chain(SECRET_PAIRS.iter().map(|(word, _)| *word)) {
            let pair_with_pass = matches!(word, "word" | "wd" | "phrase" | "code");
            let found = crate::rules::password_needles().iter().any(|needle| word.contains(needle));
            assert!(found || pair_with_pass, "no needle is in `{word}`");
        }
    }
}
