//! What is scored: the engine and the containers, as the tool puts them together.

use std::sync::Arc;

use candor_container::{
    Binary, EntryPath, Filter, FilterError, Limits, Opaque, Outcome, TextFilter, transform,
};
use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, KnownValues, Policy, Redactor};

use crate::corpus::machine::MACHINE;
use crate::corpus::model::Packing;

/// Something that redacts a file.
pub trait Subject {
    /// The file redacted, packed as it was.
    ///
    /// # Errors
    /// Why it was withheld.
    fn redact(&self, packing: Packing, bytes: &[u8]) -> Result<Vec<u8>, String>;
}

/// The engine of this project with the default policy, the corpus's machine known, and a fixed key.
#[derive(Debug)]
pub struct Candor {
    engine: Arc<Engine>,
    piece_bytes: usize,
}

impl Candor {
    /// An engine that is fed `piece_bytes` at a time.
    ///
    /// # Errors
    /// When the shipped rules are wrong.
    pub fn new(piece_bytes: usize) -> Result<Self, String> {
        let key = CaseKey::from_bytes([7; 32]);
        let engine = Engine::with_policy(&known_values(), Policy::default(), &key)
            .map_err(|error| error.to_string())?;
        Ok(Self { engine: Arc::new(engine), piece_bytes: piece_bytes.max(1) })
    }
}

/// What the host would know of the corpus's machine.
#[must_use]
pub fn known_values() -> KnownValues {
    let mut known = KnownValues::default();
    let mut add = |kind: Kind, texts: &[&str]| {
        for text in texts {
            known.add(kind, text);
        }
    };
    add(Kind::Host, &[MACHINE.host, &format!("{}.{}", MACHINE.host, MACHINE.domain)]);
    add(Kind::Host, MACHINE.other_hosts);
    add(Kind::User, MACHINE.users);
    add(Kind::Person, MACHINE.persons);
    add(Kind::Serial, MACHINE.serials);
    add(Kind::MachineId, &[MACHINE.machine_id]);
    add(Kind::Ssid, MACHINE.ssids);
    add(Kind::Mac, MACHINE.macs);
    for address in MACHINE.addresses {
        known.add(if address.contains(':') { Kind::Ipv6 } else { Kind::Ipv4 }, address);
    }
    known
}

impl Subject for Candor {
    fn redact(&self, packing: Packing, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut output = Vec::with_capacity(bytes.len());
        if packing == Packing::Bare {
            let mut stream = Stream(Some(Redactor::new(&self.engine)));
            for piece in bytes.chunks(self.piece_bytes) {
                stream.push(piece, &mut output).map_err(|error| error.to_string())?;
            }
            stream.finish(&mut output).map_err(|error| error.to_string())?;
            return Ok(output);
        }
        let path = EntryPath::new("packed");
        let summary = transform(&mut &*bytes, &mut output, &path, self, &Limits::default());
        let summary = summary.map_err(|error| error.to_string())?;
        match summary.outcome {
            Outcome::Withheld(reason) => Err(reason.to_string()),
            _ => Ok(output),
        }
    }
}

impl Filter for Candor {
    fn text(&self, _: &EntryPath, _: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        Ok(Box::new(Stream(Some(Redactor::new(&self.engine)))))
    }

    fn binary(&self, _: &EntryPath, _: &[u8], _: Opaque) -> Binary {
        Binary::Withhold
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        name.to_vec()
    }
}

struct Stream(Option<Redactor>);

impl TextFilter for Stream {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError> {
        let Some(redactor) = &mut self.0 else { return Err(FilterError::new("the text has ended")) };
        redactor.push(bytes, out).map_err(|error| FilterError::new(error.to_string()))
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), FilterError> {
        let Some(redactor) = self.0.take() else { return Err(FilterError::new("the text has ended")) };
        redactor.finish(out).map(|_| ()).map_err(|error| FilterError::new(error.to_string()))
    }
}
