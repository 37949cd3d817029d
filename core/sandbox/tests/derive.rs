//! The policy is a function of manifest, options and machine, and of nothing else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::collections::BTreeMap;
use std::path::Path;

use candor_manifest::{Level, Manifest, Network, OptionName, OptionValue, parse_manifest};
use candor_sandbox::{
    EnforcementLevel, Machine, Measure, Policy, PolicyError, Pretence, Program, WorkerUser, derive,
    derive_command,
};
use proptest::prelude::*;

fn manifest(level: &str, rest: &str) -> Manifest {
    let text = format!(
        "schema = 1\nid = \"door-station\"\nplugin = \"door\"\nlevel = \"{level}\"\nlevel_reason = \"it may\"\n\
         categories = [\"ext:Settings\"]\n[consent.en]\ntitle = \"t\"\nwhat = \"w\"\nwhy = \"y\"\n{rest}"
    );
    parse_manifest(Path::new("door-station.toml"), &text).unwrap()
}

fn settings() -> Manifest {
    manifest(
        "identifying",
        "[[reads]]\npath = \"/etc/door/*.conf\"\nreason = \"r\"\n\
         [[reads]]\npath = \"/etc/door/extra/**\"\nreason = \"r\"\nwhen = \"extra\"\n\
         [options.extra]\ntype = \"bool\"\ndefault = false\nsummary = \"s\"\n",
    )
}

fn defaults(manifest: &Manifest) -> BTreeMap<OptionName, OptionValue> {
    manifest.options.iter().map(|(name, spec)| (name.clone(), spec.default_value())).collect()
}

/// Root on a kernel of today.
fn root() -> Machine {
    Machine {
        supported: Ok(()),
        root: true,
        namespaces: Ok(()),
        user_namespaces: Ok(()),
        worker_user: Ok(WorkerUser { name: "nobody".to_owned(), uid: 65534, gid: 65534 }),
        landlock: Ok(7),
        seccomp: Ok(()),
        notifications: Ok(()),
        trace_others: Ok(()),
        left_out: BTreeMap::new(),
    }
}

/// An ordinary user on a kernel of today.
fn ordinary() -> Machine {
    let no = || Err("this user is not root".to_owned());
    Machine {
        root: false,
        namespaces: no(),
        worker_user: Err("this user is not root".to_owned()),
        trace_others: no(),
        ..root()
    }
}

fn policy_on(machine: &Machine) -> Policy {
    let manifest = settings();
    derive(&manifest, &defaults(&manifest), machine).unwrap()
}

