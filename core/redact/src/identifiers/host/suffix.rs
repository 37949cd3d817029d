//! Public suffixes: what ends the name of a host, and how much of it belongs to everybody.

use std::sync::LazyLock;

use crate::identifiers::word_set::WordSet;

/// How sure it is that a name with this ending is the name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Hardly anything else ends so.
    Sure,
    /// A word of programs and sentences too.
    Word,
    /// An ending of files too.
    File,
    /// No host ends so.
    None,
}

/// Countries whose codes end files or are words of English and of programs.
const COUNTRY_FILES: &[&str] = &[
    "ac", "ai", "am", "as", "bz", "cc", "gz", "in", "la", "mk", "ml", "mm", "mo", "ms", "nc", "pl", "pm",
    "ps", "py", "rs", "sc", "sh", "so", "st", "sv", "tf", "vi", "md", "mp", "lc", "tc", "pn",
];
const COUNTRY_WORDS: &[&str] = &[
    "is", "it", "at", "be", "by", "do", "id", "me", "my", "no", "to", "us", "io", "co", "tv", "ad", "re",
    "km", "mg", "gg", "va", "va", "cd", "pr", "pt", "es", "se", "sg", "ne", "ng", "na", "mu", "np", "gt",
    "eq", "ws",
];
/// All codes of countries in use, two letters each.
const COUNTRIES: &str = "acadaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjbmbnbobrbsbtbwbybzcacccdcfcgchcickclcmcncocrcucvcwcxcyczdedjdkdmdodzeceeegeresetfifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqirisitjejmjojpkekgkhkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgphpkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsiskslsmsnsosrssstsusvsxsysztctdtftgthtjtktltmtntotrtttvtwtzuaugukusuyuzvavcvevgvivnvuwfwsyeytzazmzweu";

/// Other endings that are hardly anything else.
const GENERIC: &[&str] = &[
    "academy",
    "aero",
    "agency",
    "amsterdam",
    "arpa",
    "asia",
    "audio",
    "bank",
    "bayern",
    "berlin",
    "biz",
    "brussels",
    "cat",
    "city",
    "cloud",
    "club",
    "codes",
    "com",
    "company",
    "computer",
    "consulting",
    "coop",
    "corp",
    "digital",
    "edu",
    "energy",
    "engineering",
    "foundation",
    "gmbh",
    "gov",
    "group",
    "hamburg",
    "health",
    "hosting",
    "hospital",
    "inc",
    "industries",
    "institute",
    "internal",
    "international",
    "intranet",
    "jobs",
    "koeln",
    "lan",
    "localdomain",
    "london",
    "ltd",
    "management",
    "media",
    "mil",
    "mobi",
    "museum",
    "net",
    "nrw",
    "nyc",
    "onion",
    "online",
    "org",
    "paris",
    "partners",
    "pharmacy",
    "photos",
    "politie",
    "press",
    "quebec",
    "rocks",
    "ruhr",
    "saarland",
    "scot",
    "sas",
    "school",
    "shop",
    "social",
    "software",
    "solutions",
    "swiss",
    "systems",
    "tech",
    "technology",
    "tirol",
    "tokyo",
    "travel",
    "university",
    "ventures",
    "vlaanderen",
    "wales",
    "website",
    "wien",
    "wiki",
    "works",
    "world",
    "xyz",
    "zone",
    "gal",
    "eus",
    "bzh",
    "africa",
    "law",
    "legal",
    "clinic",
    "dental",
    "insurance",
    "finance",
    "financial",
    "capital",
    "fund",
    "global",
];
/// Endings that are words of programs too.
const WORDS: &[&str] = &[
    "ads",
    "app",
    "art",
    "bar",
    "beer",
    "best",
    "blog",
    "build",
    "cam",
    "care",
    "center",
    "chat",
    "cool",
    "dad",
    "date",
    "day",
    "design",
    "dev",
    "direct",
    "directory",
    "domains",
    "earth",
    "email",
    "events",
    "example",
    "exchange",
    "express",
    "family",
    "fit",
    "fm",
    "foo",
    "fun",
    "fyi",
    "games",
    "guide",
    "home",
    "host",
    "house",
    "icu",
    "info",
    "int",
    "intern",
    "invalid",
    "land",
    "life",
    "link",
    "live",
    "local",
    "mail",
    "map",
    "market",
    "name",
    "network",
    "new",
    "news",
    "now",
    "one",
    "page",
    "pics",
    "pink",
    "place",
    "plus",
    "private",
    "pro",
    "pub",
    "report",
    "run",
    "sale",
    "security",
    "services",
    "site",
    "space",
    "store",
    "stream",
    "studio",
    "style",
    "support",
    "team",
    "tel",
    "test",
    "tips",
    "today",
    "tools",
    "top",
    "town",
    "training",
    "video",
    "vip",
    "watch",
    "win",
    "work",
    "box",
    "fritz",
];
/// Endings of files.
const FILES: &[&str] = &["zip", "mov", "java", "kt", "cab", "prof", "bin"];

