//! Texts and what becomes of them. `###` stands for the mask.

use candor_redact::{MASK, scan};

use crate::{redact, redact_in_pieces};

const KEY_VALUE: &[(&str, &str)] = &[
    ("password=hunter2", "password=###"),
    ("password = hunter2\n", "password = ###\n"),
    ("password: correct horse battery\nuser: me\n", "password: ###\nuser: me\n"),
    ("  db_password = two words ; no comment\r\nnext=1\r\n", "  db_password = ###\r\nnext=1\r\n"),
    ("password=\"two words\" # why\n", "password=\"###\" # why\n"),
    ("password='it''s'\n", "password='###'\n"),
    ("password=\"a\\\"b\"\n", "password=\"###\"\n"),
    ("password=\"never closed\nuser=me\n", "password=\"###\nuser=me\n"),
    ("password=\"\"\"triple\"\"\"\n", "password=\"###\"\n"),
    ("export AWS_SECRET_ACCESS_KEY=wJalr/XUtn+FEMI\n", "export AWS_SECRET_ACCESS_KEY=###\n"),
    ("#api_key = 123456\n", "#api_key = ###\n"),
    ("- client-secret: s3cr3t\n", "- client-secret: ###\n"),
    ("secret := hunter2\n", "secret := ###\n"),
    ("'password' => 'hunter2',\n", "'password' => '###',\n"),
    ("$config['db_password'] = 'hunter2';\n", "$config['db_password'] = '###';\n"),
    ("define(\"TOKEN\", x)\n", "define(\"TOKEN\", x)\n"),
    ("root.Network.SNMP.V3.InitialUserPasswd=abc def\n", "root.Network.SNMP.V3.InitialUserPasswd=###\n"),
    ("root.SNMP.V1ReadCommunity=public\n", "root.SNMP.V1ReadCommunity=###\n"),
    (
        "[Peer]\nPresharedKey = aGVsbG8=\nPublicKey = d29ybGQ=\n",
        "[Peer]\nPresharedKey = ###\nPublicKey = d29ybGQ=\n",
    ),
    ("psk=\"my wifi\"\nkey_mgmt=WPA-PSK\n", "psk=\"###\"\nkey_mgmt=WPA-PSK\n"),
    ("wpa_passphrase=abc\n", "wpa_passphrase=###\n"),
    ("userPassword: {SSHA}q1w2e3\n", "userPassword: ###\n"),
    ("userPassword:: e1NTSEF9cTF3\n", "userPassword:: ###\n"),
    ("A=1\0DB_PASSWORD=x y\0B=2\0", "A=1\0DB_PASSWORD=###\0B=2\0"),
    ("The API key: abcd1234 and more", "The API key: ### and more"),
    ("X-Api-Key:abc\r\nHost: a\r\n", "X-Api-Key:###\r\nHost: a\r\n"),
    ("password = ab\"cd ef\n", "password = ###\n"),
    ("\u{FEFF}password: x\n", "\u{FEFF}password: ###\n"),
    ("pässwörter: x\npassword: Ünïcödé\n", "pässwörter: x\npassword: ###\n"),
];

const RUNNING_TEXT: &[(&str, &str)] = &[
    ("connect user=a password=hunter2, retry", "connect user=a password=###, retry"),
    ("connect password=hunter2; host=b", "connect password=###; host=b"),
    ("login failed (password: hunter2) for me", "login failed (password: ###) for me"),
    ("GET /a?user=b&token=abc.def&x=1 HTTP/1.1", "GET /a?user=b&token=###&x=1 HTTP/1.1"),
    ("POST user%5Bpassword%5D=abc&x=1", "POST user%5Bpassword%5D=###&x=1"),
    ("POST user[password]=abc&x=1", "POST user[password]=###&x=1"),
    ("run mysql --password=hunter2 --user=a", "run mysql --password=### --user=a"),
    ("run mysql --password hunter2 --user a", "run mysql --password ### --user a"),
    ("run x --api-key 'two words' y", "run x --api-key '###' y"),
    ("sh -c \"mysql --password=foo\" bar", "sh -c \"mysql --password=###\" bar"),
    ("run x --password --user a", "run x --password --user a"),
    ("User{name=x, password=abc}", "User{name=x, password=###}"),
    ("a `token=abc` b", "a `token=###` b"),
    ("x password=ab\\ cd y", "x password=### y"),
    ("Server=a;Uid=sa;Pwd=hunter2;", "Server=a;Uid=sa;Pwd=###;"),
    ("Server=a;UID=sa;PWD=hunter2;", "Server=a;UID=sa;PWD=###;"),
    ("Nov 22 07:00:00 host app[1]: token=abc ok\n", "Nov 22 07:00:00 host app[1]: token=### ok\n"),
    ("<a href=\"/x?token=abc\">y</a>", "<a href=\"/x?token=###\">y</a>"),
    ("<p>password=abc</p>", "<p>password=###</p>"),
    ("a {user: x, password: y}", "a {user: x, password: ###}"),
    ("Environment=DB_PASSWORD=x\n", "Environment=DB_PASSWORD=###\n"),
    ("Environment=\"DB_PASSWORD=x y\" \"B=c\"\n", "Environment=\"DB_PASSWORD=###\" \"B=c\"\n"),
    ("prompt=\"password:\" password=\"x\"", "prompt=\"password:\" password=\"###\""),
];

