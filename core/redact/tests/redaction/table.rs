//! Texts and what becomes of them. `«token»` stands for `[removed:token]`, and `‹token›` for `removed:token`.

use crate::{redact, redact_in_pieces, scan, with_marks};

const KEY_VALUE: &[(&str, &str)] = &[
    ("password=hunter2", "password=«password»"),
    ("password = hunter2\n", "password = «password»\n"),
    ("password: correct horse battery\nuser: me\n", "password: \"«password»\"\nuser: me\n"),
    ("  db_password = two words ; no comment\r\nnext=1\r\n", "  db_password = «password»\r\nnext=1\r\n"),
    ("password=\"two words\" # why\n", "password=\"«password»\" # why\n"),
    ("password='it''s'\n", "password='«password»'\n"),
    ("password=\"a\\\"b\"\n", "password=\"«password»\"\n"),
    ("password=\"never closed\nuser=me\n", "password=\"«password»\nuser=me\n"),
    ("password=\"\"\"triple\"\"\"\n", "password=\"«password»\"\n"),
    ("export AWS_SECRET_ACCESS_KEY=wJalr/XUtn+FEMI\n", "export AWS_SECRET_ACCESS_KEY=«access-key»\n"),
    ("#api_key = 123456\n", "#api_key = \"«api-key»\"\n"),
    ("- client-secret: s3cr3t\n", "- client-secret: \"«secret»\"\n"),
    ("secret := hunter2\n", "secret := «secret»\n"),
    ("'password' => 'hunter2',\n", "'password' => '«password»',\n"),
    ("$config['db_password'] = 'hunter2';\n", "$config['db_password'] = '«password»';\n"),
    ("define(\"TOKEN\", x)\n", "define(\"TOKEN\", x)\n"),
    (
        "root.Network.SNMP.V3.InitialUserPasswd=abc def\n",
        "root.Network.SNMP.V3.InitialUserPasswd=«password»\n",
    ),
    ("root.SNMP.V1ReadCommunity=public\n", "root.SNMP.V1ReadCommunity=«community»\n"),
    (
        "[Peer]\nPresharedKey = aGVsbG8=\nPublicKey = d29ybGQ=\n",
        "[Peer]\nPresharedKey = «psk»\nPublicKey = d29ybGQ=\n",
    ),
    ("psk=\"my wifi\"\nkey_mgmt=WPA-PSK\n", "psk=\"«psk»\"\nkey_mgmt=WPA-PSK\n"),
    ("wpa_passphrase=abc\n", "wpa_passphrase=«passphrase»\n"),
    ("userPassword: {SSHA}q1w2e3\n", "userPassword: \"«password»\"\n"),
    ("userPassword:: e1NTSEF9cTF3\n", "userPassword:: \"«password»\"\n"),
    ("A=1\0DB_PASSWORD=x y\0B=2\0", "A=1\0DB_PASSWORD=«password»\0B=2\0"),
    ("The API key: abcd1234 and more", "The API key: \"«api-key»\" and more"),
    ("X-Api-Key:abc\r\nHost: a\r\n", "X-Api-Key:«api-key»\r\nHost: a\r\n"),
    ("password = ab\"cd ef\n", "password = «password»\n"),
    ("\u{FEFF}password: x\n", "\u{FEFF}password: \"«password»\"\n"),
    ("pässwörter: x\npassword: Ünïcödé\n", "pässwörter: x\npassword: \"«password»\"\n"),
];

