//! The walk through a tar.

use std::collections::HashSet;
use std::io::{self, Read};

use super::extended::{Extended, pad, padding, rewrite_global, write_records};
use super::header::{BLOCK, Dialect, Header};
use super::member::Member;
use crate::content::{self, Output, Verdict};
use crate::peek::{Part, Peek};
use crate::run::Run;
use crate::spool::Spool;
use crate::{EntryPath, Error, Reason, Remark, withheld_line};

/// Takes a tar entry by entry to `output`. The result is complete and well-formed whatever the input holds.
pub(crate) fn pass(
    run: &Run<'_>,
    input: &mut Peek<'_>,
    output: &mut Output<'_>,
    path: &EntryPath,
    depth: usize,
) -> Result<Verdict, Error> {
    let mut repack = Repack { run, output, path, depth, withheld: HashSet::new() };
    if let Some(reason) = repack.entries(input)? {
        repack.withhold_rest(&reason)?;
    }
    repack.write(&[0; 2 * BLOCK])?;
    Ok(Verdict::Written)
}

/// The entry that stands for all that could not be reached.
const REST: &[u8] = b"rest-of-archive";

/// Names of withheld entries that are remembered, so that hard links to them can say so.
const REMEMBERED: usize = 10_000;

struct Repack<'a, 'o> {
    run: &'a Run<'a>,
    output: &'a mut Output<'o>,
    path: &'a EntryPath,
    depth: usize,
    withheld: HashSet<Vec<u8>>,
}

/// How an entry ended.
enum Ended {
    /// The next one follows.
    Whole,
    /// It was withheld since the input cannot be read further.
    Broken,
}

