//! Trust, times, nonces, and that they are asked in this order.

use candor_request::{FieldsError, Known, MakeError, Refusal, TimeError, TrustError, make};
use candor_trust::{Digest, May, SigningKey, TrustFile};

use crate::support::{Both, CREATED, at};

const LATE: &str = "2026-03-31T12:00:00Z";

#[test]
fn a_key_that_nobody_knows_is_refused_by_name() {
    let both = Both::new();
    let stranger = SigningKey::generate().unwrap();
    let file = make(both.wanted(), &stranger).unwrap().file;
    let found = both.admit(&file, CREATED, None);
    let Err(Refusal::Trust(TrustError::Unknown(key))) = found else { panic!("{found:?}") };
    assert_eq!(&key, stranger.verifying_key());
}

#[test]
fn trust_to_receive_is_none_to_ask() {
    let mut both = Both::new();
    let file = both.make(both.wanted()).file;
    both.trust.trusted[0].may = vec![May::Receive];
    let found = both.admit(&file, CREATED, None);
    assert!(matches!(found, Err(Refusal::Trust(TrustError::NotForThis { .. }))), "{found:?}");
    both.trust = TrustFile::default();
    assert!(matches!(both.admit(&file, CREATED, None), Err(Refusal::Trust(TrustError::Unknown(_)))));
}

#[test]
fn who_asks_is_named_as_they_are_known_here() {
    let both = Both::new();
    let admitted = both.admit(&both.make(both.wanted()).file, CREATED, None).unwrap();
    assert_eq!(admitted.trusted().name.as_str(), "Support of Example");
    assert_eq!(admitted.request().requester.name.as_str(), "Support");
}

#[test]
fn times_have_five_minutes_of_grace() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    for now in ["2026-01-31T11:55:00Z", CREATED, "2026-02-28T12:05:00Z"] {
        assert!(both.admit(&file, now, None).is_ok(), "{now}");
    }
    let early = both.admit(&file, "2026-01-31T11:54:59Z", None);
    assert!(matches!(early, Err(Refusal::Time(TimeError::Future { .. }))), "{early:?}");
    let late = both.admit(&file, "2026-02-28T12:05:01Z", None);
    assert!(matches!(late, Err(Refusal::Time(TimeError::Expired(_)))), "{late:?}");
    assert!(both.admit(&file, "1970-01-01T00:00:00Z", None).is_err());
}

#[test]
fn the_same_request_again_is_told_and_another_with_its_nonce_refused() {
    let both = Both::new();
    let made = both.make(both.wanted());
    let known = Known { sha256: made.sha256, collected: Some(at(CREATED)) };
    let again = both.admit(&made.file, CREATED, Some(&known)).unwrap();
    assert_eq!(again.collected(), Some(at(CREATED)));
    let other = Known { sha256: Digest::of(b"another case's"), collected: None };
    let found = both.admit(&made.file, CREATED, Some(&other));
    assert!(matches!(found, Err(Refusal::Replay(_))), "{found:?}");
}

#[test]
fn the_first_check_that_fails_is_told() {
    let mut both = Both::new();
    let mut wanted = both.wanted();
    wanted.profile = "missing".parse().unwrap();
    let file = both.make(wanted).file;
    let other = Known { sha256: Digest::of(b"x"), collected: None };
    assert!(matches!(both.admit(&file, CREATED, None), Err(Refusal::Scope(_))));
    assert!(matches!(both.admit(&file, CREATED, Some(&other)), Err(Refusal::Replay(_))));
    assert!(matches!(both.admit(&file, LATE, Some(&other)), Err(Refusal::Time(_))));
    both.trust = TrustFile::default();
    assert!(matches!(both.admit(&file, LATE, Some(&other)), Err(Refusal::Trust(_))));
}

#[test]
fn what_contradicts_itself_is_not_made() {
    let both = Both::new();
    let fields = |change: &dyn Fn(&mut candor_request::Wanted)| {
        let mut wanted = both.wanted();
        change(&mut wanted);
        match make(wanted, &both.key) {
            Err(MakeError::Fields(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(fields(&|wanted| wanted.expires = wanted.created), FieldsError::Expiry { .. }));
    assert!(matches!(fields(&|wanted| wanted.recipients.clear()), FieldsError::Recipients(_)));
    let twice =
        fields(&|wanted| wanted.recipients = [wanted.recipients.clone(), wanted.recipients.clone()].concat());
    assert!(matches!(twice, FieldsError::Twice(_)));
    assert!(matches!(fields(&|wanted| wanted.collectors = Some(Vec::new())), FieldsError::NoCollector));
    let stray = fields(&|wanted| {
        wanted.collectors = Some(vec!["facts".parse().unwrap()]);
        wanted.options.insert("logs".parse().unwrap(), Default::default());
    });
    assert!(matches!(stray, FieldsError::StrayOption(_)));
}
