//! Secrets in the columns of tables: header lines, statements and lists, and what becomes of their rows.

use std::fmt::Write;

use candor_redact::Engine;

use crate::table::check_all;
use crate::{redact, redact_in_pieces};

const EXPORTS: &[(&str, &str)] = &[
    (
        "name,url,username,password,note\nShop,https://shop.example/a?b=c,bob,Tr0ub4dor&3,\nMail,https://m.example,eve,letmein,x\n",
        "name,url,username,password,note\nShop,https://shop.example/a?b=c,bob,«password»,\nMail,https://m.example,eve,«password»,x\n",
    ),
    (
        "\"Title\",\"Login\",\"Password\",\"Notes\"\r\n\"Bank, the\",\"bob\",\"p,a\"\"ss\",\"one\r\ntwo, three\"\r\n\"b\",\"c\",\"dd\",\"\"\r\n",
        "\"Title\",\"Login\",\"Password\",\"Notes\"\r\n\"Bank, the\",\"bob\",\"«password»\",\"one\r\ntwo, three\"\r\n\"b\",\"c\",\"«password»\",\"\"\r\n",
    ),
    (
        "User name,Password,Access key ID,Secret access key,Console login link\nme,hunter2,AKIAQ2W3E4R5T6Y7U8I9,wJalr/XUtn+FEMI,https://x.example\n",
        "User name,Password,Access key ID,Secret access key,Console login link\nme,«password»,AKIAQ2W3E4R5T6Y7U8I9,«access-key»,https://x.example\n",
    ),
    (
        "\u{FEFF}user;passwort;rolle\nanna;Sommer;admin\nbert;;gast\ncarl;{{ pw }};gast\n",
        "\u{FEFF}user;passwort;rolle\nanna;«password»;admin\nbert;;gast\ncarl;{{ pw }};gast\n",
    ),
    (
        "id\tlogin\tapi_token\n1\tbob\tq8Xv2Lk9\n2\teve\tnone\n3\tme\t\"8h2k\n",
        "id\tlogin\tapi_token\n1\tbob\t«token»\n2\teve\tnone\n3\tme\t\"8h2k\n",
    ),
    (
        ",login,password_hash,login_totp\n0,bob,x9-y,JBSWY3DPEHPK3PXP\n",
        ",login,password_hash,login_totp\n0,bob,«password»,«secret»\n",
    ),
    // A note with a password of its own ends where its cell does.
    (
        "url,username,password,extra,name\nhttp://sn,,,\"Host:h\nPassword:x y\",Srv\nhttp://b,me,hunter2,,\n",
        "url,username,password,extra,name\nhttp://sn,,,\"Host:h\nPassword:«password»\",Srv\nhttp://b,me,«password»,,\n",
    ),
    // Quotes inside quotes with a backslash; rows of a wide table with more cells, and with fewer.
    (
        "\"Account\",\"Login Name\",\"Password\"\n\"a\",\"bob\",\"pa\\\"s,s\"\n\"b\",\"eve\",\"x1y\"\n",
        "\"Account\",\"Login Name\",\"Password\"\n\"a\",\"bob\",\"«password»\"\n\"b\",\"eve\",\"«password»\"\n",
    ),
    (
        "Name,Url,Login,Pwd,Note,Folder\na,b,c,hunter2,d,e,f,g\na,b,c,hunter2\n",
        "Name,Url,Login,Pwd,Note,Folder\na,b,c,«password»,d,e,f,g\na,b,c,«password»\n",
    ),
    // A quote that is never closed, and a last row without an end.
    ("user,password\nbob,\"never closed, x\n", "user,password\nbob,«password»\n"),
    ("user,password\nbob,open sesame", "user,password\nbob,«password»"),
];

