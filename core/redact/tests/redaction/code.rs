//! Secrets in source code that are assigned to nothing, and directives of one word; and what only looks like them.

use crate::table::check_all;

const CODE: &[(&str, &str)] = &[
    ("$ENV{DB_PASSWORD} = 'hunter2';", "$ENV{DB_PASSWORD} = '«password»';"),
    ("password <- \"hunter2\"", "password <- \"«password»\""),
    (
        "env::var(\"DB_PASSWORD\").unwrap_or(\"hunter2\");",
        "env::var(\"DB_PASSWORD\").unwrap_or(\"«password»\");",
    ),
    ("pika.PlainCredentials('me', 'hunter2')", "pika.PlainCredentials('«credential»', '«credential»')"),
    ("password => Sensitive('hunter2'),", "password => Sensitive('«password»'),"),
    (
        "def connect(host, user=\"root\", password=\"hunter2\"): pass",
        "def connect(host, user=\"root\", password=\"«password»\"): pass",
    ),
    ("user, password = \"bob\", \"hunter2\"", "user, password = \"bob\", \"«password»\""),
    ("PASSWORDS = [\"hunter2\", \"other3\"]", "PASSWORDS = \"«password»\""),
    (
        "password = os.environ.get(\"DB_PASSWORD\", \"hunter2\")",
        "password = os.environ.get(\"DB_PASSWORD\", \"«password»\")",
    ),
    (
        "password = os.getenv('DB_PASSWORD', default='hunter2')",
        "password = os.getenv('DB_PASSWORD', default='«password»')",
    ),
    (
        "parser.add_argument(\"--password\", type=str, default=\"hunter2\")",
        "parser.add_argument(\"--password\", type=str, default=\"«password»\")",
    ),
    ("config.set(\"db\", \"password\", \"hunter2\")", "config.set(\"db\", \"password\", \"«password»\")"),
    ("if password != \"hunter2\": return", "if password != \"«password»\": return"),
    ("if (password.equals(\"hunter2\")) {}", "if (password.equals(\"«password»\")) {}"),
    ("if [ \"$PASSWORD\" = \"hunter2\" ]; then", "if [ \"$PASSWORD\" = \"«password»\" ]; then"),
    ("const pw = process.env.PW || 'hunter2';", "const pw = process.env.PW || '«password»';"),
    ("const token = process.env.TOKEN ?? \"q8Xv2Lk9\";", "const token = process.env.TOKEN ?? \"«token»\";"),
    ("ENV['DB_PASSWORD'] ||= 'hunter2'", "ENV['DB_PASSWORD'] ||= '«password»'"),
    ("$pw = getenv('DB_PASSWORD') ?: 'hunter2';", "$pw = getenv('DB_PASSWORD') ?: '«password»';"),
    ("ENV.fetch('DB_PASSWORD', 'hunter2')", "ENV.fetch('DB_PASSWORD', '«password»')"),
    ("String password = new String(\"hunter2\");", "String password = new String(\"«password»\");"),
    ("var secret = []byte(\"q8Xv2Lk9\")", "var secret = []byte(\"«secret»\")"),
    ("var password string = \"hunter2\"", "var password string = \"«password»\""),
    (
        "flag.String(\"password\", \"hunter2\", \"the password\")",
        "flag.String(\"password\", \"«password»\", \"the password\")",
    ),
    ("ds.setPassword(\"hunter2\");", "ds.setPassword(\"«password»\");"),
    (
        "User.builder().username(\"u\").password(\"hunter2\").build();",
        "User.builder().username(\"u\").password(\"«password»\").build();",
    ),
    ("options.withPassword(\"hunter\")", "options.withPassword(\"«password»\")"),
    ("ssh.Password(\"hunter2\")", "ssh.Password(\"«password»\")"),
    (
        "@Value(\"${db.password:hunter2}\") private String pw;",
        "@Value(\"${db.password:«password»}\") private String pw;",
    ),
    (
        "curl_setopt($ch, CURLOPT_USERPWD, \"bob:hunter2\");",
        "curl_setopt($ch, CURLOPT_USERPWD, \"«password»\");",
    ),
    ("define( \"DB_PASS\", \"hunter2\" );", "define( \"DB_PASS\", \"«password»\" );"),
    ("define('LOGGED_IN_SALT', 'k*|~mX#w9)(&Q pz');", "define('LOGGED_IN_SALT', '«key»');"),
    (
        "conn.login('me@x.com', 'hunter2', function (err) {});",
        "conn.login('«credential»', '«credential»', function (err) {});",
    ),
    ("server.login(user, \"hunter2\")", "server.login(user, \"«credential»\")"),
    ("ftp_login($c, \"bob\", \"hunter2\");", "ftp_login($c, \"«credential»\", \"«credential»\");"),
    (
        "new mysqli('localhost', 'root', 'hunter2', 'db');",
        "new mysqli('localhost', 'root', '«credential»', 'db');",
    ),
    (
        "DriverManager.getConnection(url, \"root\", \"hunter2\");",
        "DriverManager.getConnection(url, \"«credential»\", \"«credential»\");",
    ),
    (
        "new PasswordAuthentication(\"user\", \"hunter2\".toCharArray())",
        "new PasswordAuthentication(\"«credential»\", \"«credential»\".toCharArray())",
    ),
    (
        "new NetworkCredential(\"bob\", \"hunter2\");",
        "new NetworkCredential(\"«credential»\", \"«credential»\");",
    ),
    (
        "smtp.PlainAuth(\"\", \"user\", \"hunter2\", \"host\")",
        "smtp.PlainAuth(\"\", \"user\", \"«credential»\", \"host\")",
    ),
    ("ldap_bind($ds, \"cn=admin\", \"hunter2\");", "ldap_bind($ds, \"«credential»\", \"«credential»\");"),
    (
        "jwt.sign(payload, 'hunter2', { expiresIn: '1h' });",
        "jwt.sign(payload, '«credential»', { expiresIn: '1h' });",
    ),
    (
        "ConvertTo-SecureString \"hunter2\" -AsPlainText -Force",
        "ConvertTo-SecureString \"«credential»\" -AsPlainText -Force",
    ),
    (
        "variable \"db_password\" { default = \"hunter2\" }",
        "variable \"db_password\" { default = \"«password»\" }",
    ),
];

