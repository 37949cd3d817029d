//! Secrets that have no key: what is done with a text, or the form of its line, says what it is. And what only looks so.

use crate::table::check_all;
use crate::{redact, scan};

const COMPARED: &[(&str, &str)] = &[
    ("if (\"kite71\".equals(password)) ok();", "if (\"«password»\".equals(password)) ok();"),
    ("if (strcmp(pwd, \"kite71\") == 0)", "if (strcmp(pwd, \"«password»\") == 0)"),
    ("if (!strcmp(\"kite71\", passwd)) ok();", "if (!strcmp(\"«password»\", passwd)) ok();"),
    ("strcpy(cfg.password, \"kite71\");", "strcpy(cfg.password, \"«password»\");"),
    ("if ($pw eq 'kite71') { }", "if ($pw eq '«password»') { }"),
    ("if ('kite71' === $password) { }", "if ('«password»' === $password) { }"),
    ("char password[64] = \"kite71\";", "char password[64] = \"«password»\";"),
    ("const std::string kApiKey{\"q8Xv2Lk9\"};", "const std::string kApiKey{\"«api-key»\"};"),
    ("{default_pass, <<\"kite71\">>}", "{default_pass, <<\"«password»\">>}"),
    ("Dim password As String = \"kite71\"", "Dim password As String = \"«password»\""),
];

const USED: &[(&str, &str)] = &[
    ("ks.load(in, \"kite71\".toCharArray());", "ks.load(in, \"«password»\".toCharArray());"),
    ("By.id(\"password\")).sendKeys(\"kite71\");", "By.id(\"password\")).sendKeys(\"«password»\");"),
    ("await page.fill('#password', 'kite71');", "await page.fill('#password', '«password»');"),
    ("expect \"assword:\"; send \"kite71\\r\"", "expect \"assword:\"; send \"«password»\\r\""),
    (
        "my ($host, $u, $p) = ('db', 'bob', 'kite71');",
        "my ($host, $u, $p) = ('db', '«credential»', '«credential»');",
    ),
    ("WiFi.begin(\"net\", \"kite71\");", "WiFi.begin(\"«credential»\", \"«credential»\");"),
    ("jwt.sign({ id: 1 }, 'kite71')", "jwt.sign({ id: 1 }, '«credential»')"),
    (
        "new PBEKeySpec(\"kite71\".toCharArray(), salt)",
        "new PBEKeySpec(\"«credential»\".toCharArray(), salt)",
    ),
    ("http.basic_auth 'bob', 'kite71'", "http.basic_auth '«credential»', '«credential»'"),
    ("auth: { user: 'bob', pass: 'kite71' }", "auth: { user: 'bob', pass: '«password»' }"),
];

const LINES: &[(&str, &str)] = &[
    ("bob:WebDAV:0123456789abcdef0123456789abcdef\n", "bob:WebDAV:«password-hash»\n"),
    ("bob:kW3fGh0pQ/a1.\n", "bob:«password-hash»\n"),
    ("bob:kW3fGh0pQ/a1.:1001:1001::/x:/bin/sh\n", "bob:«password-hash»:1001:1001::/x:/bin/sh\n"),
    ("bob * kite71 *\n", "bob * «password» *\n"),
    ("\"bob\"\t*\t\"kite\"\t10.83.2.77~\n", "\"bob\"\t*\t\"«password»\"\t10.83.2.77~\n"),
    ("bob l2tpd kite71 *\n", "bob l2tpd «password» *\n"),
    ("user bob on >kite71 ~* +@all\n", "user bob on >«password» ~* +@all\n"),
    ("[mail.example.com]:587 bob@example.com:kite\n", "[mail.example.com]:587 bob@example.com:«password»\n"),
    ("example.com\tTRUE\t/\tFALSE\t0\tsid\tkite71\n", "example.com\tTRUE\t/\tFALSE\t0\tsid\t«cookie»\n"),
    ("K 8\npassword\nV 6\nkite71\nEND\n", "K 8\npassword\nV 6\n«password»\nEND\n"),
    (
        "<auth-user-pass>\nbob\nkite\n</auth-user-pass>\n",
        "<auth-user-pass>\n«password»\n«password»\n</auth-user-pass>\n",
    ),
];

const COMMANDS: &[(&str, &str)] = &[
    ("127.0.0.1:6379> AUTH kite71", "127.0.0.1:6379> AUTH «credential»"),
    ("a001 LOGIN bob kite71", "a001 LOGIN «credential» «credential»"),
    ("echo kite71 | docker login --password-stdin", "echo «password» | docker login --password-stdin"),
    ("sudo -S <<< \"kite\" ls", "sudo -S <<< \"«password»\" ls"),
    ("net use Z: \\\\nas\\x /user:bob kite71", "net use Z: \\\\nas\\x /user:bob «password»"),
    ("ip ftp password kite71\n", "ip ftp password «password»\n"),
    ("a a/password password kite71\n", "a a/password password «password»\n"),
    (
        "A temporary password is generated for x: kite71",
        "A temporary password is generated for x: «password»",
    ),
    ("my password is \"kite-lantern\".", "my password is \"«password»\"."),
    ("otp=429137 ok", "otp=\"«secret»\" ok"),
];

/// What stays.
const NO_SECRETS: &[&str] = &[
    "if (\"password\".equals(key)) {",
    "if (\"admin\".equals(role)) {",
    "\"0123456789abcdef\".toCharArray()",
    "if (strcmp(key, \"name\") == 0)",
    "my ($host, $port) = ('db', '5432');",
    "foo:bar:d41d8cd98f00b204e9800998ecf8427x\n",
    "docker.io/library/nginx:latest:9e107d9d372bb6826bd81d3542a419d6\n",
    "event:ConfigLoaded1\n",
    "title:international\n",
    "allow * all *\n",
    "0 * * * *\n",
    "cat a >b\n",
    "the user on call >urgent1\n",
    "pass: 12 fail: 0\n",
    "PASS: test_name\n",
    "The default password is required. See also: password policy.\n",
    "set password accordingly\n",
    "\"password\": \"Mot de passe\"",
    "\"apiKey\": \"API-Schlüssel\"",
    "export const SET_TOKEN = 'SET_TOKEN';",
    "token: PropTypes.string,",
    "Token token = Token.LEFT_BRACE;",
    "let self_token = if let Some(x) = y {",
];

#[test]
fn what_is_compared_with_a_password_is_one() {
    check_all(COMPARED);
}

#[test]
fn what_is_used_as_a_password_is_one() {
    for (input, expected) in USED {
        let output = redact(input.as_bytes()).0;
        assert!(!String::from_utf8_lossy(&output).contains("kite71"), "{input} becomes {expected}");
        assert_eq!(scan(&output), [], "scan of the output of {input}");
    }
}

#[test]
fn passwords_are_removed_from_lines_that_only_their_form_tells() {
    check_all(LINES);
}

#[test]
fn passwords_are_removed_from_commands_and_sentences() {
    check_all(COMMANDS);
}

#[test]
fn what_only_looks_so_stays() {
    let table: Vec<(&str, &str)> = NO_SECRETS.iter().map(|text| (*text, *text)).collect();
    check_all(&table);
}