const QUERIES: &[(&str, &str)] = &[
    (
        " id | login | password \n----+-------+----------\n  1 | root  | toor\n  2 | me    | two words\n(2 rows)\n",
        " id | login | password \n----+-------+----------\n  1 | root  | «password»\n  2 | me    | «password»\n(2 rows)\n",
    ),
    (
        "+----+----------+\n| id | password |\n+----+----------+\n|  1 | letmein  |\n+----+----------+\n1 row in set\n",
        "+----+----------+\n| id | password |\n+----+----------+\n|  1 | «password»  |\n+----+----------+\n1 row in set\n",
    ),
    (
        "| Name | Password | Note |\n|---|:--|---|\n| a | string | The password |\n| b | x7Hq! | y |\n",
        "| Name | Password | Note |\n|---|:--|---|\n| a | string | The password |\n| b | «password» | y |\n",
    ),
    (
        "COPY public.users (id, login, password) FROM stdin;\n1\tbob\tpw one\n2\teve\t\\N\n\\.\n3\ta\tb\n",
        "COPY public.users (id, login, password) FROM stdin;\n1\tbob\t«password»\n2\teve\t\\N\n\\.\n3\ta\tb\n",
    ),
];

const STATEMENTS: &[(&str, &str)] = &[
    (
        "INSERT INTO wp_options (option_name, option_value) VALUES ('mailserver_pass','x1'),('blogname','x2');\n",
        "INSERT INTO wp_options (option_name, option_value) VALUES ('mailserver_pass','«password»'),('blogname','x2');\n",
    ),
    (
        r#"{"m":"INSERT INTO a (u, password) VALUES (\"bob\", \"x y\")"}"#,
        r#"{"m":"INSERT INTO a (u, password) VALUES (\"bob\", \"«password»\")"}"#,
    ),
    (
        "COPY users (id, password) FROM stdin WITH CSV;\n1,\"a, b\"\n\\.\n",
        "COPY users (id, password) FROM stdin WITH CSV;\n1,\"«password»\"\n\\.\n",
    ),
    (
        "INSERT INTO users (id, login, password) VALUES (1,'bob','secret'),(2,'eve','it''s, (x)'),\n(3,'mal','back\\'slash'), (4,'n',NULL);\nnext, ('a','b','c')\n",
        "INSERT INTO users (id, login, password) VALUES (1,'bob','«password»'),(2,'eve','«password»'),\n(3,'mal','«password»'), (4,'n',NULL);\nnext, ('a','b','c')\n",
    ),
    (
        "insert ignore into `a`.`b` (`user_pass`,`n`) values (12345,'x'),(MD5('plain'),'('),(0x0102030405,'')\n",
        "insert ignore into `a`.`b` (`user_pass`,`n`) values ('«password»','x'),('«password»','('),('«password»','')\n",
    ),
    (
        "INSERT [dbo].[Users] ([Id], [Password]) VALUES (1, N'geheim')\nGO\n",
        "INSERT [dbo].[Users] ([Id], [Password]) VALUES (1, N'«password»')\nGO\n",
    ),
    // A standard string that ends in a backslash.
    (
        "INSERT INTO t (path, secret) VALUES ('C:\\', 'q8Xv2Lk9');\n",
        "INSERT INTO t (path, secret) VALUES ('C:\\', '«secret»');\n",
    ),
    (
        "INSERT INTO `user_accounts` VALUES (1,'bob','5f4dcc3b5aa765d61d8327deb882cf99',NULL);\n",
        "INSERT INTO `user_accounts` VALUES (1,'bob','«password-hash»',NULL);\n",
    ),
    (
        "{\"sql\":\"INSERT INTO a (u, password) VALUES ('bob', 'x y')\",\"b\":1}\n",
        "{\"sql\":\"INSERT INTO a (u, password) VALUES ('bob', '«password»')\",\"b\":1}\n",
    ),
];

