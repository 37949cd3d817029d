//! Packs a document into a container and takes it out again, with the ordinary crates.

use std::io::{self, Cursor, Read, Write};

use super::model::Packing;

const XZ_PRESET: u32 = 1;
const ZSTD_LEVEL: i32 = 1;
const TAR_BLOCK: usize = 512;

impl Packing {
    /// What the file's name ends with.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Bare => "",
            Self::Gzip => ".gz",
            Self::Xz => ".xz",
            Self::Zstd => ".zst",
            Self::Bzip2 => ".bz2",
            Self::Zip => ".zip",
            Self::Tar => ".tar",
            Self::TarGzip => ".tar.gz",
        }
    }

    /// `bytes` of the entry `name`, packed.
    ///
    /// # Errors
    /// When the packing fails.
    pub fn pack(self, name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Bare => Ok(bytes.to_vec()),
            Self::Gzip => gzip(bytes),
            Self::Xz => {
                let mut writer = liblzma::write::XzEncoder::new(Vec::new(), XZ_PRESET);
                writer.write_all(bytes)?;
                writer.finish()
            }
            Self::Zstd => zstd::encode_all(bytes, ZSTD_LEVEL),
            Self::Bzip2 => {
                let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                writer.write_all(bytes)?;
                writer.finish()
            }
            Self::Zip => zip(name, bytes),
            Self::Tar => Ok(tar(name, bytes)),
            Self::TarGzip => gzip(&tar(name, bytes)),
        }
    }

    /// The one entry's bytes.
    ///
    /// # Errors
    /// When `packed` is damaged or holds no entry.
    pub fn unpack(self, packed: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Bare => Ok(packed.to_vec()),
            Self::Gzip => all(flate2::read::MultiGzDecoder::new(packed)),
            Self::Xz => all(liblzma::read::XzDecoder::new_multi_decoder(packed)),
            Self::Zstd => zstd::decode_all(packed),
            Self::Bzip2 => all(bzip2::read::MultiBzDecoder::new(packed)),
            Self::Zip => {
                let mut archive = ::zip::ZipArchive::new(Cursor::new(packed))?;
                all(archive.by_index(0)?)
            }
            Self::Tar => untar(packed),
            Self::TarGzip => untar(&all(flate2::read::MultiGzDecoder::new(packed))?),
        }
    }
}

fn all(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes)?;
    writer.finish()
}

fn zip(name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, ::zip::write::SimpleFileOptions::default())?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?.into_inner())
}

/// A ustar archive (POSIX.1-1988) of one entry.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; TAR_BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{:011o}\0", bytes.len()));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut archive = header.to_vec();
    archive.extend_from_slice(bytes);
    archive.resize(archive.len().next_multiple_of(TAR_BLOCK) + 2 * TAR_BLOCK, 0);
    archive
}

/// The first regular file; records of extended headers before it are passed over.
fn untar(packed: &[u8]) -> io::Result<Vec<u8>> {
    let damaged = || io::Error::other("the archive holds no regular file");
    let mut rest = packed;
    loop {
        let (header, body) = rest.split_at_checked(TAR_BLOCK).ok_or_else(damaged)?;
        let size =
            std::str::from_utf8(&header[124..135]).ok().and_then(|text| usize::from_str_radix(text, 8).ok());
        let size = size.ok_or_else(damaged)?;
        if matches!(header[156], b'0' | 0) {
            return body.get(..size).map(<[u8]>::to_vec).ok_or_else(damaged);
        }
        rest = body.get(size.next_multiple_of(TAR_BLOCK)..).ok_or_else(damaged)?;
    }
}
