//! What a benchmark runs on: the release tree, a scratch folder, and profiles and manifests made for it alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::build::Profile;
use crate::dist;
use crate::failure::Failure;
use crate::fixtures;
use crate::process::Process;
use crate::workspace;

/// Exit codes of `candor collect` with which a report was written.
pub const REPORT_WRITTEN: &[i32] = &[0, 3];

/// The built program and a scratch folder, which is removed at the end.
#[derive(Debug)]
pub struct Ground {
    program: PathBuf,
    scratch: PathBuf,
}

impl Ground {
    /// Builds the release tree and makes the scratch folder below `parent`.
    ///
    /// # Errors
    /// When something does not build, or the folder cannot be made.
    pub fn prepare(parent: &Path) -> Result<Self, Failure> {
        let program = dist::lay(Profile::Release)?.join("bin/candor");
        let scratch = parent.join(format!("candor-bench-{}", std::process::id()));
        dist::create(&scratch)?;
        Ok(Self { program, scratch })
    }

    /// As [`Ground::prepare`], with the scratch folder below `target/`.
    ///
    /// # Errors
    /// As [`Ground::prepare`].
    pub fn prepare_on_disk() -> Result<Self, Failure> {
        Self::prepare(&workspace::path("target"))
    }

    /// The program that is measured.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// A path in the scratch folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    /// Adds a manifest for this benchmark alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_collector(&self, id: &str, manifest: &str) -> Result<(), Failure> {
        self.add("collectors", id, manifest)
    }

    /// Writes a profile with these collectors and room for `report_bytes` bytes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_profile(&self, id: &str, collectors: &[String], report_bytes: u64) -> Result<(), Failure> {
        let mut profile = toml::Table::new();
        let text = |text: &str| toml::Value::Table([("en".to_owned(), text.into())].into_iter().collect());
        let limits = [("report".to_owned(), report_bytes.to_string().into())];
        profile.insert("schema".to_owned(), 1.into());
        profile.insert("id".to_owned(), id.into());
        profile.insert("title".to_owned(), text("Benchmark"));
        profile.insert("summary".to_owned(), text("Made for one benchmark."));
        profile.insert("collectors".to_owned(), collectors.to_vec().into());
        profile.insert("limits".to_owned(), toml::Value::Table(limits.into_iter().collect()));
        self.add("profiles", id, &profile.to_string())
    }

    fn add(&self, kind: &str, id: &str, text: &str) -> Result<(), Failure> {
        let folder = self.path("manifests").join(kind);
        dist::create(&folder)?;
        let path = folder.join(format!("{id}.toml"));
        fs::write(&path, text).map_err(|error| Failure::path("write", &path, error))
    }

    /// `candor` with the manifests of this benchmark besides its own.
    pub fn candor(&self) -> Command {
        let mut command = Process::new(&self.program).into_command();
        // On the file system of the report: from another one, its bytes would have to be copied in the end.
        command.env("CANDOR_STATE_DIR", self.path("state"));
        if self.path("manifests").is_dir() {
            command.arg("--manifests").arg(self.path("manifests"));
        }
        command
    }

    /// Adds `collect PROFILE --output REPORT --approve …` to a `candor` command.
    pub fn collect(&self, mut candor: Command, profile: &str, report: &Path, approved: &[String]) -> Command {
        candor.args(["collect", profile, "--output"]).arg(report);
        candor.args(approved.iter().flat_map(|id| ["--approve", id]));
        candor.stderr(std::process::Stdio::null());
        candor
    }

    /// The index of a report, as `candor show` gives it.
    ///
    /// # Errors
    /// When it cannot be had or is not what was expected.
    pub fn index(&self, report: &Path) -> Result<Value, Failure> {
        let shown = Process::new(&self.program).arg("show").arg(report).arg("--json").stdout()?;
        index_in(&shown)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

/// `candor show --json` answers `{schema, report, consent}`; the index is in `report`.
fn index_in(shown: &[u8]) -> Result<Value, Failure> {
    let mut shown: Value = serde_json::from_slice(shown)
        .map_err(|error| Failure::new("the index of the report is no JSON").caused_by(error))?;
    let index = shown["report"].take();
    if !index["collectors"].is_array() {
        return Err(Failure::new("`candor show` lists no `report.collectors`"));
    }
    Ok(index)
}

/// The fixture plugin `bench`, which delivers nothing, or one artifact of as many bytes as its option says.
#[derive(Debug)]
pub struct BenchPlugin {
    plugins: PathBuf,
}

impl BenchPlugin {
    /// Builds the plugin.
    ///
    /// # Errors
    /// When it does not exist or does not build.
    pub fn build() -> Result<Self, Failure> {
        if !workspace::path("tests/fixtures/plugins/bench/Cargo.toml").is_file() {
            return Err(Failure::new(
                "there is no fixture plugin `tests/fixtures/plugins/bench` to measure with",
            ));
        }
        Ok(Self { plugins: fixtures::lay_release()? })
    }

    /// The manifest of a collector that delivers `bytes` bytes with it.
    pub fn manifest(id: &str, bytes: u64) -> String {
        format!(
            "schema = 1\nid = \"{id}\"\nplugin = \"bench\"\nlevel = \"technical\"\n\
             categories = [\"ext:SystemInformation\"]\n\
             consent.en = {{ title = \"Benchmark\", what = \"Bytes that mean nothing.\", why = \"To measure.\" }}\n\
             options.bytes = {{ type = \"size\", default = \"{bytes}\", summary = \"size of the artifact\" }}\n\
             budget = {{ wall = \"1h\", output = \"64GiB\" }}\n"
        )
    }

    /// `candor` with this plugin.
    pub fn candor(&self, ground: &Ground) -> Command {
        let mut command = ground.candor();
        command.arg("--plugins").arg(&self.plugins);
        command
    }
}

/// Fails unless a collector is shipped.
///
/// # Errors
/// When there is no manifest of that name.
pub fn need_collector(id: &str) -> Result<PathBuf, Failure> {
    let path = workspace::path("manifests/collectors").join(format!("{id}.toml"));
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::new(format!("the collector `{id}` does not exist yet, so there is nothing to measure")))
}