const LISTS: &[(&str, &str)] = &[
    (
        "# client\tserver\tsecret\t\tIP addresses\n\nbob\t*\thunter\t*\n# more\n\"eve\"  pptpd  \"two words\"  10.0.0.1\n",
        "# client\tserver\tsecret\t\tIP addresses\n\nbob\t*\t«password»\t*\n# more\n\"eve\"  pptpd  \"«password»\"  10.0.0.1\n",
    ),
    (
        "chpasswd:\n  expire: false\n  list: |\n    root:hunter2\n    ubuntu:RANDOM\nruncmd:\n  - a:b\n",
        "chpasswd:\n  expire: false\n  list: |\n    root:«password»\n    ubuntu:RANDOM\nruncmd:\n  - a:b\n",
    ),
    (
        "chpasswd:\n  list:\n    - root:hunter2\n    - \"me:two words\"\nx:y\n",
        "chpasswd:\n  list:\n    - root:«password»\n    - \"me:«password»\"\nx:y\n",
    ),
    ("chpasswd <<EOF\nme:topsecret\nEOF\na:b\n", "chpasswd <<EOF\nme:«password»\nEOF\na:b\n"),
];

/// Lines that look like a header or a statement, and rows that are none.
const NO_TABLES: &[&str] = &[
    "enter user, password, token\na, b, c\n",
    "from x import user, password\nfrom y import host, name\n",
    "def login(user, password):\n    a, b\n",
    "name,pass,fail\nparser,120,3\n",
    "name,password\na line of text\nbob,hunter2\n",
    "name,password\n\nbob,hunter2\n",
    "name,token,kind\nx,identifier,y\nx,1234,y\n",
    "user,has_password\nbob,true\neve,0\n",
    "user,password\nbob,********\neve,<hidden>\nmal,${DB_PASSWORD}\n",
    "SELECT login, password FROM users\n1, 2\n",
    "INSERT INTO users (login, password) VALUES (?, ?)\n",
    "INSERT INTO users (login, password) VALUES ($1, :password), (@login, password), (%s, %(password)s)\n",
    "INSERT INTO logs (id, message) VALUES (1,'5f4dcc3b5aa765d61d8327deb882cf99');\n",
    "INSERT INTO users (id, login) SELECT id, 'x' FROM old;\n",
    "copy the user and password from there\n",
    "# client and server share a secret\na b c\n",
    "chpasswd: list: none\nerror: failed to read\n",
    "the chpasswd tool\na:b\n",
];

#[test]
fn secrets_are_removed_from_exports() {
    check_all(EXPORTS);
}

#[test]
fn secrets_are_removed_from_results_of_queries() {
    check_all(QUERIES);
}

#[test]
fn secrets_are_removed_from_statements() {
    check_all(STATEMENTS);
}

#[test]
fn passwords_are_removed_from_lists_of_users() {
    check_all(LISTS);
}

#[test]
fn what_is_no_table_stays() {
    let table: Vec<(&str, &str)> = NO_TABLES.iter().map(|text| (*text, *text)).collect();
    check_all(&table);
}

/// A table of several parts of the second scan and several blocks, with a row that is longer than what is read of one.
fn long_table() -> String {
    let mut text = String::from("id,login,password,note\n");
    for number in 0..120_000 {
        writeln!(text, "{number},user{number},Winter{number}!,in town").expect("a text takes all");
    }
    writeln!(text, "1,bob,hunter2!,{}", "words ".repeat(20_000)).expect("a text takes all");
    text.push_str("2,eve,hunter3!,end\n");
    text
}

#[test]
fn a_table_of_any_length_is_redacted_to_its_end() {
    let text = long_table();
    let (output, tally) = redact(text.as_bytes());
    assert_eq!(tally.of("password"), 120_002);
    assert!(!String::from_utf8_lossy(&output).contains("hunter"));
    assert_eq!(redact_in_pieces(text.as_bytes(), 5000).expect("searchable").0, output);
    let engine = Engine::secrets_by_place();
    assert!(engine.check(&mut output.as_slice()).expect("searchable").is_empty());
    let mut parallel = Vec::new();
    let found = candor_redact::redact_parallel(&engine, &mut text.as_bytes(), &mut parallel, 2);
    assert_eq!(found.expect("searchable"), tally);
    assert!(parallel == output);
}
