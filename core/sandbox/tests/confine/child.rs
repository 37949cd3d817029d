//! A child process that confines itself and tells what it sees.

use std::io::{Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use candor_sandbox::{Confined, Enforcement, Measure, Policy, confine};
use rustix::process::{Pid, WaitStatus};

use crate::kinds::Kind;
use crate::supervisor::Supervisor;

/// What a child tells: by name, an answer. Names of errors are those of [`crate::attempts::answer`].
pub type Answers = Vec<(String, String)>;

/// How a child went.
pub struct Outcome {
    pub confined: Confined,
    pub answers: Answers,
}

impl Outcome {
    /// The answer of that name.
    pub fn answer(&self, name: &str) -> &str {
        let found = self.answers.iter().find(|(answered, _)| answered == name);
        found
            .map(|(_, answer)| answer.as_str())
            .unwrap_or_else(|| panic!("no answer `{name}`: {:?}", self.answers))
    }

    /// Whether a measure holds, by what the child said.
    pub fn holds(&self, measure: Measure) -> bool {
        self.confined.enforcement.applied.contains(&measure)
    }

    /// Why a measure does not hold.
    pub fn reason(&self, measure: Measure) -> &str {
        let missing = &self.confined.enforcement.missing;
        let found = missing.iter().find(|missing| missing.measure == measure);
        &found.unwrap_or_else(|| panic!("`{measure}` is not missing: {:?}", self.confined)).reason
    }
}

/// A child that has confined itself and waits.
pub struct Child {
    pub pid: Pid,
    pub confined: Confined,
    from: std::fs::File,
    to: std::fs::File,
    is_over: bool,
}

/// Forks a child that becomes `kind`, confines itself to `policy`, and then does `act`.
pub fn start(kind: Kind, policy: &Policy, before: impl FnOnce(), act: impl FnOnce() -> Answers) -> Child {
    let (child_reads, to) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    let (from, child_writes) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    // SAFETY: the child goes on with this thread only. The C library makes its allocator usable in it, nothing else of
    // the test's is used, and it ends with `_exit`.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        drop((to, from));
        let run = std::panic::AssertUnwindSafe(|| run(kind, policy, before, act, child_reads, child_writes));
        let code = i32::from(std::panic::catch_unwind(run).is_err());
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(code) };
    }
    drop((child_reads, child_writes));
    let pid = Pid::from_raw(pid).expect("fork");
    let confined = Confined { enforcement: Enforcement::of([]), listener: None };
    let mut child = Child { pid, confined, from: from.into(), to: to.into(), is_over: false };
    child.confined = serde_json::from_slice(&receive(&mut child.from)).expect("the child confines itself");
    child
}

/// The same, to its end.
pub fn run_child(kind: Kind, policy: &Policy, act: impl FnOnce() -> Answers) -> Outcome {
    start(kind, policy, || {}, act).finish()
}

impl Child {
    /// Lets it go on.
    pub fn go(&mut self) {
        self.to.write_all(b"g").unwrap();
    }

    /// Lets it go on, and waits for its answers and its end.
    pub fn finish(mut self) -> Outcome {
        self.go();
        let answers = serde_json::from_slice(&receive(&mut self.from)).expect("the child answers");
        let status = self.wait();
        assert_eq!(status.exit_status(), Some(0), "{status:?}");
        Outcome { confined: self.confined.clone(), answers }
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> WaitStatus {
        self.is_over = true;
        let options = rustix::process::WaitOptions::empty();
        rustix::process::waitpid(Some(self.pid), options).unwrap().expect("it is a child").1
    }
}

/// A test that fails leaves no child behind.
impl Drop for Child {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = rustix::process::kill_process(self.pid, rustix::process::Signal::KILL);
            self.wait();
        }
    }
}

fn run(
    kind: Kind,
    policy: &Policy,
    before: impl FnOnce(),
    act: impl FnOnce() -> Answers,
    from: OwnedFd,
    to: OwnedFd,
) {
    kind.become_it(policy);
    before();
    let supervisor = Supervisor::start();
    let [tells, hears] = supervisor.descriptors();
    let confined = confine(policy, &[from.as_raw_fd(), to.as_raw_fd(), tells, hears]);
    supervisor.listen(confined.listener);
    let (mut from, mut to) = (std::fs::File::from(from), std::fs::File::from(to));
    send(&mut to, &serde_json::to_vec(&confined).unwrap());
    from.read_exact(&mut [0]).unwrap();
    send(&mut to, &serde_json::to_vec(&act()).unwrap());
}

fn send(to: &mut std::fs::File, message: &[u8]) {
    to.write_all(&u32::try_from(message.len()).unwrap().to_ne_bytes()).unwrap();
    to.write_all(message).unwrap();
}

fn receive(from: &mut std::fs::File) -> Vec<u8> {
    let mut length = [0; 4];
    from.read_exact(&mut length).expect("the child speaks");
    let mut message = vec![0; u32::from_ne_bytes(length) as usize];
    from.read_exact(&mut message).expect("the child goes on");
    message
}
