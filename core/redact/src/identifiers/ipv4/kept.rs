//! Addresses of IPv4 that stay: they mean the same everywhere.

use crate::policy::{Documentation, Options};

/// Resolvers that everybody may use: Google, Cloudflare, Quad9, OpenDNS, AdGuard, Level 3, Verisign, DNS.WATCH,
/// Yandex, Comodo, CleanBrowsing, Control D, 114DNS, AliDNS.
const RESOLVERS: &[[u8; 4]] = &[
    [8, 8, 8, 8],
    [8, 8, 4, 4],
    [1, 1, 1, 1],
    [1, 0, 0, 1],
    [1, 1, 1, 2],
    [1, 0, 0, 2],
    [1, 1, 1, 3],
    [1, 0, 0, 3],
    [9, 9, 9, 9],
    [9, 9, 9, 10],
    [9, 9, 9, 11],
    [149, 112, 112, 112],
    [149, 112, 112, 10],
    [149, 112, 112, 11],
    [208, 67, 222, 222],
    [208, 67, 220, 220],
    [208, 67, 222, 123],
    [208, 67, 220, 123],
    [94, 140, 14, 14],
    [94, 140, 15, 15],
    [4, 2, 2, 1],
    [4, 2, 2, 2],
    [4, 2, 2, 3],
    [4, 2, 2, 4],
    [64, 6, 64, 6],
    [64, 6, 65, 6],
    [84, 200, 69, 80],
    [84, 200, 70, 40],
    [77, 88, 8, 8],
    [77, 88, 8, 1],
    [8, 26, 56, 26],
    [8, 20, 247, 20],
    [185, 228, 168, 9],
    [185, 228, 169, 9],
    [76, 76, 2, 0],
    [76, 76, 10, 0],
    [114, 114, 114, 114],
    [223, 5, 5, 5],
    [223, 6, 6, 6],
];

/// Loopback, this network, multicast, broadcast, netmasks, public resolvers; documentation ranges by option.
pub(super) fn is_kept(octets: [u8; 4], options: &Options) -> bool {
    match octets {
        [0 | 127, ..] | [224..=239, ..] => true,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => {
            options.documentation_addresses == Documentation::Keep
        }
        _ => is_netmask(octets) || RESOLVERS.contains(&octets),
    }
}

/// Ones from the left, eight at least, and then zeros.
fn is_netmask(octets: [u8; 4]) -> bool {
    let mask = u32::from_be_bytes(octets);
    mask.leading_ones() >= 8 && mask.leading_ones() + mask.trailing_zeros() >= u32::BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_everywhere_stays() {
        let options = Options::default();
        for octets in [
            [127, 0, 0, 1],
            [0, 0, 0, 0],
            [0, 0, 0, 255],
            [255, 255, 255, 255],
            [255, 255, 254, 0],
            [255, 0, 0, 0],
        ] {
            assert!(is_kept(octets, &options), "{octets:?}");
        }
        for octets in [[10, 0, 0, 1], [255, 0, 255, 0], [128, 0, 0, 0], [192, 0, 2, 1], [8, 8, 8, 9]] {
            assert!(!is_kept(octets, &options), "{octets:?}");
        }
        assert!(is_kept([192, 0, 2, 1], &Options { documentation_addresses: Documentation::Keep }));
    }
}
