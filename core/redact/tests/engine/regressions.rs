//! Texts that went wrong once: each is redacted alike however it is cut, stays as it is in a second pass, and the second
//! scan agrees.

use std::sync::Arc;

use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, KnownValues, Policy};

use crate::{engine, redact, redact_in_pieces};

const TEXTS: &[&str] = &[
    // A cell of a table was a part of what something else removed, and the rest of its row was passed over.
    "name,password,url\nx,api_key,10.1.2.3\nhttps://,jane.doe@example.org,3f1c07a4d6984e5bb2a95dd0c8e17f62\n\
     y,52:54:00:ab:cd:ef,AKIAZ5GQ7V2MXK3N4PLB\n",
    // The second scan did not know that a part of a key had gone before.
    "-----BEGIN RSA PRIVATE KEY-----, \0 MIIEabc=\nd41d8cd98f00b204e9800998ecf8427e ",
    // What was no secret looked like one when it had become a pseudonym.
    "password\tmail.example.org\r\n",
    "api_key | CN=Jane Doe,OU=Sales,DC=example,DC=com ",
    "5CD1234XYZ | password\nAKIAZ5GQ7V2MXK3N4PLB | password password ",
    "\u{c5}sa \u{d6}berg, api_key, password\r\npostgres://, postgres://, password\n",
    // A separator of columns was taken for a secret.
    " id | password | note \n----+------+----\n Server=x;Password= | 2a02:8108:c6bc:b19d::4d6b | x\n ws7 | _ | api_key\n",
    "for user  | password\n-----END RSA PRIVATE KEY----- | --password | api_key\nAKIAZ5GQ7V2MXK3N4PLB | 555-123-4567 ",
    // A rule found what held a mark; a name went on with one.
    "snmp-server community \t';",
    "SSID: \t--password Cookie: sid=q8Xv2Lk9PzR4tW7y ",
    "SSID: \tCookie: sid=q8Xv2Lk9PzR4tW7y user-px-aaaaaaaaaa ",
];

#[test]
fn texts_that_went_wrong_once_do_not() {
    let engine = engine();
    for text in TEXTS.iter().map(|text| text.as_bytes()) {
        let shown = String::from_utf8_lossy(text);
        let once = redact(&engine, text);
        for size in 1..80 {
            let cut = redact_in_pieces(&engine, text, &mut std::iter::repeat(size));
            assert_eq!(cut, once, "pieces of {size} bytes of {shown}");
        }
        let once_shown = String::from_utf8_lossy(&once);
        assert_eq!(redact(&engine, &once), once, "{once_shown}");
        let left = engine.check(&mut once.as_slice()).unwrap();
        assert!(left.is_empty(), "{left:?} in {once_shown}");
        assert_eq!(engine.check(&mut &text[..]).unwrap().len(), engine.scan(text).len(), "{shown}");
    }
}

/// In a small block a pseudonym may be the address of another machine, or of this one: with one key in 256.
#[test]
fn the_pseudonym_that_looks_like_a_known_value_stays() {
    let mut known = KnownValues::default();
    known.add(Kind::Ipv4, "192.0.2.2");
    known.add(Kind::Mac, "52:54:00:ab:cd:ef");
    let key = CaseKey::from_bytes([3; 32]);
    let engine = Arc::new(Engine::with_policy(&known, Policy::default(), &key).unwrap());
    let text = b"inet 192.0.2.2~/24 from 192.0.2.2~ lladdr 52:54:00:ab:cd:ef~";
    assert_eq!(redact(&engine, text), text);
    assert!(engine.check(&mut text.as_slice()).unwrap().is_empty());
    assert_ne!(redact(&engine, b"inet 192.0.2.2/24"), b"inet 192.0.2.2/24");
}
