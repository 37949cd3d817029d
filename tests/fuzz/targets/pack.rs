//! Zips: the three readers agree, and what is read packs again to the same bytes.
#![no_main]

use std::io::{Cursor, Read};

use candor_fuzz::MOST_ENTRIES;
use candor_pack::{Method, Places, Unpacker, pack, unpack};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = unpack(bytes, MOST_ENTRIES);
    let places = Places::of(Cursor::new(bytes), MOST_ENTRIES);
    let mut unpacker = Unpacker::new(bytes, MOST_ENTRIES);
    let mut streamed = Vec::new();
    let (mut sound, mut stored) = (true, true);
    loop {
        match unpacker.next_entry() {
            Ok(Some(head)) => {
                let mut content = Vec::new();
                stored &= head.method() == Method::Stored;
                sound &= unpacker.read_to_end(&mut content).is_ok();
                streamed.push((head.name().to_owned(), content));
            }
            Ok(None) => break,
            Err(_) => {
                sound = false;
                break;
            }
        }
    }
    // Where a stream is sound, so is the file; what is compressed is for streams alone.
    assert!(places.is_ok() || !sound);
    assert_eq!(whole.is_ok(), sound && stored);
    if let Ok(entries) = whole {
        assert!(
            entries
                .iter()
                .map(|entry| (&entry.name, entry.content))
                .eq(streamed.iter().map(|(name, content)| (name, &content[..])))
        );
        let again = pack(entries.iter().map(|entry| (entry.name.as_str(), entry.content)));
        assert_eq!(again.expect("what was read can be packed"), bytes);
    }
});
