//! Compressors whose memory is bounded, one small set of settings for each format.

use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::GzBuilder;
use flate2::write::{DeflateEncoder, GzEncoder};
use liblzma::stream::{Check, Filters, LzmaOptions, Stream};
use liblzma::write::XzEncoder;
use zstd::stream::raw::CParameter;

use crate::budget::Lease;
use crate::run::Run;

/// How to pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// With the time of the first member that was read, in seconds since 1970.
    Gzip {
        modified: u32,
    },
    Xz,
    Zstd,
    Bzip2,
    Deflate,
    Stored,
}

/// A writer that compresses. What it was given counts only after [`Packer::finish`].
pub(crate) struct Packer<'r, 'o> {
    encoder: Encoder<'o>,
    _memory: Option<Lease<'r>>,
}

enum Encoder<'o> {
    Gzip(GzEncoder<&'o mut dyn Write>),
    Xz(XzEncoder<&'o mut dyn Write>),
    Zstd(zstd::Encoder<'static, &'o mut dyn Write>),
    Bzip2(BzEncoder<&'o mut dyn Write>),
    Deflate(DeflateEncoder<&'o mut dyn Write>),
    Stored(&'o mut dyn Write),
}

/// Half way between speed and size: what leaves here was compressed well before.
const DEFLATE: flate2::Compression = flate2::Compression::new(4);

impl<'r, 'o> Packer<'r, 'o> {
    /// Takes the settings that the memory that is left allows. Where nothing will be written, nothing is compressed.
    pub(crate) fn new(run: &'r Run<'r>, packing: Packing, output: &'o mut dyn Write) -> io::Result<Self> {
        let mut memory = None;
        let mut affords = |bytes| {
            memory = run.packing.take(bytes);
            memory.is_some()
        };
        let encoder = match packing {
            _ if !run.writes => Encoder::Stored(output),
            Packing::Stored => Encoder::Stored(output),
            Packing::Deflate => Encoder::Deflate(DeflateEncoder::new(output, DEFLATE)),
            Packing::Gzip { modified } => {
                Encoder::Gzip(GzBuilder::new().mtime(modified).write(output, DEFLATE))
            }
            Packing::Bzip2 => {
                // 400 kB and eight bytes for each of a block.
                let level = if affords(5_200_000) { 6 } else { 1 };
                Encoder::Bzip2(BzEncoder::new(output, bzip2::Compression::new(level)))
            }
            Packing::Xz => {
                let dictionary = if affords(6 << 20) { 512 << 10 } else { 64 << 10 };
                Encoder::Xz(XzEncoder::new_stream(output, xz_stream(dictionary)?))
            }
            Packing::Zstd => {
                let window = if affords(4 << 20) { 20 } else { 17 };
                let mut encoder = zstd::Encoder::new(output, 3)?;
                encoder.set_parameter(CParameter::WindowLog(window))?;
                encoder.set_parameter(CParameter::ChecksumFlag(true))?;
                Encoder::Zstd(encoder)
            }
        };
        Ok(Self { encoder, _memory: memory })
    }

    /// Writes what is left. Only then is the result whole.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.encoder {
            Encoder::Gzip(encoder) => encoder.finish().map(drop),
            Encoder::Xz(encoder) => encoder.finish().map(drop),
            Encoder::Zstd(encoder) => encoder.finish().map(drop),
            Encoder::Bzip2(encoder) => encoder.finish().map(drop),
            Encoder::Deflate(encoder) => encoder.finish().map(drop),
            Encoder::Stored(_) => Ok(()),
        }
    }

    fn inner(&mut self) -> &mut dyn Write {
        match &mut self.encoder {
            Encoder::Gzip(encoder) => encoder,
            Encoder::Xz(encoder) => encoder,
            Encoder::Zstd(encoder) => encoder,
            Encoder::Bzip2(encoder) => encoder,
            Encoder::Deflate(encoder) => encoder,
            Encoder::Stored(output) => output,
        }
    }
}

fn xz_stream(dictionary: u32) -> io::Result<Stream> {
    let mut options = LzmaOptions::new_preset(1)?;
    options.dict_size(dictionary);
    Ok(Stream::new_stream_encoder(Filters::new().lzma2(&options), Check::Crc64)?)
}

impl Write for Packer<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A flush in the middle would only make the result larger.
        Ok(())
    }
}
