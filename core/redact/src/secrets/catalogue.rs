//! What secrets by place are called in marks and tallies, for people who want to know what can be found.

use crate::engine::KNOWN_SECRET;

/// A name that a mark can have beside the ids of the rules and the kinds of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretByPlace {
    /// As marks and tallies have it: `password`.
    pub id: &'static str,
    /// What is found, in a few words.
    pub title: &'static str,
}

const fn named(id: &'static str, title: &'static str) -> SecretByPlace {
    SecretByPlace { id, title }
}

/// All of them, by id.
pub const SECRETS_BY_PLACE: &[SecretByPlace] = &[
    named("access-key", "Values of access keys: `access_key = …`"),
    named("api-key", "Values of API keys: `apiKey: …`, `X-API-Key: …`"),
    named("authorization", "Headers `Authorization`, and values of keys that speak of one"),
    named("bearer-token", "What stands behind `Bearer` in running text"),
    named("community", "SNMP communities, in settings and on command lines"),
    named("cookie", "Values in `Cookie` and `Set-Cookie`, and of keys of that name"),
    named("credential", "User and password that stand side by side: `user/password`, `credentials: …`"),
    named("dsn-password", "Passwords in connection strings: `user:…@tcp(host)`, `sqlplus user/…@db`"),
    named("key", "Keys of encryption, signing, radio and routing: `signing_key=…`, `key-string 7 …`"),
    named(KNOWN_SECRET, "What your policy lists under `remove`, and secrets that this machine told"),
    named("passphrase", "Passphrases: `passphrase: …`, `snmpwalk -A …`"),
    named("password", "Passwords: `password=…`, `-p…` of programs that take one there, `.netrc`, `.pgpass`"),
    named("password-hash", "Hashes of passwords: `/etc/shadow`, `smbpasswd`"),
    named("pin", "PINs: `wps_pin=…`"),
    named("private-key", "Private keys in PEM, OpenSSH and PuTTY form, and values of keys that name one"),
    named("psk", "Pre-shared keys: `psk=…`, `ipsec.secrets`"),
    named("secret", "Values of keys that say secret: `client_secret: …`, `secret 5 …`, one-time codes"),
    named("secret-key", "Values of secret keys: `SECRET_KEY=…`"),
    named("session-id", "Session ids that look random: `PHPSESSID=…`"),
    named("signature", "Signatures that look random: `signature=…`, `hmac: …`"),
    named("token", "Tokens: `token=…`, `accessToken: …`"),
    named("url-credentials", "User and password in URLs: `https://user:…@host`"),
    named("vault", "Texts that Ansible Vault has sealed"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::engine::Engine;

    /// A text for each name, in which nothing else is found.
    const EXAMPLES: &[(&str, &str)] = &[
        ("access-key", "storage_access_key = q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("api-key", "apiKey: q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("authorization", "Authorization: Basic a2ltOnFyN3Z3eDkyTG0="),
        ("bearer-token", "sent with Bearer q8Zr2Lm5Xw7Tn4Bv9Kc1 to it"),
        ("community", "snmp-server community Kelvaro71 RO"),
        ("cookie", "Cookie: theme=q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("credential", "credentials: q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("dsn-password", "kim:q8Zr2Lm5Xw7@tcp(db:3306)/orders"),
        ("key", "signing_key=q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("passphrase", "passphrase: q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("password", "password=q8Zr2Lm5Xw7"),
        ("password-hash", "kim:q8Zr2Lm5Xw7Tn:19500:0:99999:7:::"),
        ("pin", "wps_pin=71640283"),
        ("private-key", "-----BEGIN PRIVATE KEY-----\nq8Zr2Lm5Xw7Tn4Bv9Kc1\n-----END PRIVATE KEY-----\n"),
        ("psk", "psk=q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("secret", "client_secret: q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("secret-key", "SECRET_KEY=q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("session-id", "PHPSESSID=q8zr2lm5xw7tn4bv9kc1q8zr2l"),
        ("signature", "signature=q8Zr2Lm5Xw7Tn4Bv9Kc1q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("token", "token=q8Zr2Lm5Xw7Tn4Bv9Kc1"),
        ("url-credentials", "https://kim:q8Zr2Lm5Xw7@example.com/"),
        ("vault", "$ANSIBLE_VAULT;1.1;AES256\n3962616164373561\n"),
    ];

    #[test]
    fn every_name_is_found_under_it() {
        for (id, text) in EXAMPLES {
            let found: Vec<_> = Engine::secrets_by_place().scan(text.as_bytes());
            let rules: BTreeSet<_> = found.iter().map(|finding| finding.rule.as_str()).collect();
            assert_eq!(rules, BTreeSet::from([*id]), "{text}");
        }
    }

    #[test]
    fn the_names_are_sorted_and_each_has_an_example() {
        let ids: Vec<_> = SECRETS_BY_PLACE.iter().map(|secret| secret.id).collect();
        assert!(ids.is_sorted());
        let tried: Vec<_> = EXAMPLES.iter().map(|(id, _)| *id).collect();
        let untried: Vec<_> = ids.into_iter().filter(|id| !tried.contains(id)).collect();
        // It needs an engine that was told a secret.
        assert_eq!(untried, [KNOWN_SECRET]);
    }
}
