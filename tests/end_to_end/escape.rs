//! A hostile collector gets at nothing that its manifest does not declare.
//!
//! One test for each attack and user. Each attack runs twice: without the lock-down, where it must get through, so that
//! it is known to be one, and with it, where it must not. `docs/sandbox.md` shows the answers.

mod documentation;
mod stage;

use candor_tests::User;

use stage::Stage;

/// An attack of `tests/fixtures/plugins/escape`.
struct Case {
    /// With underscores.
    name: &'static str,
    /// Why the plain kernel refuses it to ordinary users.
    refused_to_users: Option<&'static str>,
    /// Why the plain kernel of some machines refuses it to everybody.
    refused_to_all: Option<&'static str>,
    /// Whether another worker has to be there.
    beside_another: bool,
}

impl Case {
    const fn new(name: &'static str) -> Self {
        Self { name, refused_to_users: None, refused_to_all: None, beside_another: false }
    }

    const fn only_root(mut self, reason: &'static str) -> Self {
        self.refused_to_users = Some(reason);
        self
    }

    const fn only_some_kernels(mut self, reason: &'static str) -> Self {
        self.refused_to_all = Some(reason);
        self
    }

    const fn beside_another(mut self) -> Self {
        self.beside_another = true;
        self
    }

    /// As the plugin calls it.
    fn attack(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Why it may be refused without the lock-down.
    fn refused(&self, user: User) -> Option<&'static str> {
        self.refused_to_all.or(self.refused_to_users.filter(|_| user == User::Ordinary))
    }
}