impl Repack<'_, '_> {
    /// All entries up to the end, or up to what cannot be read; then the reason.
    fn entries(&mut self, input: &mut Peek<'_>) -> Result<Option<Reason>, Error> {
        let mut extended = Extended::default();
        loop {
            let header = match self.next_header(input)? {
                Ok(Some(header)) => header,
                Ok(None) => return Ok(None),
                Err(reason) => return Ok(Some(reason)),
            };
            match header.kind() {
                b'x' | b'X' | b'g' | b'L' | b'K' => {
                    if let Err(reason) = self.auxiliary(input, &header, &mut extended)? {
                        return Ok(Some(reason));
                    }
                }
                _ => {
                    if !self.run.enter() {
                        return Ok(Some(Reason::TooManyEntries));
                    }
                    let extended = std::mem::take(&mut extended);
                    if let Ended::Broken = self.entry(input, header, extended)? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// The next header; none at the end of the archive.
    fn next_header(&mut self, input: &mut Peek<'_>) -> Result<Result<Option<Header>, Reason>, Error> {
        let Some(block) = input.peek(BLOCK).first_chunk::<BLOCK>().copied() else {
            return self.missing_header(input);
        };
        if block == [0; BLOCK] {
            self.finish_input(input)?;
            return Ok(Ok(None));
        }
        let header = Header::parse(&block);
        input.consume(BLOCK);
        Ok(header.map(Some).ok_or(Reason::Damaged))
    }

    /// The input ends before the next header, in the middle of it, or fails.
    fn missing_header(&self, input: &mut Peek<'_>) -> Result<Result<Option<Header>, Reason>, Error> {
        match input.fill() {
            // Some programs write no end.
            Ok([]) => {
                self.run.remark(self.path, Remark::DamagedEnd);
                Ok(Ok(None))
            }
            Ok(_) => match input.skip(BLOCK as u64) {
                Ok(()) => Ok(Err(Reason::Damaged)),
                Err(error) => Ok(Err(self.run.read_failed(&error)?)),
            },
            Err(error) => Ok(Err(self.run.read_failed(&error)?)),
        }
    }

    /// Reads what follows the end, which should be zeros. What contains this tar proves its checksum only then.
    fn finish_input(&self, input: &mut Peek<'_>) -> Result<(), Error> {
        loop {
            match input.fill() {
                Ok([]) => return Ok(()),
                Ok(chunk) if chunk.iter().any(|&byte| byte != 0) => {
                    self.run.remark(self.path, Remark::TrailingBytes);
                    return Ok(());
                }
                Ok(chunk) => {
                    let count = chunk.len();
                    input.consume(count);
                }
                Err(error) => {
                    self.run.read_failed(&error)?;
                    self.run.remark(self.path, Remark::DamagedEnd);
                    return Ok(());
                }
            }
        }
    }

    /// Reads records or a long name that belong to the next entry.
    fn auxiliary(
        &mut self,
        input: &mut Peek<'_>,
        header: &Header,
        extended: &mut Extended,
    ) -> Result<Result<(), Reason>, Error> {
        let Some(size) = header.size() else { return Ok(Err(Reason::Damaged)) };
        let limit = 4 * self.run.limits.name_bytes as u64;
        let mut body = Vec::new();
        let read = Part::new(input, size.min(limit))
            .read_to_end(&mut body)
            .and_then(|_| input.skip(size.saturating_sub(limit)))
            .and_then(|()| input.skip(padding(size) as u64));
        if let Err(error) = read {
            return Ok(Err(self.run.read_failed(&error)?));
        }
        let name = || body.split(|&byte| byte == 0).next().map(<[u8]>::to_vec);
        match header.kind() {
            _ if size > limit => extended.unreadable = true,
            b'L' => extended.name = name(),
            b'K' => extended.link = name(),
            b'g' => {
                let Some(records) = rewrite_global(self.run, &body) else { return Ok(Err(Reason::Damaged)) };
                if !records.is_empty() {
                    write_records(self.output.to, b'g', &records)
                        .map_err(|error| self.run.write_failed(error))?;
                }
            }
            _ => extended.read_records(self.run, &body),
        }
        Ok(Ok(()))
    }

    fn entry(&mut self, input: &mut Peek<'_>, header: Header, extended: Extended) -> Result<Ended, Error> {
        let kind = header.kind();
        let has_content = !matches!(kind, b'1'..=b'6' | b'V');
        let size = if has_content { extended.size.or_else(|| header.size()) } else { Some(0) };
        let sparse = extended.sparse;
        let is_long = |run: &Run<'_>, name: &Option<Vec<u8>>| {
            name.as_ref().is_some_and(|name| name.len() > run.limits.name_bytes)
        };
        let unreadable =
            extended.unreadable || is_long(self.run, &extended.name) || is_long(self.run, &extended.link);
        let mut more_sparse = kind == b'S' && header.has_more_sparse();
        let member = Member::new(self.run, header, extended);
        let Some(size) = size else {
            self.withhold(member, &Reason::Damaged)?;
            return Ok(Ended::Broken);
        };
        while more_sparse {
            match input.peek(BLOCK).first_chunk::<BLOCK>() {
                Some(block) => more_sparse = block[504] != 0,
                None => more_sparse = false,
            }
            if let Err(error) = input.skip(BLOCK as u64) {
                let reason = self.run.read_failed(&error)?;
                self.withhold(member, &reason)?;
                return Ok(Ended::Broken);
            }
        }
        let refused = match kind {
            _ if unreadable => Some(Reason::LongName),
            _ if sparse => Some(Reason::Sparse),
            0 | b'0' | b'7' => None,
            b'1'..=b'6' | b'V' => return self.bare(member, kind).map(|()| Ended::Whole),
            b'S' => Some(Reason::Sparse),
            other => Some(Reason::Type(other)),
        };
        match refused {
            Some(reason) => self.skip(input, size, member, &reason),
            None => self.file(input, size, member),
        }
    }

    /// An entry without content: a link, a folder, a device, the label of the archive.
    fn bare(&mut self, mut member: Member, kind: u8) -> Result<(), Error> {
        if kind == b'1' && self.withheld.contains(&member.link) {
            member.link = crate::withheld_name(&member.link);
        }
        self.run.count(|summary| summary.kept += 1);
        member.write(self.output.to, 0).map_err(|error| self.run.write_failed(error))
    }

    /// Withholds an entry and reads over its content.
    fn skip(
        &mut self,
        input: &mut Peek<'_>,
        size: u64,
        member: Member,
        reason: &Reason,
    ) -> Result<Ended, Error> {
        self.withhold(member, reason)?;
        self.skip_content(input, size)
    }

    fn skip_content(&mut self, input: &mut Peek<'_>, size: u64) -> Result<Ended, Error> {
        let Err(error) = input.skip(size).and_then(|()| input.skip(padding(size) as u64)) else {
            return Ok(Ended::Whole);
        };
        // The entry is withheld already; nothing follows it.
        self.run.read_failed(&error)?;
        self.run.remark(self.path, Remark::DamagedEnd);
        Ok(Ended::Broken)
    }

    fn file(&mut self, input: &mut Peek<'_>, size: u64, member: Member) -> Result<Ended, Error> {
        let mut spool = Spool::new(self.run, self.depth + 1);
        let place = self.path.join(member.name.clone());
        let mut part = Part::new(input, size);
        let (verdict, rest) = {
            let mut content = Peek::with_capacity(&mut part, usize::try_from(size).unwrap_or(usize::MAX));
            let mut sink = io::sink();
            let to: &mut dyn io::Write = if self.run.writes { &mut spool } else { &mut sink };
            let verdict = content::pass(
                self.run,
                &mut content,
                &mut Output { to, disposable: true },
                &place,
                self.depth + 1,
            )?;
            (verdict, part.skip_rest().and_then(|()| input.skip(padding(size) as u64)))
        };
        match verdict {
            Verdict::Written => {
                member.write(self.output.to, spool.len()).map_err(|error| self.run.write_failed(error))?;
                spool.copy_to(self.output.to).map_err(|error| self.run.write_failed(error))?;
                pad(self.output.to, spool.len()).map_err(|error| self.run.write_failed(error))?;
            }
            Verdict::Withheld(reason) => self.withhold(member, &reason)?,
        }
        let Err(error) = rest else { return Ok(Ended::Whole) };
        self.run.read_failed(&error)?;
        self.run.remark(self.path, Remark::DamagedEnd);
        Ok(Ended::Broken)
    }

    /// Writes the entry that stands for a withheld one.
    fn withhold(&mut self, mut member: Member, reason: &Reason) -> Result<(), Error> {
        self.run.withheld(&self.path.join(member.name.clone()), reason);
        if self.withheld.len() < REMEMBERED {
            self.withheld.insert(member.name.clone());
        }
        member.withhold();
        let line = withheld_line(reason);
        let length = line.len() as u64;
        let output = &mut *self.output.to;
        member
            .write(output, length)
            .and_then(|()| output.write_all(line.as_bytes()))
            .and_then(|()| pad(output, length))
            .map_err(|error| self.run.write_failed(error))
    }

    /// Says in the archive that something is missing at its end.
    fn withhold_rest(&mut self, reason: &Reason) -> Result<(), Error> {
        let header = Header::auxiliary(b'0', REST, 0, Dialect::Ustar);
        let member = Member::plain(header, REST);
        self.withhold(member, reason)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.output.to.write_all(bytes).map_err(|error| self.run.write_failed(error))
    }
}