const RUNNING_TEXT: &[(&str, &str)] = &[
    ("connect user=a password=hunter2, retry", "connect user=a password=«password», retry"),
    ("connect password=hunter2; host=b", "connect password=«password»; host=b"),
    ("login failed (password: hunter2) for me", "login failed (password: \"«password»\") for me"),
    ("GET /a?user=b&token=abc.def&x=1 HTTP/1.1", "GET /a?user=b&token=«token»&x=1 HTTP/1.1"),
    ("POST user%5Bpassword%5D=abc&x=1", "POST user%5Bpassword%5D=«password»&x=1"),
    ("POST user[password]=abc&x=1", "POST user[password]=«password»&x=1"),
    ("run mysql --password=hunter2 --user=a", "run mysql --password=«password» --user=a"),
    ("run mysql --password hunter2 --user a", "run mysql --password «password» --user a"),
    ("run x --api-key 'two words' y", "run x --api-key '«api-key»' y"),
    ("sh -c \"mysql --password=foo\" bar", "sh -c \"mysql --password=«password»\" bar"),
    ("run x --password --user a", "run x --password --user a"),
    ("User{name=x, password=abc}", "User{name=x, password=«password»}"),
    ("a `token=abc` b", "a `token=«token»` b"),
    ("x password=ab\\ cd y", "x password=«password» y"),
    ("Server=a;Uid=sa;Pwd=hunter2;", "Server=a;Uid=sa;Pwd=«password»;"),
    ("Server=a;UID=sa;PWD=hunter2;", "Server=a;UID=sa;PWD=«password»;"),
    ("Nov 22 07:00:00 host app[1]: token=abc ok\n", "Nov 22 07:00:00 host app[1]: token=«token» ok\n"),
    ("<a href=\"/x?token=abc\">y</a>", "<a href=\"/x?token=«token»\">y</a>"),
    ("<p>password=abc</p>", "<p>password=«password»</p>"),
    ("a {user: x, password: y}", "a {user: x, password: \"«password»\"}"),
    ("Environment=DB_PASSWORD=x\n", "Environment=DB_PASSWORD=«password»\n"),
    ("Environment=\"DB_PASSWORD=x y\" \"B=c\"\n", "Environment=\"DB_PASSWORD=«password»\" \"B=c\"\n"),
    ("prompt=\"password:\" password=\"x\"", "prompt=\"password:\" password=\"«password»\""),
];

