//! A request narrows what is defined here, and never widens it.

use candor_manifest::Level;
use candor_request::{NarrowError, Refusal, ScopeError, Wanted};

use crate::support::{Both, CREATED};

fn with_option(both: &Both, option: &str, value: &str) -> Wanted {
    let mut wanted = both.wanted();
    let options = wanted.options.entry("logs".parse().unwrap()).or_default();
    options.insert(option.parse().unwrap(), value.to_owned());
    wanted
}

fn scope_error(both: &Both, wanted: Wanted) -> ScopeError {
    match both.admit(&both.make(wanted).file, CREATED, None) {
        Err(Refusal::Scope(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_sort_of_option_can_be_narrowed_and_not_widened() {
    let both = Both::new();
    for (option, narrower, wider) in [
        ("lines", "10", "51"),
        ("lines", "50", "0"),
        ("since", "1d", "8d"),
        ("since", "7d", "0s"),
        ("most", "4KiB", "2MiB"),
        ("units", "ssh", "ssh,nginx"),
        ("units", "cron,ssh", ""),
        ("kernel", "true", "false"),
    ] {
        let file = both.make(with_option(&both, option, narrower)).file;
        let admitted = both.admit(&file, CREATED, None).unwrap();
        let logs = admitted.scope().profile().collector(&"logs".parse().unwrap()).unwrap();
        assert_eq!(logs.options[&option.parse().unwrap()].to_string(), narrower);
        let error = scope_error(&both, with_option(&both, option, wider));
        assert!(matches!(error, ScopeError::Option(NarrowError::Wider(_))), "{option}={wider}: {error:?}");
    }
}

#[test]
fn what_is_not_defined_here_cannot_be_asked_for() {
    let both = Both::new();
    for (option, value) in [("missing", "1"), ("lines", "many"), ("lines", "1001"), ("since", "-1d")] {
        let error = scope_error(&both, with_option(&both, option, value));
        assert!(matches!(error, ScopeError::Option(NarrowError::Assignment(_))), "{error:?}");
    }
    let mut wanted = both.wanted();
    wanted.profile = "missing".parse().unwrap();
    assert!(matches!(scope_error(&both, wanted), ScopeError::Profile(_)));
    let mut wanted = both.wanted();
    wanted.collectors = Some(vec!["facts".parse().unwrap(), "missing".parse().unwrap()]);
    assert!(matches!(scope_error(&both, wanted), ScopeError::Collector { .. }));
    let mut wanted = both.wanted();
    wanted.options.insert("missing".parse().unwrap(), Default::default());
    assert!(matches!(scope_error(&both, wanted), ScopeError::Collector { .. }));
}

#[test]
fn collectors_that_are_not_named_or_above_the_level_are_left_out() {
    let both = Both::new();
    let ids = |wanted: Wanted| {
        let admitted = both.admit(&both.make(wanted).file, CREATED, None).unwrap();
        let scope = admitted.scope();
        let left = scope.left_out().iter().map(|left| (left.collector.to_string(), left.by_level)).collect();
        let kept: Vec<_> = scope.profile().collectors.iter().map(|kept| kept.id.to_string()).collect();
        (kept, left)
    };
    assert_eq!(ids(both.wanted()), (vec!["facts".to_owned(), "logs".to_owned()], Vec::new()));
    let mut wanted = both.wanted();
    wanted.collectors = Some(vec!["logs".parse().unwrap()]);
    assert_eq!(ids(wanted), (vec!["logs".to_owned()], vec![("facts".to_owned(), false)]));
    let mut wanted = both.wanted();
    wanted.level = Some(Level::Technical);
    assert_eq!(ids(wanted), (vec!["facts".to_owned()], vec![("logs".to_owned(), true)]));
}

#[test]
fn a_collector_above_the_level_cannot_be_named() {
    let both = Both::new();
    let mut wanted = both.wanted();
    wanted.level = Some(Level::Technical);
    wanted.collectors = Some(vec!["logs".parse().unwrap()]);
    assert!(matches!(scope_error(&both, wanted), ScopeError::Level { .. }));
    let mut wanted = with_option(&both, "lines", "10");
    wanted.level = Some(Level::Technical);
    assert!(matches!(scope_error(&both, wanted), ScopeError::Level { .. }));
}

#[test]
fn whoever_collects_may_narrow_further_and_no_more() {
    let both = Both::new();
    let file = both.make(with_option(&both, "lines", "20")).file;
    let mut admitted = both.admit(&file, CREATED, None).unwrap();
    let mut narrow = |text: &str| admitted.scope_mut().narrow(&both.catalogue, &text.parse().unwrap());
    narrow("logs.lines=10").unwrap();
    narrow("logs.lines=10").unwrap();
    assert!(matches!(narrow("logs.lines=20"), Err(NarrowError::Wider(_))));
    assert!(matches!(narrow("logs.missing=1"), Err(NarrowError::Assignment(_))));
    let narrowed = admitted.scope().narrowed();
    assert_eq!(narrowed.len(), 1);
    assert_eq!(
        (narrowed[0].from.to_string(), narrowed[0].to.to_string()),
        ("50".to_owned(), "10".to_owned())
    );
}
