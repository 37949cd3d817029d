//! For tests: runs a closure with a context, as files can be opened through one only.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use candor_plugin::{CollectError, Collector, Completion, Context};
use candor_testkit::Harness;
use serde::Deserialize;

type Task = Box<dyn FnOnce(&Context)>;

thread_local! {
    // The testkit runs a collector in the thread that asks for it.
    static TASK: RefCell<Option<Task>> = const { RefCell::new(None) };
}

#[derive(Deserialize)]
struct Nothing {}

struct Runner;

impl Collector for Runner {
    type Options = Nothing;

    fn collect(_: Nothing, context: &Context) -> Result<Completion, CollectError> {
        let task = TASK.with(RefCell::take).expect("a task");
        task(context);
        Ok(Completion::Collected)
    }
}

/// Runs the task with everything below the folder declared; returns what it noted as partial.
pub(crate) fn with_context(folder: &Path, task: impl FnOnce(&Context) + 'static) -> Vec<String> {
    TASK.with(|slot| slot.replace(Some(Box::new(task))));
    let pattern = format!("{}/**", folder.display());
    let run = Harness::new("user-access").reads([pattern.as_str()]).run::<Runner>();
    run.answer.expect("the task came to its end").reasons
}

/// A folder of its own that is gone when it is dropped.
pub(crate) struct TestFolder(PathBuf);

impl TestFolder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("candor-user-access-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("file");
        path
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's cleaning of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