fn missing(policy: &Policy) -> Vec<&'static str> {
    let mut names: Vec<_> = policy.missing.iter().map(|missing| missing.measure.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn root_on_a_kernel_of_today_gets_everything() {
    let policy = policy_on(&root());
    assert_eq!(policy.expected().level, EnforcementLevel::Full);
    assert_eq!(missing(&policy), [""; 0]);
    assert_eq!(policy.user.as_ref().unwrap().name, "nobody");
    assert!(!policy.user_namespace);
    assert!(policy.capabilities.is_empty() && policy.execute.is_empty() && policy.unix_sockets.is_empty());
    let wanted: Vec<_> = policy.measures.iter().copied().collect();
    let all_but_connections: Vec<_> =
        Measure::ALL.iter().copied().filter(|measure| *measure != Measure::ExactConnections).collect();
    assert_eq!(wanted, all_but_connections);
}

#[test]
fn an_ordinary_user_gets_everything_inside_a_user_namespace() {
    let policy = policy_on(&ordinary());
    assert_eq!(policy.expected().level, EnforcementLevel::Full);
    assert!(policy.user_namespace);
    assert_eq!(policy.user, None);
    assert!(policy.wants(Measure::UnprivilegedUser));
}

#[test]
fn what_a_machine_lacks_is_missing_with_its_reason_and_nothing_else() {
    let cases: [(&str, Machine, &[Pretence], &[&str]); 8] = [
        ("no Landlock", root(), &[Pretence::Landlock], &["landlock"]),
        (
            "no answering",
            root(),
            &[Pretence::Notifications],
            &["exact-reads", "empty-root", "unprivileged-user", "process-limit"],
        ),
        (
            "no filter",
            root(),
            &[Pretence::Measure(Measure::Seccomp)],
            &["seccomp", "exact-reads", "empty-root", "unprivileged-user", "process-limit"],
        ),
        (
            "root in a container",
            root(),
            &[Pretence::Container],
            &["own-network", "exact-reads", "empty-root", "unprivileged-user", "process-limit"],
        ),
        (
            "an ordinary user without user namespaces",
            ordinary(),
            &[Pretence::UserNamespaces],
            &["own-network", "exact-reads", "empty-root"],
        ),
        ("an ordinary user without Landlock", ordinary(), &[Pretence::Landlock], &["landlock"]),
        (
            "an ordinary user without answering",
            ordinary(),
            &[Pretence::Notifications],
            &["exact-reads", "empty-root"],
        ),
        (
            "an old kernel",
            ordinary(),
            &[Pretence::Notifications, Pretence::Landlock, Pretence::UserNamespaces],
            &["own-network", "landlock", "exact-reads", "empty-root"],
        ),
    ];
    for (name, machine, without, expected) in cases {
        let policy = policy_on(&machine.pretending(without));
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(missing(&policy), expected, "{name}");
        assert_eq!(policy.expected().level, EnforcementLevel::Partial, "{name}");
        assert!(policy.missing.iter().all(|missing| !missing.reason.is_empty()), "{name}");
    }
}

#[test]
fn without_the_host_opening_files_root_stays_root_and_an_empty_root_would_be_no_use() {
    let policy = policy_on(&root().pretending(&[Pretence::Notifications]));
    assert_eq!(policy.user, None);
    assert!(!policy.wants(Measure::EmptyRoot) && !policy.wants(Measure::ExactReads));
    assert!(policy.wants(Measure::Landlock) && policy.wants(Measure::Seccomp));
}

#[test]
fn a_platform_without_a_lock_down_has_none() {
    let policy = policy_on(&Machine::without_lockdown("candor has no lock-down on this platform"));
    assert_eq!(policy.expected().level, EnforcementLevel::None);
    assert!(policy.measures.is_empty() && policy.user.is_none() && !policy.user_namespace);
    let policy = policy_on(&root().pretending(&[Pretence::Lockdown]));
    assert_eq!(policy.expected().level, EnforcementLevel::None);
    assert_eq!(policy.user, None);
}

#[test]
fn an_option_that_is_off_takes_its_reads_away() {
    let manifest = settings();
    let mut options = defaults(&manifest);
    let reads = |policy: Policy| policy.reads.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(reads(derive(&manifest, &options, &root()).unwrap()), ["/etc/door/*.conf"]);
    *options.values_mut().next().unwrap() = OptionValue::Bool(true);
    let both = ["/etc/door/*.conf", "/etc/door/extra/**"];
    assert_eq!(reads(derive(&manifest, &options, &root()).unwrap()), both);
    options.clear();
    assert_eq!(
        reads(derive(&manifest, &options, &root()).unwrap()),
        both[..1],
        "an option that nobody set is off"
    );
}

#[test]
fn a_declared_network_is_kept_and_its_connections_are_made_by_the_host() {
    let with = |network: &str| {
        let manifest = manifest("identifying", &format!("[access]\nnetwork = {network}\n"));
        derive(&manifest, &BTreeMap::new(), &root()).unwrap()
    };
    let observing = with("\"observe\"");
    // The host makes its sockets, so that it needs no network of the machine's itself.
    assert!(observing.wants(Measure::OwnNetwork) && !observing.wants(Measure::ExactConnections));
    assert!(observing.takes_sockets());
    for network in ["\"loopback\"", "{ hosts = [\"camera.local:554\"] }"] {
        let policy = with(network);
        assert!(!policy.wants(Measure::OwnNetwork) && policy.wants(Measure::ExactConnections));
        assert!(policy.missing.is_empty());
    }
}

#[test]
fn an_ordinary_user_has_no_capability_to_give() {
    let manifest = manifest("identifying", "[access]\nlinux_capabilities = [\"SYSLOG\"]\n");
    let kept = |machine: &Machine| derive(&manifest, &BTreeMap::new(), machine).unwrap().capabilities.len();
    assert_eq!(kept(&root()), 1);
    assert_eq!(kept(&ordinary()), 0);
}

#[test]
fn more_than_the_level_allows_is_refused_whatever_the_manifest_says() {
    // A manifest file like these is refused already; a program may put one together by hand.
    for rest in [
        "[[reads]]\npath = \"/proc/*/environ\"\nreason = \"r\"\n",
        "[[reads]]\npath = \"/proc/1/mem\"\nreason = \"r\"\n",
        "[[reads]]\npath = \"/dev/sda\"\nreason = \"r\"\n",
        "[access]\nlinux_capabilities = [\"SYS_PTRACE\"]\n",
        "[access]\nlinux_capabilities = [\"NET_RAW\"]\n",
        "[access]\nlinux_capabilities = [\"DAC_OVERRIDE\"]\n",
        "[access]\nnetwork = \"packet-capture\"\n",
    ] {
        let mut manifest = manifest("secret", rest);
        assert!(derive(&manifest, &BTreeMap::new(), &root()).is_ok(), "{rest}");
        for level in [Level::Technical, Level::Identifying, Level::Sensitive] {
            manifest.level = level;
            let error = derive(&manifest, &BTreeMap::new(), &root()).unwrap_err();
            assert!(matches!(error, PolicyError::Level { needed: Level::Secret, .. }), "{rest}: {error}");
        }
    }
}

#[test]
fn a_command_gets_the_reads_of_its_manifest_and_root_only_where_it_is_declared() {
    let manifest = manifest(
        "identifying",
        "[[reads]]\npath = \"/etc/door/*.conf\"\nreason = \"r\"\n\
         [[commands]]\nid = \"plain\"\nargv = [\"/opt/door/status\"]\nreason = \"r\"\n\
         [[commands]]\nid = \"rooted\"\nargv = [\"/opt/door/status\", \"-a\"]\nreason = \"r\"\nroot = true\n",
    );
    let of = |place: usize| {
        let command = &manifest.commands[place];
        let program =
            Program { execute: vec!["/opt/door/status".into()], files: Vec::new(), of_system: false };
        derive_command(&manifest, command, &BTreeMap::new(), &root(), &program).unwrap()
    };
    let (plain, rooted) = (of(0), of(1));
    assert_eq!(plain.reads, rooted.reads);
    assert!(plain.capabilities.is_empty() && plain.network == Network::None);
    assert_eq!(plain.execute, [std::path::PathBuf::from("/opt/door/status")]);
    // Executing a program makes a process dumpable again.
    assert!(!plain.measures.contains(&Measure::Undumpable) && plain.missing.is_empty());
    assert_eq!(plain.user.unwrap().uid, 65534);
    assert_eq!(rooted.user, None);
    assert!(!rooted.measures.contains(&Measure::UnprivilegedUser));
    assert_eq!(rooted.missing, []);
}

/// Any machine: each fact may be there or not.
fn machine() -> impl Strategy<Value = Machine> {
    let fact = || prop_oneof![Just(Ok(())), Just(Err("no".to_owned()))];
    (any::<bool>(), fact(), fact(), fact(), fact(), fact(), fact(), fact()).prop_map(
        |(root, namespaces, user_namespaces, user, landlock, seccomp, notifications, trace_others)| Machine {
            supported: Ok(()),
            root,
            namespaces,
            user_namespaces,
            worker_user: user.map(|()| WorkerUser { name: "nobody".to_owned(), uid: 65534, gid: 65534 }),
            landlock: landlock.map(|()| 1),
            seccomp,
            notifications,
            trace_others,
            left_out: BTreeMap::new(),
        },
    )
}

proptest! {
    #[test]
    fn an_observer_without_the_hosts_sockets_keeps_the_machines_network(machine in machine()) {
        let manifest = manifest("identifying", "[access]\nnetwork = \"observe\"\n");
        let policy = derive(&manifest, &BTreeMap::new(), &machine).unwrap();
        prop_assert!(policy.takes_sockets() || !policy.wants(Measure::OwnNetwork));
    }

    #[test]
    fn every_measure_is_wanted_or_missing_and_never_both(machine in machine()) {
        let policy = policy_on(&machine);
        for measure in Measure::ALL.iter().filter(|measure| **measure != Measure::ExactConnections) {
            let is_missing = policy.missing.iter().any(|missing| missing.measure == *measure);
            prop_assert!(policy.wants(*measure) != is_missing, "{measure}");
        }
    }

    #[test]
    fn leaving_something_out_never_adds_anything(machine in machine(), place in 0..Measure::ALL.len()) {
        let whole = policy_on(&machine);
        let less = policy_on(&machine.pretending(&[Pretence::Measure(Measure::ALL[place])]));
        prop_assert!(less.measures.is_subset(&whole.measures));
        prop_assert_eq!(&less.reads, &whole.reads);
        prop_assert!(less.capabilities.is_subset(&whole.capabilities));
        prop_assert!(less.expected().level <= whole.expected().level);
    }

    #[test]
    fn a_process_that_opens_its_own_files_keeps_its_file_system_and_its_user(machine in machine()) {
        let policy = policy_on(&machine);
        if !policy.wants(Measure::ExactReads) {
            prop_assert!(!policy.wants(Measure::EmptyRoot) && policy.user.is_none());
        }
    }

    #[test]
    fn a_policy_travels_unchanged(machine in machine()) {
        let policy = policy_on(&machine);
        let text = serde_json::to_string(&policy).unwrap();
        prop_assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
}
