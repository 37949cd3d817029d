//! Which keys name a secret.

mod words;

use words::{
    community_after, is_never_secret, key_id_after, key_is_public_after, leaves_secret,
    pass_is_no_secret_after, pin_after, strong_ending, weak_word_id, word_id,
};

/// Longest key that is looked at. A longer run of letters is data.
pub(crate) const MAX_KEY: usize = 256;

/// Longest word that is in a table.
const LONGEST_WORD: usize = 24;

/// What a key says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretKey {
    /// What a mark calls the value: `password`, `api-key`.
    pub(crate) id: &'static str,
    pub(crate) strength: Strength,
}

/// How much a key's name alone says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strength {
    /// The value is a secret unless it plainly is none.
    Strong,
    /// The value is a secret when it looks random.
    Weak,
}

/// True when a key of this name holds a secret: `db_password`, `apiKey`, `AWS_SECRET_ACCESS_KEY`.
///
/// Word by word, so that a word that merely contains another does not count (`tokenizer`, `keyboard`, `secretary`).
/// Words end at every byte that is no letter or digit and at the humps of camelCase; figures at their end do not count
/// (`password2`, `wep_key0`). The *last* word decides, or the last two, because the words before it say whose secret
/// it is, and a word after it makes the key speak about the secret instead (`password_min_length`,
/// `PasswordAuthentication`, `token_type`, `passwd_file`); a few words leave it one (`password_hash`).
///
/// | last word | examples |
/// |---|---|
/// | is `password`, `passwd`, `passphrase`, `passcode`, `pass`, `pwd`, `secret`, `token`, `psk`, `credential(s)`, … | `wpa_passphrase`, `root.Network.SNMP.V3.InitialUserPasswd` |
/// | is that in another language | `passwort`, `contraseña`, `lösenord` |
/// | ends in `password`, `passwd`, `passphrase`, `token`, `secret`, `apikey`, … | `dbpassword`, `clientsecret` |
/// | is `key` after `api`, `access`, `private`, `secret`, `encryption`, `signing`, `shared`, `master`, … | `privateKey` |
/// | is `community` after `snmp`, `read`, `write`, … | `root.SNMP.V1ReadCommunity` |
///
/// Not secrets: `key`, `public_key`, `KeyExchange`, `access_key_id`, `tokens_per_second`, sudoers' `NOPASSWD`,
/// nginx's `proxy_pass`, the shell's `OLDPWD`.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    classify(key.as_bytes()).is_some_and(|key| key.strength == Strength::Strong)
}

/// What a key of this name says about its value; `None` for one that says nothing.
pub(crate) fn classify(key: &[u8]) -> Option<SecretKey> {
    if key.len() > MAX_KEY {
        return None;
    }
    let (mut before, mut last) = split_last(key)?;
    let mut weak = None;
    loop {
        match classify_words(before, &last) {
            Some(found) if found.strength == Strength::Strong => return Some(found),
            found => weak = weak.or(found),
        }
        if !leaves_secret(last.text()) {
            return weak;
        }
        match split_last(before) {
            Some(rest) => (before, last) = rest,
            None => return weak,
        }
    }
}

