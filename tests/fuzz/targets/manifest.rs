//! Manifests and profiles: never a panic, and a diagnostic or a catalogue.
#![no_main]

use candor_fuzz::OnDisk;
use candor_manifest::Catalogue;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = OnDisk::with(bytes);
    for kind in ["collectors", "profiles"] {
        let folder = file.beside("manifests").join(kind);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("it.toml"), bytes).expect("a file");
    }
    let (catalogue, diagnostics) = Catalogue::load(&[file.beside("manifests")]);
    let taken = catalogue.collectors().len() + catalogue.profiles().len();
    assert!(taken > 0 || diagnostics.iter().any(candor_manifest::Diagnostic::is_error));
    for diagnostic in &diagnostics {
        let _ = diagnostic.to_string();
    }
});