const JSON: &[(&str, &str)] = &[
    (r#"{"password":"hunter2","a":1}"#, r####"{"password":"###","a":1}"####),
    (r#"{"password" : "a\"b\\", "a":1}"#, r####"{"password" : "###", "a":1}"####),
    ("{\n  \"apiKey\":\n    \"x\"\n}", "{\n  \"apiKey\":\n    \"###\"\n}"),
    (r#"{"pin_token":12345,"a":1}"#, r####"{"pin_token":"###","a":1}"####),
    (r#"{"token":-1.5e3}"#, r####"{"token":"###"}"####),
    (
        r#"{"password":true,"secret":null,"token":"","psk":false}"#,
        r#"{"password":true,"secret":null,"token":"","psk":false}"#,
    ),
    (r#"{"password":{"min":8},"tokens":[1]}"#, r#"{"password":{"min":8},"tokens":[1]}"#),
    (r#"{"passwords":["a]b", 1, "c"],"a":1}"#, r####"{"passwords":"###","a":1}"####),
    (
        r#"{"password":[],"secret":[{"password":"x"}]}"#,
        r####"{"password":[],"secret":[{"password":"###"}]}"####,
    ),
    (r#"{"m":"{\"password\":\"x\",\"a\":1}"}"#, r####"{"m":"{\"password\":\"###\",\"a\":1}"}"####),
    (r#"{"m":"{\"password\":\"a\\\"b\",\"a\":1}"}"#, r####"{"m":"{\"password\":\"###\",\"a\":1}"}"####),
    (r#"{"m":"{\"password\":123}"}"#, r####"{"m":"{\"password\":\"###\"}"}"####),
    (r#"{"m":"{\"password\":\"cut off"}"#, r####"{"m":"{\"password\":\"###"}"####),
    (r#"{"m":"Enter password:","b":"c"}"#, r#"{"m":"Enter password:","b":"c"}"#),
    (r#"{"m":"user a, password=hunter2","b":"c"}"#, r####"{"m":"user a, password=###","b":"c"}"####),
    (r#"{"m":"set password=\"a b\" now","b":"c"}"#, r####"{"m":"set password=\"###\" now","b":"c"}"####),
    (r#"{"m":"env:\nDB_PASSWORD=x y\nHOME=/root"}"#, r####"{"m":"env:\nDB_PASSWORD=###\nHOME=/root"}"####),
    (r#"{"m":"a\n  password: x y"}"#, r####"{"m":"a\n  password: ###"}"####),
    (r#"{"m":"say password=x\nHOME=/root"}"#, r####"{"m":"say password=###\nHOME=/root"}"####),
    (r#"{"m":"sh -c \"mysql --password=foo\" x"}"#, r####"{"m":"sh -c \"mysql --password=###\" x"}"####),
    (r#"{"m":"x --password='a b"}"#, r####"{"m":"x --password='###"}"####),
    (r#"["PASSWORD=x y","B=c"]"#, r####"["PASSWORD=###","B=c"]"####),
    (r#"["--password","x y","--user","a"]"#, r####"["--password","###","--user","a"]"####),
    (r#"{"Pass":"x","pass":12,"bypass":"x"}"#, r####"{"Pass":"###","pass":12,"bypass":"x"}"####),
    ("{'password': 'x', 'a': None, 'secret': None}", "{'password': '###', 'a': None, 'secret': None}"),
    ("{'password': b'x y', 'n': 1}", "{'password': b'###', 'n': 1}"),
    (r#"{"m":"{'password': 'x y', 'a': 1}"}"#, r####"{"m":"{'password': '###', 'a': 1}"}"####),
    (r#"{"m":"{'password': 'cut"}"#, r####"{"m":"{'password': '###"}"####),
];

const YAML_XML: &[(&str, &str)] = &[
    ("a:\n  password: |\n    one\n\n    two\n  user: me\n", "a:\n  password: ###\n  user: me\n"),
    ("secret: >-\n  one\n  two\nuser: me\n", "secret: ###\nuser: me\n"),
    ("secret: |\n  one\n", "secret: ###\n"),
    ("- name: a\n  token: abc # note\n", "- name: a\n  token: ###\n"),
    ("{user: a, password: \"x, y\"}", "{user: a, password: \"###\"}"),
    ("<password>a b</password>", "<password>###</password>"),
    ("<ns:apiKey kind=\"x\">a</ns:apiKey>", "<ns:apiKey kind=\"x\">###</ns:apiKey>"),
    ("<password>\n  abc\n</password>", "<password>\n  ###\n</password>"),
    ("<password><![CDATA[a]<b]]></password>", "<password><![CDATA[###]]></password>"),
    ("<password/><user>a</user>", "<password/><user>a</user>"),
    ("<db user=\"a\" password=\"x y\"/>", "<db user=\"a\" password=\"###\"/>"),
    ("<db user='a' password='x'/>", "<db user='a' password='###'/>"),
    ("usage: login <password> [options]\n", "usage: login <password> [options]\n"),
    ("<a label=\"password:\" b=\"c\"/>", "<a label=\"password:\" b=\"c\"/>"),
];

const DIRECTIVES: &[(&str, &str)] = &[
    ("requirepass hunter2\n", "requirepass ###\n"),
    ("  bindpw hunter two\n", "  bindpw ###\n"),
    ("masterauth x\n", "masterauth ###\n"),
    ("rocommunity public 10.0.0.0/8\n", "rocommunity ###\n"),
    ("    auth_pass 1111\n", "    auth_pass ###\n"),
    ("  wpa-psk secret123\n", "  wpa-psk ###\n"),
    ("machine a login b password c\n", "machine a login b password ###\n"),
    ("machine a\n  login b\n  password c\n", "machine a\n  login b\n  password ###\n"),
    ("password requisite pam_unix.so\n", "password requisite pam_unix.so\n"),
];

const URLS: &[(&str, &str)] = &[
    ("http://user:pass@host/x", "http://***@host/x"),
    ("postgres://u:p%40ss@db:5432/a?b=c", "postgres://***@db:5432/a?b=c"),
    ("redis://:p@host", "redis://***@host"),
    ("https://ghp_abc@github.com/a", "https://***@github.com/a"),
    ("https://TOKEN:@host", "https://***@host"),
    ("amqp://u:p@ss@host/", "amqp://***@host/"),
    ("amqp://u:pa/ss@host/", "amqp://***@host/"),
    ("ssh://git@host/repo", "ssh://git@host/repo"),
    ("ssh://git:pw@host/repo", "ssh://***@host/repo"),
    (r#"{"u":"http:\/\/user:pass@host\/"}"#, r#"{"u":"http:\/\/***@host\/"}"#),
    (r#"{"u":"http://user:pass@host/","v":"a@b"}"#, r#"{"u":"http://***@host/","v":"a@b"}"#),
    ("u=https%3A%2F%2Fuser%3Apass%40host%2Fx", "u=https%3A%2F%2F***%40host%2Fx"),
    ("http://host:8080/a@b", "http://host:8080/a@b"),
    ("http://host?mail=a@b", "http://host?mail=a@b"),
    ("http://user:***@host", "http://user:***@host"),
    ("http://user:${PW}@host", "http://user:${PW}@host"),
    ("http://[::1]:80/ and a@b", "http://[::1]:80/ and a@b"),
    ("DATABASE_URL=mysql://root:toor@db/a\n", "DATABASE_URL=mysql://***@db/a\n"),
];

const PRIVATE_KEYS: &[(&str, &str)] = &[
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAbc=\n-----END RSA PRIVATE KEY-----\nafter\n",
        "-----BEGIN RSA PRIVATE KEY-----\n###\n-----END RSA PRIVATE KEY-----\nafter\n",
    ),
    (
        "k: |\n  -----BEGIN PRIVATE KEY-----\r\n  MIIE\r\n  -----END PRIVATE KEY-----\r\n",
        "k: |\n  -----BEGIN PRIVATE KEY-----\r\n  ###\r\n  -----END PRIVATE KEY-----\r\n",
    ),
    (
        r#"{"k":"-----BEGIN EC PRIVATE KEY-----\nMIIE\nAbc\n-----END EC PRIVATE KEY-----\n","b":1}"#,
        r####"{"k":"-----BEGIN EC PRIVATE KEY-----\n###\n-----END EC PRIVATE KEY-----\n","b":1}"####,
    ),
    (
        r#"{"k":"-----BEGIN PRIVATE KEY-----\nMIIE\nAbc","b":1}"#,
        r####"{"k":"-----BEGIN PRIVATE KEY-----\n###","b":1}"####,
    ),
    (
        r#"{"m":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\\nAbc\"}","b":1}"#,
        r####"{"m":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\n###\"}","b":1}"####,
    ),
    (
        r#"{"m":"key: -----BEGIN PRIVATE KEY----- MIIE","b":1}"#,
        r####"{"m":"key: -----BEGIN PRIVATE KEY----- ###","b":1}"####,
    ),
    ("-----BEGIN PRIVATE KEY-----\nMIIE\nAbc", "-----BEGIN PRIVATE KEY-----\n###"),
    (
        "private_key=-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
        "private_key=-----BEGIN PRIVATE KEY-----\n###\n-----END PRIVATE KEY-----\n",
    ),
    (
        "KEY=\"-----BEGIN PRIVATE KEY-----\nMIIE\"\nuser=me\n",
        "KEY=\"-----BEGIN PRIVATE KEY-----\n###\"\nuser=me\n",
    ),
    (
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"me\"\nP2/5\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n###\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
    ),
    (
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\nlQ\n=ab\n-----END PGP PRIVATE KEY BLOCK-----\n",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n###\n-----END PGP PRIVATE KEY BLOCK-----\n",
    ),
    (
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n",
    ),
];

const NO_SECRETS: &[&str] = &[
    "password=\n",
    "password: \"\"\n",
    "password=***\n",
    "password: <redacted>\n",
    "password = ${DB_PASSWORD}\n",
    "password: {{ vault_password }}\n",
    "token: ${{ secrets.TOKEN }}\n",
    "password=[REDACTED]\n",
    "PasswordAuthentication=no\n",
    "password_min_length = 8\n",
    "PASS_MAX_DAYS = 99999\n",
    "keyboard=us\n",
    "max_tokens: 4096\n",
    "tokens_per_second=3\n",
    "public_key = AAAA\n",
    "KeyExchange=abc\n",
    "key=value\n",
    "passwd:         files systemd\n",
    "passwd: files\n",
    "cat: /etc/passwd: Permission denied\n",
    "2026-11-01 status installed passwd:amd64 1:4.13\n",
    "passwd:amd64\tinstall\n",
    "%wheel ALL=(ALL) NOPASSWD: ALL\n",
    "me ALL = PASSWD: /bin/kill\n",
    "sudo: me : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/ls\n",
    "PWD=/home/me\nOLDPWD=/\n",
    "passwd: password expiry information changed.\n",
    "PASS: test-one\n",
    "pass=12 fail=0\n",
    "Failed password for me from 10.0.0.1\n",
    "use token::Token;\n",
    "vault secret://a/b\n",
    "std::secret::Key\n",
    "systemd-ask-password.service: Deactivated\n",
    "proxy_pass: http://backend\n",
    "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\n",
    "password:\n  min: 8\n",
    "credentials {\n",
    "token = {\n  a = 1\n}\n",
];

fn check(input: &str, expected: &str) {
    let expected = expected.replace("###", MASK);
    let (output, tally) = redact(input.as_bytes());
    assert_eq!(String::from_utf8_lossy(&output), expected, "from {input:?}");
    assert_eq!(tally.total() > 0, input != expected, "tally {tally:?} of {input:?}");
    assert_eq!(scan(input.as_bytes()).len() as u64, tally.total(), "scan of {input:?}");
    assert_eq!(scan(&output), [], "scan of the output of {input:?}");
    assert_eq!(redact(&output).0, output, "a second time, from {input:?}");
    for size in [1, 2, 3, 7] {
        let pieces = redact_in_pieces(input.as_bytes(), size).expect("searchable");
        assert_eq!(pieces, (output.clone(), tally.clone()), "in pieces of {size} from {input:?}");
    }
}

fn check_all(table: &[(&str, &str)]) {
    table.iter().for_each(|(input, expected)| check(input, expected));
}

#[test]
fn values_of_secret_keys_are_removed_from_lines() {
    check_all(KEY_VALUE);
}

#[test]
fn values_of_secret_keys_are_removed_from_running_text() {
    check_all(RUNNING_TEXT);
}

#[test]
fn values_of_secret_keys_are_removed_from_json() {
    check_all(JSON);
}

#[test]
fn json_stays_json() {
    for (input, _) in JSON.iter().chain(URLS).chain(PRIVATE_KEYS) {
        if serde_json::from_str::<serde_json::Value>(input).is_ok() {
            let output = redact(input.as_bytes()).0;
            serde_json::from_slice::<serde_json::Value>(&output).expect("output is JSON");
        }
    }
}

#[test]
fn values_of_secret_keys_are_removed_from_yaml_and_xml() {
    check_all(YAML_XML);
}

#[test]
fn values_of_secret_directives_are_removed() {
    check_all(DIRECTIVES);
}

#[test]
fn credentials_are_removed_from_urls() {
    check_all(URLS);
}

#[test]
fn private_keys_are_removed_and_their_frame_stays() {
    check_all(PRIVATE_KEYS);
}

#[test]
fn what_is_no_secret_stays() {
    NO_SECRETS.iter().for_each(|text| check(text, text));
}