macro_rules! cases {
    ($($(#[$meta:meta])? $name:ident $(=> $method:ident($($argument:expr)?))?;)*) => {
        /// Every attack, in the order of the documentation.
        const CASES: &[Case] = &[$($(#[$meta])? Case::new(stringify!($name))$(.$method($($argument)?))?),*];

        $($(#[$meta])? mod $name {
            use candor_tests::User;

            #[test]
            fn as_root() {
                super::is_denied(stringify!($name), User::Root);
            }

            #[test]
            fn as_an_ordinary_user() {
                super::is_denied(stringify!($name), User::Ordinary);
            }
        })*
    };
}

cases! {
    read_private_key;
    read_password_hashes => only_root("only root may read them");
    read_accounts;
    read_kernel_log => only_root("only root may read it on most systems");
    read_through_parent_folder;
    read_through_file_link;
    read_through_folder_link;
    read_beside_given_folder;
    read_through_own_descriptors;
    read_through_own_root;
    read_through_thread_root;
    read_through_host_root;
    read_after_chdir;
    read_with_openat2;
    read_by_handle => only_root("only root may use handles");
    read_while_swapping_the_path;
    read_host_session;
    read_artifact_of_another_collector => beside_another();
    open_path_only;
    open_memory_device => only_some_kernels("not every kernel has it");
    open_disk_device => only_root("only root may read it");
    stat_private_key;
    stat_beside_given_folder;
    statx_beside_given_folder_by_empty_path;
    statx_private_key;
    tell_existence;
    tell_existence_by_odd_paths;
    access_private_key;
    readlink_undeclared;
    readlink_host_program;
    statfs_undeclared;
    statmount_root;
    list_undeclared_folder;
    list_folder_above_declared;
    list_root_folder;
    list_processes;
    list_attributes;
    read_attribute;
    watch_undeclared_folder;
    watch_file_system;
    read_processor_time_of_host;
    tell_processes;
    write_new_file;
    write_new_file_beside_given_one;
    write_unnamed_file;
    write_declared_file;
    write_through_own_descriptor;
    truncate_declared_file;
    empty_declared_file_by_opening;
    write_kernel_setting => only_root("only root may change it");
    chmod_declared_file;
    chmod_given_file;
    chmod_in_given_folder;
    chown_declared_file;
    set_attribute_of_declared_file;
    set_attribute_of_given_file;
    set_times_of_declared_file;
    set_times_of_given_file;
    link_declared_file;
    link_given_file;
    rename_declared_file;
    remove_declared_file;
    remove_in_given_folder;
    make_folder;
    make_link;
    make_pipe;
    make_device => only_root("only root may make one");
    lock_declared_file;
    lease_declared_file;
    watch_given_folder;
    read_host_environment;
    read_host_arguments;
    read_host_memory_map;
    open_host_memory;
    open_host_descriptors;
    read_host_memory;
    write_host_memory;
    trace_host;
    copy_host_descriptor;
    signal_host;
    queue_signal_to_host;
    signal_host_by_pidfd;
    signal_host_by_descriptor_events;
    stop_host;
    limit_host;
    slow_host;
    pin_host;
    compare_with_host;
    robust_list_of_host;
    signal_everybody;
    signal_another_worker => beside_another();
    trace_another_worker => beside_another();
    read_memory_of_another_worker => beside_another();
    read_environment_of_another_worker => beside_another();
    open_memory_of_another_worker => beside_another();
    fork;
    fork_by_clone3;
    fork_by_vfork;
    fork_bomb;
    execute_program;
    execute_by_descriptor;
    execute_loader;
    execute_itself;
    use_real_time_priority => only_root("only root may");
    raise_own_limits;
    become_root => only_root("only root is");
    regain_capabilities => only_root("it has none");
    new_user_namespace;
    new_mount_namespace;
    join_host_namespaces => only_root("only root may join them");
    mount;
    unmount;
    open_mount_tree;
    chroot;
    pivot_root;
    set_host_name;
    become_dumpable;
    outlive_the_host;
    allow_tracers;
    keep_capabilities;
    adopt_orphans;
    change_personality;
    answer_own_calls;
    own_filter;
    own_landlock;
    io_uring => only_some_kernels("some systems turn it off");
    bpf => only_root("only root may on most systems");
    perf_event => only_root("only root may look at others");
    userfaultfd => only_some_kernels("some systems turn it off");
    add_key;
    request_key;
    read_session_keyring;
    load_kernel_module => only_some_kernels("not every kernel loads modules");
    load_kernel => only_some_kernels("not every kernel has it");
    reboot => only_root("only root may");
    set_clock => only_root("only root may");
    read_kernel_log_by_call => only_root("only root may on most systems");
    type_into_terminal => only_root("only root may since Linux 6.2");
    quota;
    move_memory_of_host;
    #[cfg(target_arch = "x86_64")]
    older_calls;
    #[cfg(target_arch = "x86_64")]
    thirty_two_bit_calls => only_some_kernels("not every kernel has them");
    #[cfg(target_arch = "x86_64")]
    x32_calls => only_some_kernels("few kernels have them");
    #[cfg(target_arch = "x86_64")]
    port_access => only_some_kernels("not every kernel has it");
    #[cfg(target_arch = "x86_64")]
    change_descriptor_table => only_some_kernels("not every kernel has it");
    connect_to_service;
    connect_to_service_by_ipv6;
    connect_by_sendto;
    send_datagram;
    listen;
    connect_to_unix_socket;
    connect_to_abstract_socket;
    send_unix_datagram;
    bind_unix_socket;
    bind_abstract_socket;
    netlink_routes;
    netlink_audit;
    netlink_sockets;
    netlink_device_events;
    raw_packets => only_root("only root may");
    raw_internet_packets => only_root("only root may");
    ping => only_root("only root may on some systems");
    virtual_machine_socket => only_some_kernels("not every kernel has it");
    kernel_crypto => only_some_kernels("not every kernel has it");
    shared_memory_file;
    times_of_shared_files;
    shared_memory_segment;
    message_queue_of_system_five;
    semaphore_of_system_five;
    list_shared_memory;
    message_queue;
    temporary_file;
    send_descriptor_to_host;
    receive_descriptor;
    read_inherited_descriptor;
    answer_for_host;
    command_runs_another_program;
    command_runs_the_loader;
    command_reads_undeclared_file;
    command_reads_through_link;
    command_writes_file;
    command_signals_host;
    command_lists_root_folder;
    read_while_loading;
    fork_while_loading;
    connect_while_loading;
    signal_while_loading;
    list_while_loading;
}

/// Leaves out the lock-down, so that the attack can show that it is one.
const CONTROL: &[&str] = &["--pretend-without", "lockdown"];

#[track_caller]
fn is_denied(name: &str, user: User) {
    let (place, case) = CASES.iter().enumerate().find(|(_, case)| case.name == name).unwrap();
    let attack = |global: &[&str]| {
        let stage = Stage::new(user);
        let neighbour = case.beside_another.then(|| stage.neighbour(global));
        stage.attack(&case.attack(), neighbour.as_ref().map_or(0, |neighbour| neighbour.worker), global)
    };
    let control = attack(CONTROL);
    assert_ne!(control.enforcement["level"], "full");
    if case.refused(user).is_none() {
        assert!(control.succeeded, "without the lock-down it is no attack: {}", control.answer);
    }
    let met = attack(&[]);
    assert!(!met.succeeded, "it got through");
    assert_eq!(met.enforcement["level"], "full", "{}", met.enforcement);
    documentation::keep(place, case, user, &control.gain, &met.answer);
}

#[test]
fn every_attack_of_the_plugin_is_tried() {
    let stage = Stage::new(User::of_the_tests());
    let report = stage.run("list", 0, &[]);
    let listed: serde_json::Value = serde_json::from_str(&report.text("escape", "attacks.json")).unwrap();
    let listed: Vec<_> =
        listed.as_array().unwrap().iter().map(|attack| attack["attack"].as_str().unwrap()).collect();
    let tried: Vec<_> = CASES.iter().map(Case::attack).collect();
    assert_eq!(listed, tried);
}

#[test]
fn what_was_refused_is_in_the_receipt() {
    for user in [User::Root, User::Ordinary] {
        let stage = Stage::new(user);
        let report = stage.run("stat-beside-given-folder", 0, &[]);
        let access = &report.collector("escape")["access"];
        assert_eq!(access["complete"], true, "{access}");
        let listed = |list: &str, below: &str| {
            let entries = access[list].as_array().unwrap().iter();
            entries.filter(|entry| entry["path"].as_str().unwrap().ends_with(below)).count()
        };
        assert_eq!(
            (listed("opened", "/declared"), listed("denied", "/secret/id_ed25519")),
            (1, 1),
            "{access}"
        );
    }
}