fn classify_words(before: &[u8], last: &Folded) -> Option<SecretKey> {
    let strong = |id| Some(SecretKey { id, strength: Strength::Strong });
    let weak = |id| Some(SecretKey { id, strength: Strength::Weak });
    let word = last.text();
    let direct = word_id(word);
    let weak_id = if direct.is_none() { weak_word_id(word) } else { None };
    let paired = matches!(
        word,
        b"key"
            | b"keys"
            | b"community"
            | b"word"
            | b"wd"
            | b"phrase"
            | b"code"
            | b"pin"
            | b"id"
            | b"passe"
            | b"ident"
            | b"schl\xC3\xBCssel"
    );
    if direct.is_none() && weak_id.is_none() && !paired {
        return if is_never_secret(word) { None } else { strong_ending(word).and_then(strong) };
    }
    let previous = split_last(before).map(|(_, previous)| previous);
    let previous = previous.as_ref().map_or(&b""[..], Folded::text);
    if let Some(id) = direct {
        let about = previous == b"no"
            || (word == b"token" && previous == b"key")
            || (word == b"pass" && pass_is_no_secret_after(previous));
        return if about { None } else { strong(id) };
    }
    match word {
        b"key" | b"keys" => match key_id_after(previous) {
            Some(id) => strong(id),
            None if key_is_public_after(previous) => None,
            None => weak("key"),
        },
        b"community" => community_after(previous).then_some("community").and_then(strong),
        b"word" | b"wd" | b"phrase" | b"code" if previous == b"pass" => strong("password"),
        b"passe" if previous == b"de" => strong("password"),
        b"pin" if pin_after(previous) => strong("pin"),
        // `PIN code: 7058`
        b"code" if matches!(previous, b"pin" | b"alarm" | b"puk" | b"pass") => strong("pin"),
        b"code"
            if matches!(
                previous,
                b"verification" | b"confirmation" | b"otp" | b"mfa" | b"tan" | b"activation"
            ) =>
        {
            weak("pin")
        }
        b"ident" if previous == b"auth" => strong("credential"),
        // `WLAN-Schlüssel`
        b"schl\xC3\xBCssel" => match previous {
            b"wlan" | b"netzwerk" | b"wifi" | b"sicherheits" | b"wpa" | b"netz" => strong("psk"),
            b"api" | b"zugriffs" | b"geheimer" | b"geheime" | b"privater" => strong("key"),
            _ => weak("key"),
        },
        // WordPress' `LOGGED_IN_SALT`, Drupal's `hash_salt`.
        b"salt" if matches!(previous, b"auth" | b"nonce" | b"in" | b"hash" | b"app") => strong("key"),
        b"id" if matches!(previous, b"session" | b"sess" | b"secret" | b"token" | b"key") => {
            weak("session-id")
        }
        _ => weak_id.and_then(weak),
    }
}

/// A word in lower case; a longer one than any in the tables is cut off at its beginning.
struct Folded {
    letters: [u8; LONGEST_WORD],
    length: usize,
}

impl Folded {
    fn new(word: &[u8]) -> Self {
        let word = &word[word.len().saturating_sub(LONGEST_WORD)..];
        let mut letters = [0; LONGEST_WORD];
        for (letter, byte) in letters.iter_mut().zip(word) {
            *letter = byte.to_ascii_lowercase();
        }
        Self { letters, length: word.len() }
    }

    fn text(&self) -> &[u8] {
        &self.letters[..self.length]
    }
}

/// `"V3.InitialUserPasswd2"` → `"V3.InitialUser"` and `passwd`: the last word in lower case without figures at its
/// end, and what is before it. Words of figures alone do not count.
fn split_last(key: &[u8]) -> Option<(&[u8], Folded)> {
    let end = key.iter().rposition(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)? + 1;
    let in_word = |index: usize| key[index].is_ascii_alphanumeric() || key[index] >= 0x80;
    let mut start = end - 1;
    while start > 0 && in_word(start - 1) && !is_hump(key, start) {
        start -= 1;
    }
    Some((&key[..start], Folded::new(&key[start..end])))
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
    fn the_mark_says_what_the_key_says() {
        for (key, id) in [
            ("db_password", "password"),
            ("apiKey", "api-key"),
            ("AWS_SECRET_ACCESS_KEY", "access-key"),
            ("auth_token", "token"),
            ("wifi.psk", "psk"),
            ("client_secret", "secret"),
            ("PrivateKey", "private-key"),
            ("V1ReadCommunity", "community"),
            ("contraseña", "password"),
            ("mot de passe", "password"),
        ] {
            let found = classify(key.as_bytes());
            assert_eq!(found, Some(SecretKey { id, strength: Strength::Strong }), "{key}");
        }
    }

    #[test]
    fn weak_keys_need_a_value_that_looks_random() {
        for key in ["key", "X-Amz-Signature", "JSESSIONID", "session_id", "nonce", "ssh_key", "auth"] {
            let found = classify(key.as_bytes()).map(|key| key.strength);
            assert_eq!(found, Some(Strength::Weak), "{key}");
        }
    }
}