const DIRECTIVES: &[(&str, &str)] = &[
    ("keyPassword 'hunter2'", "keyPassword '«password»'"),
    ("stats auth admin:hunter2", "stats auth admin:«credential»"),
    ("  user bob insecure-password hunter2", "  user bob insecure-password «password»"),
    ("rcon_password \"hunter2\"", "rcon_password \"«password»\""),
    ("sv_password hunter2", "sv_password «password»"),
    ("user \"isp-login\"\npassword hunter2\nname foo", "user \"isp-login\"\npassword «password»\nname foo"),
    ("oper bob { password \"hunter2\"; };", "oper bob { password \"«password»\"; };"),
    (
        "identity \"a@b.c\" username \"x\" password \"hunter2\"",
        "identity \"a@b.c\" username \"x\" password \"«password»\"",
    ),
    ("> PASS hunter", "> PASS «password»"),
    ("OPER bob hunter2", "OPER «credential» «credential»"),
    ("/msg NickServ identify hunter2", "/msg NickServ identify «credential»"),
    ("password 51:b:01000000D08C9DDF0115D1118C7A00C0", "password 51:b:«password»"),
    (
        "<String><Key>Password</Key><Value ProtectInMemory=\"True\">hunter2</Value></String>",
        "<String><Key>Password</Key><Value ProtectInMemory=\"True\">«password»</Value></String>",
    ),
    ("SET PASSWORD FOR 'bob'@'%' = 'hunter2';", "SET PASSWORD FOR 'bob'@'%' = '«password»';"),
    ("CREATE USER bob IDENTIFIED BY hunter2;", "CREATE USER bob IDENTIFIED BY «password»;"),
    (
        "CREATE DATABASE LINK l CONNECT TO u IDENTIFIED BY hunter2 USING 'db';",
        "CREATE DATABASE LINK l CONNECT TO u IDENTIFIED BY «password» USING 'db';",
    ),
    (
        "-[ RECORD 1 ]-----\nid       | 1\npassword | hunter2\n",
        "-[ RECORD 1 ]-----\nid       | 1\npassword | «password»\n",
    ),
];

const COMMANDS: &[(&str, &str)] = &[
    ("net user bob hunter2 /add", "net user bob «password» /add"),
    ("net.exe user bob \"hunter2\"", "net.exe user bob \"«password»\""),
    ("net user bob /delete", "net user bob /delete"),
    ("net user bob * /add", "net user bob * /add"),
    ("printf 'root:hunter2\\n' | chpasswd", "printf 'root:«password»\\n' | chpasswd"),
];

const NO_SECRETS: &[&str] = &[
    "| password | varchar(255) | |",
    "login(\"Welcome\", \"Please sign in to continue\")",
    "option string password \"Label\"",
    "$out->{pass} = $assert->{pass};",
    "setTokenType(\"bearer\")",
    "withSecretName(\"db-creds-1\")",
    "obj.password(\"label\")",
    "assert token == \"foo\"",
    "if token == \";\":",
    "case \"password\": return x",
    "conn.login(user, password)",
    "FTP(\"host\", \"anonymous\", \"\")",
    "new NetworkCredential(user, pass)",
    "DriverManager.getConnection(\"jdbc:x\", user, password)",
    "expect_token(\";\")",
    "getPassword(\"db\")",
    "verify_password(\"x\", hash)",
    "user.setPassword(\"<password>\");",
    "user.setPassword(encoder.encode(dto.getPassword()));",
    "ds.setPassword(\"${db.password}\");",
    "if [ \"$password\" = \"$confirm\" ]; then",
    "if self.get(\"password\") or \"PGPASSWORD\" in os.environ:",
    "'CURLOPT_PASSWORD', 'CURLOPT_READDATA',",
    "Err(_) if pass => Some(\"decryption failure\"),",
    "learned to pass \"--quiet\" down to",
    "NL80211_CMD_TDLS_OPER = 81,",
    "OPERATOR bob is here",
    "identify the user",
    "PASS test_foo",
    "password required",
    "Password incorrect",
    "users identified by name",
    "password | string",
    "echo ${TOKEN:0:8}",
    "variable \"db_password\" { type = string }",
    "define( 'DB_PASSWORD', getenv('X') );",
    "define('TOKEN_NAME', 'x');",
];

#[test]
fn secrets_are_removed_from_code() {
    check_all(CODE);
}

#[test]
fn secrets_are_removed_from_directives_statements_and_protocols() {
    check_all(DIRECTIVES);
}

#[test]
fn secrets_are_removed_from_commands_for_accounts() {
    check_all(COMMANDS);
}

#[test]
fn code_without_a_secret_stays() {
    let table: Vec<(&str, &str)> = NO_SECRETS.iter().map(|text| (*text, *text)).collect();
    check_all(&table);
}
