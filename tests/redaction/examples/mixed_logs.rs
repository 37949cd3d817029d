//! Writes mixed system logs to stdout: `mixed_logs MIB [SEED]`.

use std::env;
use std::error::Error;
use std::io::{self, BufWriter, Write};

use candor_tests::corpus::logs::write_mixed_logs;

const USAGE: &str = "usage: mixed_logs MIB [SEED]";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mib: u64 = arguments.next().ok_or(USAGE)?.parse().map_err(|_| USAGE)?;
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse()).map_err(|_| USAGE)?;
    let mut output = BufWriter::new(io::stdout().lock());
    match write_mixed_logs(mib << 20, seed, &mut output).and_then(|()| output.flush()) {
        // Who reads only a part of it, as `head` does, has what was wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