/// Fails unless a profile is shipped.
///
/// # Errors
/// When there is no profile of that name.
pub fn need_profile(id: &str) -> Result<(), Failure> {
    if workspace::path("manifests/profiles").join(format!("{id}.toml")).is_file() {
        return Ok(());
    }
    Err(Failure::new(format!("the profile `{id}` does not exist yet, so there is nothing to measure")))
}

/// The size of a file.
///
/// # Errors
/// When it cannot be looked at.
pub fn size_bytes(path: &Path) -> Result<u64, Failure> {
    fs::metadata(path).map(|metadata| metadata.len()).map_err(|error| Failure::path("look at", path, error))
}

/// Removes a file that an earlier run may have left.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn clear(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::path("remove", path, error))
        }
        _ => Ok(()),
    }
}

/// The machine in one line: processor, cores, kernel.
pub fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, Linux {}\n", model.trim_start_matches([' ', '\t', ':']), kernel.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_for_a_benchmark_names_its_collectors() {
        let folder = tempfile::tempdir().unwrap();
        let ground = Ground { program: "candor".into(), scratch: folder.path().join("scratch") };
        ground.set_profile("bench", &["noop-00".to_owned()], 1 << 20).unwrap();
        let profile = workspace::read_toml(&ground.path("manifests/profiles/bench.toml")).unwrap();
        assert_eq!(profile["collectors"][0].as_str(), Some("noop-00"));
        assert_eq!(profile["limits"]["report"].as_str(), Some("1048576"));
        drop(ground);
        assert!(workspace::list(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn the_index_is_found_in_what_candor_shows() {
        let shown = br#"{"schema": 1, "report": {"collectors": [{"id": "a"}]}, "consent": {}}"#;
        assert_eq!(index_in(shown).unwrap()["collectors"][0]["id"], "a");
        assert!(index_in(br#"{"collectors": []}"#).is_err());
        assert!(index_in(b"no").is_err());
    }

    #[test]
    fn what_does_not_exist_yet_is_named() {
        let failure = need_collector("no-such-collector").unwrap_err();
        assert!(failure.to_string().contains("`no-such-collector` does not exist yet"));
    }
}