/// Countries in their own writing.
const INTERNATIONAL: &[&str] = &[
    "рф",
    "бел",
    "укр",
    "срб",
    "бг",
    "中国",
    "中國",
    "香港",
    "台灣",
    "한국",
    "ไทย",
    "भारत",
    "ελ",
    "გე",
    "հայ",
];

/// Countries that register below these names.
const SECOND_LEVEL_COUNTRIES: &[&str] = &[
    "ae", "ar", "au", "bd", "br", "cn", "co", "cy", "eg", "gh", "gr", "hk", "id", "il", "in", "jp", "ke",
    "kr", "lk", "mt", "mx", "my", "ng", "np", "nz", "pe", "ph", "pk", "pl", "pt", "sa", "sg", "th", "tr",
    "tw", "ua", "ug", "uk", "uy", "ve", "vn", "za", "zm", "zw", "at", "tz",
];
const SECOND_LEVELS: &[&str] = &[
    "ac", "co", "com", "edu", "go", "gob", "gov", "govt", "gv", "ltd", "me", "mil", "ne", "net", "nhs",
    "nom", "or", "org", "plc", "police", "sch", "id", "asn", "web", "gen", "school", "firm", "ind", "res",
    "nic", "lg", "gr", "ad", "ed",
];

static SURE: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(&[GENERIC, INTERNATIONAL].concat()));
static WORD: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(WORDS));
static FILE: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(FILES));

/// By both letters of a country's code.
static COUNTRY: LazyLock<[[Ending; 26]; 26]> = LazyLock::new(|| {
    let mut table = [[Ending::None; 26]; 26];
    let mut set =
        |code: &[u8], ending| table[usize::from(code[0] - b'a')][usize::from(code[1] - b'a')] = ending;
    COUNTRIES.as_bytes().chunks_exact(2).for_each(|code| set(code, Ending::Sure));
    COUNTRY_WORDS.iter().for_each(|code| set(code.as_bytes(), Ending::Word));
    COUNTRY_FILES.iter().for_each(|code| set(code.as_bytes(), Ending::File));
    table
});

/// What the last label of a name says.
pub(super) fn ending(label: &[u8]) -> Ending {
    match label {
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            let place = |byte: &u8| usize::from(byte.to_ascii_lowercase() - b'a');
            COUNTRY[place(first)][place(second)]
        }
        [b'0'..=b'9' | b'_', ..] | [_] | [] => Ending::None,
        [b'x' | b'X', b'n' | b'N', b'-', b'-', ..] => Ending::Sure,
        _ if SURE.contains(label) => Ending::Sure,
        _ if WORD.contains(label) => Ending::Word,
        _ if FILE.contains(label) => Ending::File,
        _ => Ending::None,
    }
}

/// How many labels at the end of a host's name belong to everybody: 1 of `web01.example.com`, 2 of `acme.co.uk`, 0 of
/// `web01`.
pub(crate) fn kept_labels(name: &[u8]) -> usize {
    let name = name.strip_suffix(b".").unwrap_or(name);
    let mut labels = name.rsplit(|byte| *byte == b'.');
    let (Some(last), Some(second)) = (labels.next(), labels.next()) else {
        return usize::from(super::is_own_machine(name));
    };
    if ending(last) == Ending::None {
        return 0;
    }
    let listed =
        |list: &[&str], label: &[u8]| list.iter().any(|known| label.eq_ignore_ascii_case(known.as_bytes()));
    let registry = listed(SECOND_LEVEL_COUNTRIES, last) && listed(SECOND_LEVELS, second);
    let home = last.eq_ignore_ascii_case(b"arpa") && second.eq_ignore_ascii_case(b"home");
    1 + usize::from(registry || home)
}
