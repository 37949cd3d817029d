//! Tokens of services in the places where they are found, and credentials in URLs of every scheme.

use super::model::{Document, Family, Form, Syntax, Value};
use super::template::Draft;
use super::values::Maker;
use super::values::services::{count, keyed, shaped};

/// Where a token stands: `K` is the variable's name, `V` the token.
const SHAPED_PLACES: &[&str] = &[
    "K=V",
    "Mar  2 06:25:01 gw ci[77]: calling the service with V",
    "export K=\"V\"",
    "    \"K\": \"V\",",
    "K: V",
    "curl -H 'X-Auth: V' https://localhost/",
    "<add key=\"K\" value=\"V\" />",
    "client = Client(\"V\")",
];

const KEYED_PLACES: &[&str] = &[
    "K=V",
    "export K=\"V\"",
    "    \"K\": \"V\",",
    "K: V",
    "ENV K V",
    "      - K=V",
    "<add key=\"K\" value=\"V\" />",
];

/// Schemes of URLs that carry a name and a password.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "sftp",
    "ssh",
    "git",
    "git+https",
    "svn+ssh",
    "postgres",
    "postgresql",
    "mysql",
    "mysql2",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "mqtt",
    "mqtts",
    "ldap",
    "ldaps",
    "smtp",
    "smtps",
    "imap",
    "imaps",
    "pop3",
    "nats",
    "kafka",
    "cassandra",
    "couchdb",
    "clickhouse",
    "influxdb",
    "elasticsearch",
    "neo4j",
    "bolt",
    "sqlserver",
    "mssql",
    "oracle",
    "snowflake",
    "jdbc:postgresql",
    "postgresql+psycopg2",
    "socks5",
    "socks5h",
    "rtsp",
    "rtmp",
    "vnc",
    "rdp",
    "smb",
    "cifs",
    "webdav",
    "davs",
    "telnet",
    "xmpp",
    "sip",
    "stomp",
    "memcached",
    "db2",
];

/// Surroundings of a URL; `@` is where it stands.
const URL_PLACES: &[&str] =
    &["connecting to @", "DATABASE_URL=@", "  url: \"@\"", "{\"dsn\":\"@\"}", "<remote href=\"@\"/>"];

/// All of them.
pub fn documents(maker: &mut Maker) -> Vec<Document> {
    let mut documents = Vec::new();
    for (index, place) in SHAPED_PLACES.iter().enumerate() {
        documents.push(services(maker, &format!("tokens/shaped-{index}.txt"), place, shaped));
    }
    for (index, place) in KEYED_PLACES.iter().enumerate() {
        documents.push(services(maker, &format!("tokens/keyed-{index}.txt"), place, keyed));
    }
    documents.extend(URL_PLACES.iter().enumerate().map(|(index, place)| urls(maker, index, place)));
    documents
}

type Service = fn(usize, &mut super::random::Random) -> (Value, &'static str);

fn services(maker: &mut Maker, name: &str, place: &str, service: Service) -> Document {
    let mut draft = Draft::new(maker);
    let mut seen = std::collections::HashSet::new();
    for turn in 0..count() {
        let (value, variable) = service(turn, &mut draft.maker().random);
        if !seen.insert(value.spelling.clone()) {
            break;
        }
        let (before, after) = place.rsplit_once('V').unwrap_or((place, ""));
        // A hook's address is no variable's name: `K` alone is replaced.
        draft.push(&before.replacen('K', variable, 1));
        draft.plant(&value, &[]);
        draft.push(after);
        draft.push("\n");
    }
    draft.finish(name, Syntax::Text)
}

fn urls(maker: &mut Maker, index: usize, place: &str) -> Document {
    let mut draft = Draft::new(maker);
    for (turn, scheme) in SCHEMES.iter().enumerate() {
        let (before, after) = place.split_once('@').unwrap_or((place, ""));
        let random = &mut draft.maker().random;
        let user = match turn % 4 {
            0 => String::new(),
            1 => "svc-app".to_owned(),
            _ => random.word(3),
        };
        let password = match turn % 3 {
            0 => random.mixed(11),
            1 => format!("{}{}", random.word(2), random.digits(2)),
            _ => format!("{}%40{}%21", random.mixed(4), random.word(2)),
        };
        let value = Value {
            kind: "url-credential",
            spelling: (*scheme).to_owned(),
            family: Family::Structured,
            forms: vec![Form::exact(password.clone())],
            text: password,
        };
        draft.push(&format!("{before}{scheme}://{user}:"));
        draft.plant(&value, &[]);
        draft.push(&format!("@localhost:{}/main?timeout=5{after}\n", 1024 + turn));
    }
    draft.finish(format!("tokens/urls-{index}.txt"), Syntax::Text)
}
