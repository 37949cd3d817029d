//! The terminal dialog, in a real terminal: tmux types and reads the screen.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use candor_tests::{Report, Sandbox, program};

/// A program in a terminal of its own. Dropped, the terminal is closed.
pub struct Terminal {
    socket: std::path::PathBuf,
}

impl Terminal {
    pub fn open(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        // A socket of its own: the server before may still be going.
        static OPENED: AtomicUsize = AtomicUsize::new(0);
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let terminal = Self { socket: sandbox.path(&format!("tmux-{number}")) };
        let mut tmux = terminal.tmux();
        sandbox.furnish(&mut tmux);
        tmux.args(["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "200"]);
        let script = "\"$@\"; echo \"exit code $?\"; exec sleep 60";
        tmux.args(["sh", "-c", script, "sh"]).arg(program()).args(arguments);
        assert!(tmux.status().expect("tmux is installed").success());
        terminal
    }

    fn tmux(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.arg("-S").arg(&self.socket);
        tmux
    }

    pub fn screen(&self) -> String {
        let output = self.tmux().args(["capture-pane", "-p", "-J"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "`{text}` never came:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types a line once the prompt that offers it stands at the end of the screen.
    #[track_caller]
    pub fn answer(&self, prompt: &str, line: &str) {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            let last = screen.trim_end().lines().last().unwrap_or_default().to_owned();
            if last.contains(prompt) && last.ends_with('>') {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "`{prompt}` never came:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.type_line(line);
    }

    /// Types a line, whatever stands on the screen.
    pub fn type_line(&self, line: &str) {
        assert!(self.tmux().args(["send-keys", line, "Enter"]).status().unwrap().success());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").output();
    }
}

fn open(sandbox: &Sandbox) -> (Terminal, std::path::PathBuf) {
    let output = sandbox.output("r.zip");
    let out = output.to_str().unwrap();
    let arguments = ["collect", "crash-report", "--option", "event-log.max_bytes=1MiB", "--output", out];
    (Terminal::open(sandbox, &arguments), output)
}

#[test]
fn a_person_approves_refuses_goes_back_and_changes_an_answer() {
    let sandbox = Sandbox::new();
    let (terminal, output) = open(&sandbox);
    let screen = terminal.wait_for("[a] approve these");
    for id in ["system-info", "user-access", "event-log", "settings", "network-config"] {
        assert!(screen.contains(&format!("{id} (")), "{screen}");
    }
    assert!(!screen.contains("settings-unmasked"), "a secret collector is no part of the go-ahead");
    terminal.answer("approve these", "a");
    let card = terminal.wait_for("settings-unmasked: ");
    for part in
        ["Level:", "secret:", "What:", "Why:", "May contain:", "Size:", "at most", "Exactly:", "reads   /"]
    {
        assert!(card.contains(part), "{part}: {card}");
    }
    terminal.answer("[a] approve  [r] refuse", "b");
    terminal.answer("approve these", "a");
    terminal.answer("[a] approve  [r] refuse", "");
    terminal.wait_for("Please answer a, r, b or q.");
    terminal.answer("[a] approve  [r] refuse", "r");
    let answers = terminal.wait_for("Your answers:");
    assert!(answers.contains("refused"), "{answers}");
    terminal.answer("[c] collect", "2");
    terminal.answer("[a] approve  [r] refuse  [b] back", "r");
    terminal.answer("[c] collect", "c");
    terminal.wait_for("exit code ");
    let report = Report::open(&output);
    assert_eq!(report.outcome("user-access"), "Refused");
    assert_eq!(report.outcome("settings-unmasked"), "Refused");
    assert_eq!(report.outcome("system-info"), "Collected");
    let is = |status: &str, method: &str| (status.to_owned(), method.to_owned());
    assert_eq!(report.consent_to("system-info"), is("ConsentGiven", "GoAhead"));
    assert_eq!(report.consent_to("user-access"), is("ConsentRefused", "TerminalCard"));
    assert_eq!(report.consent_to("settings-unmasked"), is("ConsentRefused", "TerminalCard"));
}

#[test]
fn refusing_everything_takes_no_more_keys_than_approving() {
    let sandbox = Sandbox::new();
    let (terminal, output) = open(&sandbox);
    terminal.answer("approve these", "r");
    terminal.answer("[a] approve  [r] refuse", "r");
    terminal.answer("[c] collect", "c");
    let screen = terminal.wait_for("exit code 4");
    assert!(screen.contains("Nothing was collected"), "{screen}");
    assert!(!output.exists());
}

#[test]
fn leaving_collects_nothing() {
    let sandbox = Sandbox::new();
    let (terminal, output) = open(&sandbox);
    terminal.answer("approve these", "a");
    terminal.answer("[a] approve  [r] refuse", "q");
    terminal.wait_for("exit code 4");
    assert!(!output.exists() && !sandbox.sessions().exists());
}

#[test]
fn no_answer_is_preselected() {
    let sandbox = Sandbox::new();
    let (terminal, _) = open(&sandbox);
    terminal.answer("approve these", "");
    let screen = terminal.wait_for("Please answer a, r, d or q.");
    assert!(!screen.contains("[A]") && !screen.contains("[R]"), "{screen}");
}
