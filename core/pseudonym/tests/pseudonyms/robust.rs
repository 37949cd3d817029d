//! Whatever the bytes: no panic, and nothing half written.

use candor_pseudonym::{Unfit, recognise};
use proptest::prelude::*;

use crate::support::{config, pseudonyms};

/// A function that writes text.
type Write<'a> = &'a dyn Fn(&mut Vec<u8>) -> Result<(), Unfit>;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_makes_it_panic(text in "([0-9a-f:.~/+()-]|px-|user-|host-|S-1-5-21-|[ A-Z]|\\PC|\\.ip6\\.arpa|\\.in-addr\\.arpa){0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let p = pseudonyms(1);
        for text in [text.as_bytes(), &bytes] {
            p.reveal(text);
            recognise::is_ipv6_pseudonym(text);
            for at in 0..=text.len() + 1 {
                recognise::name_pseudonym_at(text, at);
                recognise::is_between_marks(text, at, text.len() - at.min(text.len()));
            }
            let mut out = Vec::new();
            for result in [p.digits(text, &mut out), p.iban(text, &mut out), p.sid(text, &mut out), p.uuid(text, &mut out)] {
                prop_assert!(result.is_ok() || out.is_empty() || matches!(result, Err(Unfit::Malformed | Unfit::TooShort | Unfit::TooLong)));
            }
            let _ = p.host(text, text.len() % 4, &mut out);
            let _ = p.email(text, text, 1, &mut out);
        }
    }

    #[test]
    fn nothing_is_written_with_an_error(value in "[0-9a-z. -]{0,60}") {
        let p = pseudonyms(1);
        let long = vec![b'x'; 300];
        let writes: [Write; 6] = [
            &|out| p.digits(value.as_bytes(), out),
            &|out| p.iban(value.as_bytes(), out),
            &|out| p.sid(value.as_bytes(), out),
            &|out| p.uuid(value.as_bytes(), out),
            &|out| p.host(&[b"a.", &long[..]].concat(), 0, out),
            &|out| p.email(b"a", &long, 0, out),
        ];
        for write in writes {
            let mut out = b"kept".to_vec();
            if write(&mut out).is_err() {
                prop_assert_eq!(&out, b"kept");
            }
        }
    }
}
