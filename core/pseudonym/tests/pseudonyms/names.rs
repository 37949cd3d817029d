//! Names and hosts: all come back, and hosts relate label by label.

use candor_pseudonym::{NameKind, recognise};
use proptest::prelude::*;

use crate::support::{self, after, assert_reveals, before, config, pseudonyms, written};

fn kind() -> impl Strategy<Value = NameKind> {
    prop::sample::select(NameKind::ALL.to_vec())
}

fn label() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?"
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn names_come_back(kind in kind(), name in "\\PC{0,40}", before in before(), after in after()) {
        let pseudonym = written(|out| pseudonyms(1).name(kind, name.as_bytes(), out));
        prop_assert!(recognise::is_name_pseudonym(pseudonym.as_bytes()));
        let original = if kind == NameKind::User { name.to_lowercase() } else { name };
        assert_reveals(&before, &pseudonym, &original, &after)?;
    }

    #[test]
    fn names_of_any_bytes_come_back(kind in kind(), name in prop::collection::vec(any::<u8>(), 0..255)) {
        let p = pseudonyms(1);
        let pseudonym = written(|out| p.name(kind, &name, out));
        let found = p.reveal(pseudonym.as_bytes()).found;
        let folded = if kind == NameKind::User { support::folded(&name) } else { name };
        prop_assert_eq!(found[0].original.as_ref(), Some(&folded));
    }

    #[test]
    fn hosts_come_back(labels in prop::collection::vec(label(), 1..6), kept in 0_usize..4, before in before(), after in after()) {
        let host = labels.join(".");
        let pseudonym = written(|out| pseudonyms(1).host(host.as_bytes(), kept, out));
        assert_reveals(&before, &pseudonym, &host, &after)?;
    }

    #[test]
    fn hosts_relate_label_by_label(labels in prop::collection::vec(label(), 2..6)) {
        let p = pseudonyms(1);
        let full = written(|out| p.host(labels.join(".").as_bytes(), 0, out));
        let short = written(|out| p.host(labels[0].to_uppercase().as_bytes(), 0, out));
        let domain = written(|out| p.host(labels[1..].join(".").as_bytes(), 0, out));
        prop_assert_eq!(full, format!("{short}.{}", domain.strip_prefix("host-").unwrap()));
    }
}
