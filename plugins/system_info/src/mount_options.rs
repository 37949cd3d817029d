//! Mount options without the values that name users, servers or folders.

use crate::mask::MASK;

/// Options whose values say nothing about anybody. All others keep their name and lose their value: `addr`,
/// `username`, `uid`, `credentials`, `lowerdir`, and whatever file systems invent next.
const HARMLESS_VALUES: [&str; 54] = [
    "access",
    "acdirmax",
    "acdirmin",
    "acregmax",
    "acregmin",
    "actimeo",
    "allocsize",
    "atgc",
    "barrier",
    "cache",
    "commit",
    "compress",
    "compress-force",
    "compress_algorithm",
    "data",
    "dax",
    "errors",
    "fatal_errors",
    "fsync_mode",
    "gid_mode",
    "hidepid",
    "huge",
    "inode32",
    "iocharset",
    "codepage",
    "shortname",
    "dmask",
    "fmask",
    "umask",
    "jqfmt",
    "logbsize",
    "logbufs",
    "lookupcache",
    "max_batch_time",
    "memory_recursiveprot",
    "minorversion",
    "mode",
    "nconnect",
    "nr_blocks",
    "nr_inodes",
    "proto",
    "ptmxmode",
    "retrans",
    "retry",
    "rsize",
    "sec",
    "size",
    "stripe",
    "sunit",
    "swidth",
    "timeo",
    "vers",
    "wsize",
    "xino",
];

/// Masks the comma-separated options of a mount.
pub(crate) fn mask(options: &str) -> String {
    let masked: Vec<String> = options.split(',').map(mask_one).collect();
    masked.join(",")
}

fn mask_one(option: &str) -> String {
    match option.split_once('=') {
        Some((key, _)) if !HARMLESS_VALUES.contains(&key) => format!("{key}={MASK}"),
        // A bare word that is no word: a path with a comma in it was cut here.
        None if option.contains(['/', '@', ':', '\\']) => MASK.to_owned(),
        _ => option.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_name_somebody_are_masked() {
        assert_eq!(mask("rw,size=4k,mode=755"), "rw,size=4k,mode=755");
        assert_eq!(mask("vers=4.2,addr=192.0.2.7,soft"), "vers=4.2,addr=<masked>,soft");
        assert_eq!(mask("username=anna,uid=1000"), "username=<masked>,uid=<masked>");
    }

    #[test]
    fn a_path_cut_at_its_comma_is_masked() {
        assert_eq!(mask("lowerdir=/a,b/anna,rw"), "lowerdir=<masked>,<masked>,rw");
    }
}
