//! The one place that decides what a run of bytes is and what becomes of it.

use std::io::Write;

use crate::peek::Peek;
use crate::run::Run;
use crate::spool::Spool;
use crate::{
    Binary, Content, EntryPath, Error, Format, HEAD_BYTES, Opaque, Reason, sniff, stream, tar, text, zip,
};

/// Where the result goes.
pub(crate) struct Output<'o> {
    pub(crate) to: &'o mut dyn Write,
    /// True when whoever made it throws away what it holds if the verdict is `Withheld`.
    pub(crate) disposable: bool,
}

/// What became of a run of bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The output holds the whole result.
    Written,
    /// The output is to be thrown away, or holds nothing where it was not disposable.
    Withheld(Reason),
}

/// Takes all of `input`, which lies in `depth` containers, to `output`.
pub(crate) fn pass(
    run: &Run<'_>,
    input: &mut Peek<'_>,
    output: &mut Output<'_>,
    path: &EntryPath,
    depth: usize,
) -> Result<Verdict, Error> {
    let head = input.peek(HEAD_BYTES).to_vec();
    let content = sniff(&head);
    if matches!(content, Content::Container(_)) && depth >= run.limits.depth {
        return Ok(Verdict::Withheld(Reason::TooDeep));
    }
    match content {
        Content::Container(Format::Tar) => tar::pass(run, input, output, path, depth),
        Content::Container(Format::Zip) => zip::pass(run, input, output, path, depth),
        Content::Container(format) => stream::pass(run, format, input, output, path, depth),
        Content::Text(encoding) => {
            guarded(run, output, depth, |output| text::pass(run, input, output, path, &head, encoding))
        }
        Content::Closed(name) => opaque(run, input, output, path, depth, (&head, Opaque::Container(name))),
        Content::Binary => opaque(run, input, output, path, depth, (&head, Opaque::Binary)),
    }
}

/// True when the rest of `input` is a tar that will be opened: its result is complete whatever it meets.
pub(crate) fn is_certain(run: &Run<'_>, input: &mut Peek<'_>, depth: usize) -> bool {
    depth < run.limits.depth && sniff(input.peek(HEAD_BYTES)) == Content::Container(Format::Tar)
}

/// Lets `pass` write to a spool where the output must not get what is withheld in the end.
pub(crate) fn guarded(
    run: &Run<'_>,
    output: &mut Output<'_>,
    depth: usize,
    pass: impl FnOnce(&mut Output<'_>) -> Result<Verdict, Error>,
) -> Result<Verdict, Error> {
    if output.disposable {
        return pass(output);
    }
    let mut spool = Spool::new(run, depth);
    let verdict = pass(&mut Output { to: &mut spool, disposable: true })?;
    if verdict == Verdict::Written {
        spool.copy_to(output.to).map_err(|error| run.write_failed(error))?;
    }
    Ok(verdict)
}

/// Asks the filter about what cannot be searched.
fn opaque(
    run: &Run<'_>,
    input: &mut Peek<'_>,
    output: &mut Output<'_>,
    path: &EntryPath,
    depth: usize,
    (head, why): (&[u8], Opaque),
) -> Result<Verdict, Error> {
    match run.filter.binary(path, head, why) {
        Binary::Withhold => Ok(Verdict::Withheld(Reason::Opaque(why))),
        Binary::Keep => guarded(run, output, depth, |output| keep(run, input, output)),
    }
}

/// Copies the rest of `input`.
fn keep(run: &Run<'_>, input: &mut Peek<'_>, output: &mut Output<'_>) -> Result<Verdict, Error> {
    loop {
        let chunk = match input.fill() {
            Ok([]) => break,
            Ok(chunk) => chunk,
            Err(error) => return Ok(Verdict::Withheld(run.read_failed(&error)?)),
        };
        let count = chunk.len();
        output.to.write_all(chunk).map_err(|error| run.write_failed(error))?;
        input.consume(count);
    }
    run.count(|summary| summary.kept += 1);
    Ok(Verdict::Written)
}
