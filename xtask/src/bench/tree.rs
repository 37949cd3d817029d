//! A tree of compressible files, collected by the built-in plugin `files`, against `7z a -tzip -mx=1`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::filler::Filler;
use crate::bench::ground::{Ground, clear, size_bytes};
use crate::bench::measure::{self, Sample};
use crate::bench::series::Duel;
use crate::bench::table::{self, Table};
use crate::console;
use crate::dist;
use crate::failure::Failure;
use crate::process::Process;

const ID: &str = "bench-tree";
const SPEEDUP: f64 = 1.8;
const RATIO: f64 = 1.03;
const HOST_BYTES: u64 = 64 << 20;

/// Runs the benchmark.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let bytes = arguments.number("--mib", scale.size(2048, 64))? << 20;
    arguments.finish()?;
    let ground = Ground::prepare_on_disk()?;
    let tree = ground.path("tree");
    console::progress("Making", &format!("a tree of {} MiB", bytes >> 20));
    let made = make_tree(&tree, bytes)?;
    ground.add_collector(ID, &manifest(&tree))?;
    ground.set_profile(ID, &[ID.to_owned()], made * 2)?;
    let (theirs, ours) = (ground.path("theirs.zip"), ground.path("ours.zip"));
    let duel = Duel::fight(scale.runs(5), || pack(&tree, &theirs), || collect(&ground, &ours))?;
    print(&duel, made, size_bytes(&theirs)?, size_bytes(&ours)?);
    Ok(())
}

fn manifest(tree: &Path) -> String {
    let tree = toml::Value::from(format!("{}/**", tree.display()));
    format!(
        "schema = 1\nid = \"{ID}\"\nplugin = \"files\"\nlevel = \"identifying\"\ncategories = [\"ext:FileContent\"]\n\
         consent.en = {{ title = \"Benchmark\", what = \"A made-up tree.\", why = \"To measure.\" }}\n\
         reads = [{{ path = {tree}, reason = \"a made-up tree\" }}]\n\
         budget = {{ wall = \"1h\", output = \"64GiB\", files = 100000 }}\n"
    )
}

/// Makes folders of files of 4 KiB to 8 MiB, and answers how many bytes they hold: half of it logs, a quarter JSON, a
/// quarter binary records.
fn make_tree(tree: &Path, bytes: u64) -> Result<u64, Failure> {
    let mut filler = Filler::new(bytes);
    let mut made = 0;
    for number in 0_u64.. {
        if made >= bytes {
            break;
        }
        let folder = tree.join(format!("part-{:03}", number / 64));
        dist::create(&folder)?;
        let (path, content) = make_file(&folder, number, &mut filler);
        fs::write(&path, &content).map_err(|error| Failure::path("write", &path, error))?;
        made += content.len() as u64;
    }
    Ok(made)
}

fn make_file(folder: &Path, number: u64, filler: &mut Filler) -> (PathBuf, Vec<u8>) {
    let size = usize::try_from(4096_u64 << filler.below(12)).unwrap_or(4096);
    let (ending, content) = match number % 4 {
        0 | 1 => ("log", filler.log(size)),
        2 => ("json", filler.json(size)),
        _ => ("dat", filler.records(size)),
    };
    (folder.join(format!("file-{number:05}.{ending}")), content)
}

fn pack(tree: &Path, archive: &Path) -> Result<Sample, Failure> {
    clear(archive)?;
    let process = Process::new("7z").args(["a", "-tzip", "-mx=1", "-bso0", "-bsp0"]).arg(archive).arg(tree);
    measure::run(&mut process.into_command(), &[0])
}

fn collect(ground: &Ground, report: &Path) -> Result<Sample, Failure> {
    clear(report)?;
    measure::run(&mut ground.collect(ground.candor(), ID, report, &[ID.to_owned()]), &[0])
}

#[expect(clippy::cast_precision_loss, reason = "ratios with three digits")]
fn print(duel: &Duel, made: u64, theirs: u64, ours: u64) {
    let mut table = Table::of_series();
    table.series("7z -tzip -mx=1", &duel.theirs);
    table.series("candor collect", &duel.ours);
    table.print();
    let part = |size: u64| size as f64 / made as f64;
    let speedup = duel.speedup();
    table::promise(
        speedup.median >= SPEEDUP,
        "at least 1.8 times as fast as 7z",
        &table::spread(speedup, 2, "x"),
    );
    let sizes = format!("{:.3} of the tree, 7z {:.3}", part(ours), part(theirs));
    table::promise(ours as f64 <= theirs as f64 * RATIO, "at most 3 % larger than 7z's archive", &sizes);
    let peak = duel.ours.own_peak_bytes();
    table::promise(peak <= HOST_BYTES, "the host needs at most 64 MiB", &table::mebibytes(peak));
    let largest = table::mebibytes(duel.ours.largest_peak_bytes());
    console::data(&format!("        the largest of host and worker: {largest}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_as_large_as_asked_for_and_compressible_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        let made = make_tree(folder.path(), 1 << 20).unwrap();
        assert!(((1 << 20)..(10 << 20)).contains(&made), "{made}");
    }

    #[test]
    fn the_manifest_of_the_tree_is_toml_even_for_a_strange_folder() {
        let table: toml::Table = manifest(Path::new("/a \"b\"/c")).parse().unwrap();
        assert_eq!(table["reads"][0]["path"].as_str(), Some("/a \"b\"/c/**"));
    }
}
