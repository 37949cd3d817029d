//! A run of the program, finished or not.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

/// Longest that a test waits for the program.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that is over.
#[derive(Debug)]
pub struct Finished {
    /// Exit code; of a run that a signal ended, 128 and the signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub elapsed: Duration,
}

impl Finished {
    /// Runs the command to its end.
    pub fn of(command: Command) -> Self {
        Running::start(command).finish()
    }

    fn new(output: &Output, elapsed: Duration) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr), elapsed }
    }

    /// Fails with everything that was printed unless the exit code is this.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("no JSON ({error}):\n{}\n{}", self.stdout, self.stderr),
        }
    }
}

/// A run that goes on. Dropped, it is killed.
pub struct Running {
    child: Option<Child>,
    begun: Instant,
}

impl Running {
    /// Starts it with its output kept.
    pub fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let begun = Instant::now();
        let child = command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        Self { child: Some(child), begun }
    }

    fn child(&mut self) -> &mut Child {
        self.child.as_mut().expect("it runs")
    }

    /// Its process id.
    pub fn pid(&mut self) -> u32 {
        self.child().id()
    }

    /// Sends a signal.
    pub fn signal(&mut self, signal: Signal) {
        let pid = Pid::from_raw(self.pid().cast_signed()).expect("a process id");
        rustix::process::kill_process(pid, signal).expect("the process is there");
    }

    /// Waits until the condition holds.
    #[track_caller]
    pub fn wait_until(&mut self, what: &str, mut condition: impl FnMut() -> bool) {
        while !condition() {
            assert!(self.begun.elapsed() < PATIENCE, "it never happened: {what}");
            if let Some(status) = self.child().try_wait().expect("the process is there") {
                let mut stderr = String::new();
                let _ = self.child().stderr.take().expect("stderr").read_to_string(&mut stderr);
                panic!("it ended ({status}) before: {what}\n{stderr}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Reads lines of stderr up to and including the first that holds the text.
    #[track_caller]
    pub fn wait_for_line(&mut self, text: &str) {
        let stderr = self.child().stderr.take().expect("stderr");
        let mut reader = BufReader::new(stderr);
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert!(reader.read_line(&mut line).expect("readable") > 0, "it ended before it said: {text}");
        }
        self.child().stderr = Some(reader.into_inner());
    }

    /// Waits for the end.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        let child = self.child.take().expect("it runs");
        let pid = Pid::from_raw(child.id().cast_signed()).expect("a process id");
        let (done, over) = std::sync::mpsc::channel::<()>();
        let guard = std::thread::spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
        });
        let output = child.wait_with_output().expect("its output");
        drop(done);
        guard.join().expect("the guard ends");
        let elapsed = self.begun.elapsed();
        assert!(elapsed < PATIENCE, "it hung");
        Finished::new(&output, elapsed)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