const JSON: &[(&str, &str)] = &[
    (r#"{"password":"hunter2","a":1}"#, r#"{"password":"«password»","a":1}"#),
    (r#"{"password" : "a\"b\\", "a":1}"#, r#"{"password" : "«password»", "a":1}"#),
    ("{\n  \"apiKey\":\n    \"x\"\n}", "{\n  \"apiKey\":\n    \"«api-key»\"\n}"),
    (r#"{"pin_token":12345,"a":1}"#, r#"{"pin_token":"«token»","a":1}"#),
    (r#"{"token":-1.5e3}"#, r#"{"token":"«token»"}"#),
    (
        r#"{"password":true,"secret":null,"token":"","psk":false}"#,
        r#"{"password":true,"secret":null,"token":"","psk":false}"#,
    ),
    (r#"{"password":{"min":8},"tokens":[1]}"#, r#"{"password":{"min":8},"tokens":[1]}"#),
    (r#"{"passwords":["a]b", 1, "c"],"a":1}"#, r#"{"passwords":"«password»","a":1}"#),
    (
        r#"{"password":[],"secret":[{"password":"x"}]}"#,
        r#"{"password":[],"secret":[{"password":"«password»"}]}"#,
    ),
    (r#"{"m":"{\"password\":\"x\",\"a\":1}"}"#, r#"{"m":"{\"password\":\"«password»\",\"a\":1}"}"#),
    (r#"{"m":"{\"password\":\"a\\\"b\",\"a\":1}"}"#, r#"{"m":"{\"password\":\"«password»\",\"a\":1}"}"#),
    (r#"{"m":"{\"password\":123}"}"#, r#"{"m":"{\"password\":\"«password»\"}"}"#),
    (r#"{"m":"{\"password\":\"cut off"}"#, r#"{"m":"{\"password\":\"«password»"}"#),
    (r#"{"m":"Enter password:","b":"c"}"#, r#"{"m":"Enter password:","b":"c"}"#),
    (r#"{"m":"user a, password=hunter2","b":"c"}"#, r#"{"m":"user a, password=«password»","b":"c"}"#),
    (r#"{"m":"set password=\"a b\" now","b":"c"}"#, r#"{"m":"set password=\"«password»\" now","b":"c"}"#),
    (r#"{"m":"env:\nDB_PASSWORD=x y\nHOME=/root"}"#, r#"{"m":"env:\nDB_PASSWORD=«password»\nHOME=/root"}"#),
    (r#"{"m":"a\n  password: x y"}"#, r#"{"m":"a\n  password: «password»"}"#),
    (r#"{"m":"say password=x\nHOME=/root"}"#, r#"{"m":"say password=«password»\nHOME=/root"}"#),
    (r#"{"m":"sh -c \"mysql --password=foo\" x"}"#, r#"{"m":"sh -c \"mysql --password=«password»\" x"}"#),
    (r#"{"m":"x --password='a b"}"#, r#"{"m":"x --password='«password»"}"#),
    (r#"["PASSWORD=x y","B=c"]"#, r#"["PASSWORD=«password»","B=c"]"#),
    (r#"["--password","x y","--user","a"]"#, r#"["--password","«password»","--user","a"]"#),
    (r#"{"Pass":"x","pass":12,"bypass":"x"}"#, r#"{"Pass":"«password»","pass":12,"bypass":"x"}"#),
    ("{'password': 'x', 'a': None, 'secret': None}", "{'password': '«password»', 'a': None, 'secret': None}"),
    ("{'password': b'x y', 'n': 1}", "{'password': b'«password»', 'n': 1}"),
    (r#"{"m":"{'password': 'x y', 'a': 1}"}"#, r#"{"m":"{'password': '«password»', 'a': 1}"}"#),
    (r#"{"m":"{'password': 'cut"}"#, r#"{"m":"{'password': '«password»"}"#),
];

const YAML_XML: &[(&str, &str)] = &[
    ("a:\n  password: |\n    one\n\n    two\n  user: me\n", "a:\n  password: \"«password»\"\n  user: me\n"),
    ("secret: >-\n  one\n  two\nuser: me\n", "secret: \"«secret»\"\nuser: me\n"),
    ("secret: |\n  one\n", "secret: \"«secret»\"\n"),
    ("- name: a\n  token: abc # note\n", "- name: a\n  token: \"«token»\"\n"),
    ("{user: a, password: \"x, y\"}", "{user: a, password: \"«password»\"}"),
    ("<password>a b</password>", "<password>«password»</password>"),
    ("<ns:apiKey kind=\"x\">a</ns:apiKey>", "<ns:apiKey kind=\"x\">«api-key»</ns:apiKey>"),
    ("<password>\n  abc\n</password>", "<password>\n  «password»\n</password>"),
    ("<password><![CDATA[a]<b]]></password>", "<password><![CDATA[«password»]]></password>"),
    ("<password/><user>a</user>", "<password/><user>a</user>"),
    ("<db user=\"a\" password=\"x y\"/>", "<db user=\"a\" password=\"«password»\"/>"),
    ("<db user='a' password='x'/>", "<db user='a' password='«password»'/>"),
    ("usage: login <password> [options]\n", "usage: login <password> [options]\n"),
    ("<a label=\"password:\" b=\"c\"/>", "<a label=\"password:\" b=\"c\"/>"),
];

const DIRECTIVES: &[(&str, &str)] = &[
    ("requirepass hunter2\n", "requirepass «password»\n"),
    ("  bindpw hunter two\n", "  bindpw «password»\n"),
    ("masterauth x\n", "masterauth «password»\n"),
    ("rocommunity public 10.0.0.0/8\n", "rocommunity «community» 10.0.0.0/8\n"),
    ("    auth_pass 1111\n", "    auth_pass «password»\n"),
    ("  wpa-psk secret123\n", "  wpa-psk «psk»\n"),
    ("machine a login b password c\n", "machine a login b password «password»\n"),
    ("machine a\n  login b\n  password c\n", "machine a\n  login b\n  password «password»\n"),
    ("password requisite pam_unix.so\n", "password requisite pam_unix.so\n"),
];

const URLS: &[(&str, &str)] = &[
    ("http://user:pass@host/x", "http://‹url-credentials›@host/x"),
    ("postgres://u:p%40ss@db:5432/a?b=c", "postgres://‹url-credentials›@db:5432/a?b=c"),
    ("redis://:p@host", "redis://‹url-credentials›@host"),
    ("https://ghp_abc@github.com/a", "https://‹url-credentials›@github.com/a"),
    ("https://TOKEN:@host", "https://‹url-credentials›@host"),
    ("amqp://u:p@ss@host/", "amqp://‹url-credentials›@host/"),
    ("amqp://u:pa/ss@host/", "amqp://‹url-credentials›@host/"),
    ("ssh://git@host/repo", "ssh://git@host/repo"),
    ("ssh://git:pw@host/repo", "ssh://‹url-credentials›@host/repo"),
    (r#"{"u":"http:\/\/user:pass@host\/"}"#, r#"{"u":"http:\/\/‹url-credentials›@host\/"}"#),
    (r#"{"u":"http://user:pass@host/","v":"a@b"}"#, r#"{"u":"http://‹url-credentials›@host/","v":"a@b"}"#),
    ("u=https%3A%2F%2Fuser%3Apass%40host%2Fx", "u=https%3A%2F%2Fremoved%3Aurl-credentials%40host%2Fx"),
    ("http://host:8080/a@b", "http://host:8080/a@b"),
    ("http://host?mail=a@b", "http://host?mail=a@b"),
    ("http://user:***@host", "http://user:***@host"),
    ("http://user:${PW}@host", "http://user:${PW}@host"),
    ("http://[::1]:80/ and a@b", "http://[::1]:80/ and a@b"),
    ("DATABASE_URL=mysql://root:toor@db/a\n", "DATABASE_URL=mysql://‹url-credentials›@db/a\n"),
];

const PRIVATE_KEYS: &[(&str, &str)] = &[
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAbc=\n-----END RSA PRIVATE KEY-----\nafter\n",
        "-----BEGIN RSA PRIVATE KEY-----\n«private-key»\n-----END RSA PRIVATE KEY-----\nafter\n",
    ),
    (
        "k: |\n  -----BEGIN PRIVATE KEY-----\r\n  MIIE\r\n  -----END PRIVATE KEY-----\r\n",
        "k: |\n  -----BEGIN PRIVATE KEY-----\r\n  «private-key»\r\n  -----END PRIVATE KEY-----\r\n",
    ),
    (
        r#"{"k":"-----BEGIN EC PRIVATE KEY-----\nMIIE\nAbc\n-----END EC PRIVATE KEY-----\n","b":1}"#,
        r#"{"k":"-----BEGIN EC PRIVATE KEY-----\n«private-key»\n-----END EC PRIVATE KEY-----\n","b":1}"#,
    ),
    (
        r#"{"k":"-----BEGIN PRIVATE KEY-----\nMIIE\nAbc","b":1}"#,
        r#"{"k":"-----BEGIN PRIVATE KEY-----\n«private-key»","b":1}"#,
    ),
    (
        r#"{"m":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\\nAbc\"}","b":1}"#,
        r#"{"m":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\n«private-key»\"}","b":1}"#,
    ),
    (
        r#"{"m":"key: -----BEGIN PRIVATE KEY----- MIIE","b":1}"#,
        r#"{"m":"key: -----BEGIN PRIVATE KEY----- «private-key»","b":1}"#,
    ),
    ("-----BEGIN PRIVATE KEY-----\nMIIE\nAbc", "-----BEGIN PRIVATE KEY-----\n«private-key»"),
    (
        "private_key=-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
        "private_key=-----BEGIN PRIVATE KEY-----\n«private-key»\n-----END PRIVATE KEY-----\n",
    ),
    (
        "KEY=\"-----BEGIN PRIVATE KEY-----\nMIIE\"\nuser=me\n",
        "KEY=\"-----BEGIN PRIVATE KEY-----\n«private-key»\"\nuser=me\n",
    ),
    (
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"me\"\nP2/5\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n«private-key»\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
    ),
    (
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: x\n\nlQ\n=ab\n-----END PGP PRIVATE KEY BLOCK-----\n",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n«private-key»\n-----END PGP PRIVATE KEY BLOCK-----\n",
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

const HEADERS: &[(&str, &str)] = &[
    ("Authorization: Bearer abc123def456\r\n", "Authorization: Bearer «authorization»\r\n"),
    ("Proxy-Authorization: Basic dXNlcjpwYXNz\n", "Proxy-Authorization: Basic «authorization»\n"),
    (
        "authorization: Digest username=\"a\", realm=\"r\", response=\"0a1b\"\n",
        "authorization: Digest «authorization»\n",
    ),
    (r#"{"Authorization":"Bearer abc.def-1","a":1}"#, r#"{"Authorization":"Bearer «authorization»","a":1}"#),
    (r#"{"authorization":["token abc1234"],"a":1}"#, r#"{"authorization":["token «authorization»"],"a":1}"#),
    (
        r#"{"m":"{\"Authorization\":\"Basic dXNlcjpwYXNz\"}"}"#,
        r#"{"m":"{\"Authorization\":\"Basic «authorization»\"}"}"#,
    ),
    (
        r#"{"m":"sent Authorization: Bearer a1b2c3d4 to x"}"#,
        r#"{"m":"sent Authorization: Bearer «authorization» to x"}"#,
    ),
    (
        "curl -H 'Authorization: token ghx_1234' https://x",
        "curl -H 'Authorization: token «authorization»' https://x",
    ),
    (
        "curl -H \"Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=c\" x",
        "curl -H \"Authorization: AWS4-HMAC-SHA256 «authorization»\" x",
    ),
    (
        "headers = {'Authorization': 'Bearer a1b2c3d4e5'}",
        "headers = {'Authorization': 'Bearer «authorization»'}",
    ),
    ("Authorization: a1b2c3d4e5f6\n", "Authorization: \"«authorization»\"\n"),
    ("X-Api-Key: abc\n", "X-Api-Key: \"«api-key»\"\n"),
    ("X-Auth-Token: abc1\n", "X-Auth-Token: \"«token»\"\n"),
    ("Cookie: a=b; session=c d; x\n", "Cookie: a=«cookie»; session=«cookie»; x\n"),
    (r#"{"cookie":"a=b; c=d","e":1}"#, r#"{"cookie":"a=«cookie»; c=«cookie»","e":1}"#),
    ("curl -H \"Cookie: sid=1\" http://x", "curl -H \"Cookie: sid=«cookie»\" http://x"),
    ("Set-Cookie: sid=abc; Path=/; HttpOnly\r\n", "Set-Cookie: sid=«cookie»; Path=/; HttpOnly\r\n"),
    (r#""set-cookie":["a=b; Path=/","c=d"]"#, r#""set-cookie":["a=«cookie»; Path=/","c=d"]"#),
    ("got Bearer eyabcdefghij0123456 from x", "got Bearer «bearer-token» from x"),
    ("Basic dXNlcjpwYXNzd29yZA== used", "Basic «authorization» used"),
    ("GET /?X-Amz-Signature=9f86d081884c7d659a2feaa0c55ad015&x=1", "GET /?X-Amz-Signature=«signature»&x=1"),
    ("PHPSESSID=k3jh5g2l4k6j7h8g9f0d1s2a3q; x", "PHPSESSID=«session-id»; x"),
];

const PAIRS: &[(&str, &str)] = &[
    ("<add key=\"Password\" value=\"x y\"/>", "<add key=\"Password\" value=\"«password»\"/>"),
    ("<add value=\"x y\" key=\"Password\" a=\"b\"/>", "<add value=\"«password»\" key=\"Password\" a=\"b\"/>"),
    (r#"{"name":"DB_PASSWORD","value":"x"}"#, r#"{"name":"DB_PASSWORD","value":"«password»"}"#),
    (r#"{"value":"x","name":"API_TOKEN"}"#, r#"{"value":"«token»","name":"API_TOKEN"}"#),
    (
        "{\n  \"name\": \"TOKEN\",\n  \"value\": \"x\"\n}",
        "{\n  \"name\": \"TOKEN\",\n  \"value\": \"«token»\"\n}",
    ),
    (
        "{\n  \"value\": \"x\",\n  \"name\": \"TOKEN\"\n}",
        "{\n  \"value\": \"«token»\",\n  \"name\": \"TOKEN\"\n}",
    ),
    (
        "env:\n- name: DB_PASSWORD\n  value: x\n- name: A\n  value: b\n",
        "env:\n- name: DB_PASSWORD\n  value: \"«password»\"\n- name: A\n  value: b\n",
    ),
    ("env:\n- value: x\n  name: DB_PASSWORD\n", "env:\n- value: \"«password»\"\n  name: DB_PASSWORD\n"),
    (
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {}\n",
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {}\n",
    ),
    ("<key>Password</key>\n<string>x</string>", "<key>Password</key>\n<string>«password»</string>"),
    ("<name>db.password</name><value>x</value>", "<name>db.password</name><value>«password»</value>"),
    ("define('DB_PASSWORD', 'x');", "define('DB_PASSWORD', '«password»');"),
    ("define( 'AUTH_KEY', 'a b' );", "define( 'AUTH_KEY', 'a b' );"),
    ("props.setProperty(\"password\", \"x\");", "props.setProperty(\"password\", \"«password»\");"),
    (":password => \"x\",", ":password => \"«password»\","),
    ("password: str = \"x\"\n", "password: str = \"«password»\"\n"),
    ("const PASSWORD: &str = \"x\";", "const PASSWORD: &str = \"«password»\";"),
];

const COMMAND_LINES: &[(&str, &str)] = &[
    ("mysql -u root -psecret db", "mysql -u root -p«password» db"),
    ("mysql -u root -p db", "mysql -u root -p db"),
    ("mysqldump -p'two words' db", "mysqldump -p'«password»' db"),
    ("/usr/bin/sshpass -p hunter2 ssh a", "/usr/bin/sshpass -p «password» ssh a"),
    ("sshpass -phunter2 ssh a", "sshpass -p«password» ssh a"),
    ("ldapsearch -x -D cn=a -w hunter2 -b dc=b", "ldapsearch -x -D cn=a -w «password» -b dc=b"),
    ("curl -s -u me:hunter2 https://x", "curl -s -u me:«password» https://x"),
    ("curl --user me:hunter2 https://x", "curl --user me:«password» https://x"),
    ("curl -u me https://x", "curl -u me https://x"),
    ("redis-cli -h a -a hunter2 ping", "redis-cli -h a -a «password» ping"),
    ("smbclient //a/b -U me%hunter2", "smbclient //a/b -U me%«password»"),
    ("docker login -u me -p hunter2 x", "docker login -u me -p «password» x"),
    ("docker run -p 8080:80 x", "docker run -p 8080:80 x"),
    ("openssl rsa -passin pass:hunter2 -in k", "openssl rsa -passin pass:«password» -in k"),
    ("snmpwalk -v2c -c public 10.0.0.1", "snmpwalk -v2c -c «community» 10.0.0.1"),
    ("snmpget -v3 -A authpw -X privpw h", "snmpget -v3 -A «passphrase» -X «passphrase» h"),
    ("ipmitool -H a -U b -P hunter2 power", "ipmitool -H a -U b -P «password» power"),
    ("htpasswd -b /etc/x me hunter2", "htpasswd -b /etc/x me «password»"),
    ("xfreerdp /u:me /p:hunter2 /v:a", "xfreerdp /u:me /p:«password» /v:a"),
    ("net use Z: \\\\srv\\share hunter2 /user:me", "net use Z: \\\\srv\\share «password» /user:me"),
    (r#"["redis-cli","-a","x y"]"#, r#"["redis-cli","-a","«password»"]"#),
    (r#"["mysql","-psecret","db"]"#, r#"["mysql","-p«password»","db"]"#),
    ("mysql\0-psecret\0db\0", "mysql\0-p«password»\0db\0"),
    ("redis-cli\0-a\0hunter2\0ping\0", "redis-cli\0-a\0«password»\0ping\0"),
    (r#"{"cmd":"sshpass -p hunter2 ssh a"}"#, r#"{"cmd":"sshpass -p «password» ssh a"}"#),
    ("echo hunter2 | sudo -S reboot", "echo «password» | sudo -S reboot"),
    ("echo 'me:hunter2' | chpasswd", "echo 'me:«password»' | chpasswd"),
    ("COMMAND=sshpass -p hunter2 ssh a", "COMMAND=sshpass -p «password» ssh a"),
    ("grep -p foo; ls -a bar", "grep -p foo; ls -a bar"),
    ("PGPASSWORD=x psql -U a", "PGPASSWORD=«password»"),
    ("SSHPASS=x sshpass -e ssh a", "SSHPASS=«password»"),
    ("sqlplus scott/tiger@db", "sqlplus scott/‹dsn-password›@db"),
    ("jdbc:oracle:thin:scott/tiger@//h:1521/x", "jdbc:oracle:thin:scott/‹dsn-password›@//h:1521/x"),
    ("dsn = \"me:pw@tcp(db:3306)/x\"", "dsn = \"me:‹dsn-password›@tcp(db:3306)/x\""),
    ("http_proxy=me:pw@proxy.x:3128", "http_proxy=me:‹dsn-password›@proxy.x:3128"),
    ("docker pull a/b:1.2@sha256:abc", "docker pull a/b:1.2@sha256:abc"),
];

const DEVICES: &[(&str, &str)] = &[
    ("enable secret 5 abcdef\n", "enable secret 5 «password»\n"),
    (
        "username me privilege 15 password 7 0822455D0A16\n",
        "username me privilege 15 password 7 «password»\n",
    ),
    ("snmp-server community s3cret RO\n", "snmp-server community «community» RO\n"),
    ("tacacs-server host a key 7 0011\n", "tacacs-server host a key 7 «key»\n"),
    ("crypto isakmp key s3cret address 10.0.0.1\n", "crypto isakmp key «key» address 10.0.0.1\n"),
    ("line vty 0 4\n password cisco\n login\n", "line vty 0 4\n password «password»\n login\n"),
    (" neighbor 10.0.0.1 password s3cret\n", " neighbor 10.0.0.1 password «password»\n"),
    (" ip ospf message-digest-key 1 md5 s3cret\n", " ip ospf message-digest-key 1 md5 «key»\n"),
    ("com2sec ro default s3cret\n", "com2sec ro default «community»\n"),
    (
        "createUser me SHA \"auth pw\" AES \"priv pw\"\n",
        "createUser me SHA \"«passphrase»\" AES \"«passphrase»\"\n",
    ),
    ("key \"k\" {\n  secret \"c2VjcmV0\";\n};\n", "key \"k\" {\n  secret \"«secret»\";\n};\n"),
    ("10.0.0.1 10.0.0.2 : PSK \"two words\"\n", "10.0.0.1 10.0.0.2 : PSK \"«psk»\"\n"),
    (
        "poll mail.x proto pop3 user \"a\" password \"b\"\n",
        "poll mail.x proto pop3 user \"a\" password \"«password»\"\n",
    ),
    ("password requisite pam_unix.so\n", "password requisite pam_unix.so\n"),
    ("Password for me is wanted\n", "Password for me is wanted\n"),
    ("key exchange failed\n", "key exchange failed\n"),
];

const FILES: &[(&str, &str)] = &[
    (
        "machine a\nlogin b\naccount c\npassword d\n",
        "machine a\nlogin b\naccount «password»\npassword «password»\n",
    ),
    ("default login b password c\n", "default login b password «password»\n"),
    ("machine a password c login b\n", "machine a password «password» login b\n"),
    ("db.x:5432:app:me:hunter2\n", "db.x:5432:app:me:«password»\n"),
    ("*:*:*:me:hunter2\n", "*:*:*:me:«password»\n"),
    ("*:*:*:postgres:hunter2\n", "*:*:*:postgres:«password»\n"),
    ("me:rqXexS6ZhobKA:19000:0:99999:7:::\n", "me:«password-hash»:19000:0:99999:7:::\n"),
    ("me:*:19000:0:99999:7:::\n", "me:*:19000:0:99999:7:::\n"),
    (
        "me:1000:E52CAC67419A9A224A3B108F3FA6CB6D:8846F7EAEE8FB117AD06BDD830B7586C:[U          ]:LCT-5F5B1A2C:\n",
        "me:1000:«password-hash»:«password-hash»:[U          ]:LCT-5F5B1A2C:\n",
    ),
    ("me:{PLAIN}hunter2:1000\n", "me:{PLAIN}«password»:1000\n"),
    ("_auth=dXNlcjpwYXNzd29yZA==\n", "_auth=«authorization»\n"),
    ("//registry.npmjs.org/:_authToken=abc\n", "//registry.npmjs.org/:_authToken=«token»\n"),
    (r#"{"auths":{"x":{"auth":"dXNlcjpwYXNzd29yZA=="}}}"#, r#"{"auths":{"x":{"auth":"«authorization»"}}}"#),
    ("sae_password=\"a b\"\nwep_key0=12345\n", "sae_password=\"«password»\"\nwep_key0=\"«key»\"\n"),
    ("Passwort: geheim\nlösenord=hemligt\n", "Passwort: \"«password»\"\nlösenord=«password»\n"),
    ("x=\"$(pass show a)\"\npassword=$(pass show a)\n", "x=\"$(pass show a)\"\npassword=$(pass show a)\n"),
];

const BLOCKS: &[(&str, &str)] = &[
    (
        "Private-Lines: 2\nAAAAgQCabcdefghijklmnop\nqrstuv==\nPrivate-MAC: 00\n",
        "Private-Lines: 2\n«private-key»\nPrivate-MAC: 00\n",
    ),
    (
        "pw: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61626364656667\n  6869\nnext: 1\n",
        "pw: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  «vault»\nnext: 1\n",
    ),
    (
        "-----BEGIN OpenVPN Static key V1-----\n00112233\n-----END OpenVPN Static key V1-----\n",
        "-----BEGIN OpenVPN Static key V1-----\n«private-key»\n-----END OpenVPN Static key V1-----\n",
    ),
    (
        "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
        "-----BEGIN PGP MESSAGE-----\n\n«private-key»\n\n-----END PGP MESSAGE-----\n",
    ),
    (
        "Nov 22 12:00:00 h app: -----BEGIN RSA PRIVATE KEY-----\nNov 22 12:00:00 h app: MIIEowIBAAKCAQEAabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv\nNov 22 12:00:00 h other: hello\nNov 22 12:00:00 h app: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl\nNov 22 12:00:00 h app: abcdefghijklmnopqrstuv==\nNov 22 12:00:00 h app: -----END RSA PRIVATE KEY-----\n",
        "Nov 22 12:00:00 h app: -----BEGIN RSA PRIVATE KEY-----\nNov 22 12:00:00 h app: «private-key»\nNov 22 12:00:00 h other: hello\nNov 22 12:00:00 h app: «private-key»\nNov 22 12:00:00 h app: «private-key»\nNov 22 12:00:00 h app: -----END RSA PRIVATE KEY-----\n",
    ),
    (
        "{\"MESSAGE\":\"-----BEGIN PRIVATE KEY-----\"}\n{\"MESSAGE\":\"MIIEowIBAAKCAQEAabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv\"}\n{\"MESSAGE\":\"-----END PRIVATE KEY-----\"}\n",
        "{\"MESSAGE\":\"-----BEGIN PRIVATE KEY-----\"}\n{\"MESSAGE\":\"«private-key»\"}\n{\"MESSAGE\":\"-----END PRIVATE KEY-----\"}\n",
    ),
];

const CODE: &[&str] = &[
    "password = get_password()\n",
    "    token: str\n",
    "    token: str,\n",
    "secret = os.environ[\"X\"]\n",
    "secret = os.environ.get('X')\n",
    "String password;\n",
    "password: \"Enter your password\"\n",
    "\"password\": \"Password\",\n",
    "token = lexer.next()\n",
    "let token = self.lexer.next();\n",
    "\"tokens\": 1200,\n",
    "token = next_token\n",
    "const token = await getToken(user);\n",
    "password = user_password\n",
    "return connect(user=user, password=password)\n",
    "return connect(user=user, password=db_password, port=1)\n",
    "pub password: Option<String>,\n",
    "pub token: Token,\n",
    "if (token === null) return;\n",
    "$password = $_POST['password'];\n",
    "password: process.env.DB_PASSWORD,\n",
    "password = args.password or None\n",
    "this.token = token;\n",
    "key: value\n",
    "KeyError: 'foo'\n",
    "public key: AAAA\n",
    "ssh host key fingerprint SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\n",
    "monkey: x\n",
    "author: Jane\n",
    "etag=\"d41d8cd98f00b204e9800998ecf8427e\"\n",
    "hash=d41d8cd98f00b204e9800998ecf8427e\n",
    "commit key=value\n",
    "session opened for user root by (uid=0)\n",
    "New session 12 of user root.\n",
    "code=exited, status=1/FAILURE\n",
    "auth: required\n",
    "key=/etc/ssl/private/server.key\n",
    "Bearer authentication required\n",
    "Authorization: required\n",
    "Basic authentication is used\n",
    "Cookie: enabled\n",
    "unexpected token: identifier\n",
    "auto password = std::make_unique<Password>();\n",
    "    char[] password = console.readPassword(\"Password: \");\n",
    "$token = bin2hex(random_bytes(32));\n",
    "export const selectToken = (state) => state.auth.token;\n",
    "+const token = await getToken();\n",
    "    self.password = password\n",
    "  --password <PASSWORD>   password of the account\n",
    "  --api-key KEY           key of the service\n",
    "  -p, --password string   Password\n",
    "fmt.Errorf(\"invalid token: %w\", err)\n",
    "@media (min-width: 10px) { .token { width: 1%; } }\n",
    "a, PublicKeyToken=b77a5c561934e089\n",
    "jsonwebtoken==0.4.4\n",
    "x: password: [REDACTED]\n",
    "password: \"{{ lookup('env', 'X') }}\"\n",
    "kernel: Loaded cert 'Build time kernel key: b02de89659b72557718e626e5a97e784c66d4be0'\n",
    "community edition\n",
];

fn check(input: &str, expected: &str) {
    let expected = with_marks(expected);
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

#[test]
fn headers_keep_their_schemes_and_names() {
    check_all(HEADERS);
}

#[test]
fn values_of_named_pairs_and_arguments_are_removed() {
    check_all(PAIRS);
}

#[test]
fn secrets_are_removed_from_command_lines() {
    check_all(COMMAND_LINES);
}

#[test]
fn secrets_are_removed_from_configurations_of_devices() {
    check_all(DEVICES);
}

#[test]
fn secrets_are_removed_from_password_files() {
    check_all(FILES);
}

#[test]
fn blocks_are_removed_to_their_end() {
    check_all(BLOCKS);
}

#[test]
fn code_and_prose_stay() {
    let table: Vec<(&str, &str)> = CODE.iter().map(|text| (*text, *text)).collect();
    check_all(&table);
}
