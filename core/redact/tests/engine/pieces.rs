//! Texts made of what detectors care about: random bytes alone would never meet one.

use proptest::prelude::*;

const PIECES: &[&str] = &[
    // Secrets and their surroundings.
    "password",
    "\"password\"",
    "\\\"token\\\"",
    "api_key",
    "key",
    "--password",
    "-u ",
    "Authorization: Bearer ",
    "Cookie: sid=q8Xv2Lk9PzR4tW7y",
    "AKIAZ5GQ7V2MXK3N4PLB",
    "ghp_",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2ln",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----",
    "MIIEabc=",
    "hunter2",
    "s3cr3tV4lu3xYz",
    "https://",
    "user:pw@",
    "%3A%2F%2F",
    "postgres://",
    "machine h login l password p",
    "snmp-server community ",
    "$6$saltsalt$abcdefghijklmnop",
    "prox!pw9",
    "Server=x;Password=",
    // Identifiers.
    "10.1.2.3",
    "192.168.0.66",
    "10.0.0.0/24",
    "127.0.0.1",
    "255.255.255.0",
    "8.8.8.8",
    "fe80::1%eth0",
    "2a02:8108:c6bc:b19d::4d6b",
    "::1",
    "::ffff:10.0.0.1",
    "52:54:00:ab:cd:ef",
    "5254.00ab.cdef",
    "52-54-00-ab-cd-ef",
    "ws7",
    "web01.corp.example.com",
    "mail.example.org",
    "jdoe",
    "jane.doe@example.org",
    "/home/jane/",
    "Åsa Öberg",
    "5CD1234XYZ",
    "Serial Number: ",
    "Cafe 7",
    "SSID: ",
    "+46 70 123 45 67",
    "555-123-4567",
    "tel: ",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "3f1c07a4d6984e5bb2a95dd0c8e17f62",
    "machine-id ",
    "6f1c07a4-d698-4e5b-b2a9-5dd0c8e17f62",
    "CN=Jane Doe,OU=Sales,DC=example,DC=com",
    "S-1-5-21-1004336348-1177238915-682003330-512",
    "59.3293, 18.0686",
    "lat=",
    "ip-10-0-0-1",
    "66.0.168.192.in-addr.arpa",
    "for user ",
    "uid=1000(jane)",
    "Nov 22 12:53:15 web02 sshd[1]: ",
    "<34>1 2026-11-22T12:53:15Z web02 app ",
    "Falcon",
    // What is neither.
    "17.0.21.1",
    "version ",
    "1.2.3.4-5ubuntu",
    "std::io::Error",
    "12:53:15",
    "foo.service",
    "org.freedesktop.NetworkManager",
    "d41d8cd98f00b204e9800998ecf8427e",
    "a.b",
    "x",
    "the ",
    "0",
    "12345",
    // Marks and pseudonyms.
    "[removed:password]",
    "removed:url-credentials",
    "user-px-aaaaaaaaaa",
    "10.1.2.3~",
    "~",
    "px-",
    // Encodings.
    "cGFzc3dvcmQ9aHVudGVyMg==",
    "%40",
    "\\u0040",
    "%2F",
    "\\u00c5",
    // Punctuation.
    "=",
    ":",
    " = ",
    ": ",
    "=>",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\\n",
    "\"",
    "\\\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    "&",
    "<",
    "</",
    ">",
    "|\n  ",
    "- ",
    "export ",
    "_",
    ".",
    "-",
    "@",
    "/",
    "?",
    "#",
    "(",
    ")",
    "+",
    "%",
    "é",
];

/// A text of pieces, with a few bytes of any kind.
pub fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        16 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// Text whose values stand apart, as in every text that means something: in pieces that run into one another, what is a
/// value may be another thing once its neighbour has gone.
pub fn apart() -> impl Strategy<Value = Vec<u8>> {
    let between = prop::sample::select(&[" ", ", ", "\n", "\t", " | ", "; ", "\r\n"][..]);
    // What stands for something else may stand for another thing once that was redacted.
    let plain = |piece: &&str| !piece.contains(['%', '\\']) && !piece.starts_with("cGF");
    let pair = (prop::sample::select(PIECES).prop_filter("plain", plain), between)
        .prop_map(|(piece, between)| format!("{piece}{between}"));
    prop::collection::vec(pair, 0..30).prop_map(|pairs| pairs.concat().into_bytes())
}

/// Text that a machine could have written: pieces with blanks around.
pub fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(PIECES).prop_filter("whole words", |piece| !piece.contains('\0'));
    prop::collection::vec(word, 0..20).prop_map(|words| words.join(" "))
}

/// Headers and statements of tables of three columns, with what stands before, between and behind the cells of a row.
const TABLES: &[(&str, [&str; 3])] = &[
    ("name,password,url\n", ["", ",", "\n"]),
    ("\"Name\",\"Password\",\"Note\"\r\n", ["\"", "\",\"", "\"\r\n"]),
    ("id\ttoken\tnote\n", ["", "\t", "\n"]),
    (" id | password | note \n----+------+----\n", [" ", " | ", "\n"]),
    ("INSERT INTO users (id, password, note) VALUES ", ["('", "', '", "'),"]),
    ("COPY users (id, password, note) FROM stdin;\n", ["", "\t", "\n"]),
];

/// A table whose cells hold anything.
pub fn table() -> impl Strategy<Value = Vec<u8>> {
    // What reaches over several lines or cells makes one of them: another table.
    let plain = |piece: &&str| {
        let separates = piece.contains(['\n', '\t', '\0', '"', '\'', ',', '|', ' ']);
        // A directive of its own, whose value is judged by its figures.
        let directive = *piece == "password";
        !separates
            && !directive
            && !piece.contains(['%', '\\'])
            && !piece.starts_with("cGF")
            && !piece.contains("----")
    };
    let cell = prop::sample::select(PIECES).prop_filter("plain", plain);
    let rows = prop::collection::vec([cell.clone(), cell.clone(), cell], 0..12);
    (prop::sample::select(TABLES), rows).prop_map(|((header, [before, between, behind]), rows)| {
        let rows = rows.into_iter().map(|cells| format!("{before}{}{behind}", cells.join(between)));
        format!("{header}{}", rows.collect::<String>()).into_bytes()
    })
}
