//! Generic secrets: a key whose name says so, in every syntax, with passwords as people make them; and shell flags.

use super::model::{Document, Syntax, Value};
use super::template::Draft;
use super::values::Maker;
use super::values::passwords::{AWKWARD, SAFE, password};

/// Key names, each in the spelling of some program.
const KEYS: &[&str] = &[
    "password",
    "passwd",
    "Password",
    "PASSWORD",
    "db_password",
    "DB_PASSWORD",
    "dbPassword",
    "db.password",
    "smtp-password",
    "admin_pw",
    "userPassword",
    "spring.datasource.password",
    "root.Network.Group.Password",
    "passphrase",
    "wpa_passphrase",
    "secret",
    "client_secret",
    "clientSecret",
    "CLIENT_SECRET",
    "secret_key",
    "SECRET_KEY_BASE",
    "jwt_secret",
    "webhookSecret",
    "api_key",
    "apiKey",
    "API_KEY",
    "x-api-key",
    "apikey",
    "access_token",
    "accessToken",
    "AUTH_TOKEN",
    "refresh_token",
    "auth-token",
    "encryption_key",
    "signing_key",
    "master_key",
    "privateKey",
    "storePassword",
    "keystore.password",
    "bindpw",
    "rootpw",
    "ansible_become_pass",
    "PGPASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "REDIS_PASSWORD",
    "RABBITMQ_DEFAULT_PASS",
    "ldap_default_authtok",
    "snmp_community",
    "psk",
    "session_secret",
    "otp_secret",
    "hmac_key",
    "credentials_password",
    "mailPass",
    "proxyPassword",
    "sudo_pass",
    "user_pass",
    "kennwort",
];

/// A syntax: its name, the line with `K` for the key and `V` for the value, and the filter that writes the value.
/// Without a filter only passwords come that need none.
type Line = (&'static str, &'static str, Option<&'static str>);

const LINES: &[Line] = &[
    ("ini", "K = V", None),
    ("ini tight", "K=V", None),
    ("properties", "K=V", Some("properties")),
    ("properties colon", "K: V", None),
    ("ini quoted", "K = \"V\"", Some("quoted")),
    ("shell export", "export K='V'", Some("shell")),
    ("shell double", "K=\"V\"", Some("quoted")),
    ("batch", "set K=V", None),
    ("powershell", "$K = \"V\"", None),
    ("dockerfile", "ENV K V", None),
    ("dockerfile equals", "ENV K=\"V\"", Some("quoted")),
    ("dockerfile argument", "ARG K=V", None),
    ("log", "2026-03-02 06:25:01 DEBUG connect with user=svc K=V timeout=30", None),
    ("log colon", "Mar  2 06:25:01 gw app[9]: settings: K: V, retries: 3", None),
    ("log quoted", "level=info msg=\"loaded\" K=\"V\" port=80", Some("quoted")),
    ("query", "GET /login?user=svc&K=V&next=home HTTP/1.1", Some("percent")),
    ("form", "user=svc&K=V", Some("percent")),
    ("json in log", "body={\"user\":\"svc\",\"K\":\"V\",\"n\":1}", Some("json")),
    ("json escaped", "\"body\": \"{\\\"user\\\":\\\"svc\\\",\\\"K\\\":\\\"V\\\"}\"", Some("json2")),
    ("python", "K = \"V\"", Some("quoted")),
    ("python dictionary", "config = {'user': 'svc', 'K': 'V'}", None),
    ("python argument", "connect(host=\"localhost\", K=\"V\")", Some("quoted")),
    ("javascript", "const K = 'V';", None),
    ("javascript object", "  K: 'V',", None),
    ("java", "String K = \"V\";", Some("quoted")),
    ("java setter", "config.set(\"K\", \"V\");", Some("quoted")),
    ("go", "\tK: \"V\",", Some("quoted")),
    ("c", "#define K \"V\"", Some("quoted")),
    ("php", "    'K' => 'V',", None),
    ("php constant", "define('K', 'V');", None),
    ("ruby", "  :K => \"V\",", Some("quoted")),
    ("xml attribute", "<add key=\"K\" value=\"V\" />", Some("xml")),
    ("xml element", "<K>V</K>", Some("xml")),
    ("xml property", "<property name=\"K\" value=\"V\"/>", Some("xml")),
    ("xml entry", "<entry key=\"K\">V</entry>", Some("xml")),
    ("xml character data", "<K><![CDATA[V]]></K>", None),
    ("yaml", "  K: V", None),
    ("yaml single", "  K: 'V'", Some("yaml")),
    ("yaml double", "  K: \"V\"", Some("quoted")),
    ("yaml item", "  - K=V", None),
    ("yaml pair", "  - name: K\n    value: \"V\"", Some("quoted")),
    ("yaml flow", "  login: {user: svc, K: V, port: 80}", None),
    ("yaml block", "  K: |\n    V", None),
    ("toml", "K = \"V\"", Some("quoted")),
    ("toml inline", "login = { user = \"svc\", K = \"V\" }", Some("quoted")),
    ("table", "| K | V |", None),
    ("json pretty", "  \"K\" : \"V\",", Some("json")),
    ("json name and value", "{\"name\":\"K\",\"value\":\"V\"}", Some("json")),
];

/// Commands with a password in them.
const COMMANDS: &[(&str, &str)] = &[
    ("mysql -p", "mysql -u root -pV shop"),
    ("mysqldump --password", "mysqldump --user=root --password=V shop"),
    ("--password space", "tool login --password V --user svc"),
    ("curl -u", "curl -s -u svc:V https://localhost/api"),
    ("curl --user", "curl --user svc:V https://localhost/api"),
    ("curl proxy", "curl --proxy-user svc:V -O https://localhost/x"),
    ("sshpass", "sshpass -p V ssh svc@localhost"),
    ("environment before", "PGPASSWORD=V psql -h localhost -U svc"),
    ("redis-cli -a", "redis-cli -h localhost -a V ping"),
    ("mongo -p", "mongosh -u svc -p V --authenticationDatabase admin"),
    ("openssl pass:", "openssl rsa -in a.key -passin pass:V -out b.key"),
    ("ldapsearch -w", "ldapsearch -x -D cn=admin -w V -b '' objectClass=*"),
    ("smbclient", "smbclient //localhost/share -U svc%V"),
    ("ipmitool -P", "ipmitool -I lanplus -H localhost -U admin -P V power status"),
    ("wget", "wget --http-user=svc --http-password=V http://localhost/"),
    ("docker login", "docker login -u svc -p V registry.local"),
    ("snmpwalk -c", "snmpwalk -v2c -c V localhost system"),
    ("net use", "net use Z: \\\\files\\share V /user:svc"),
    ("7z -p", "7z a -pV backup.7z /srv"),
    ("zip -P", "zip -P V backup.zip data"),
    ("xfreerdp", "xfreerdp /u:svc /p:V /v:localhost"),
    ("chpasswd", "echo 'svc:V' | chpasswd"),
    ("passwd stdin", "echo V | sudo -S systemctl restart app"),
    ("htpasswd -b", "htpasswd -b /etc/nginx/users svc V"),
    ("mount options", "mount -t cifs -o username=svc,password=V //files/share /mnt"),
    ("ansible", "ansible-playbook site.yml -e ansible_become_pass=V"),
    ("java property", "java -Djavax.net.ssl.keyStorePassword=V -jar app.jar"),
    ("--token", "vendorctl --token V status"),
    ("--api-key", "vendorctl --api-key=V status"),
    ("--secret", "oauth2-proxy --client-id=a --client-secret=V"),
    ("keytool", "keytool -list -keystore a.jks -storepass V"),
    ("psql string", "psql 'host=localhost dbname=shop user=svc password=V'"),
    ("odbc string", "isql -k 'Driver=PG;Server=localhost;Uid=svc;Pwd=V;'"),
    ("sql identified", "mysql -e \"CREATE USER svc IDENTIFIED BY 'V'\""),
    ("sql password", "psql -c \"ALTER ROLE svc WITH PASSWORD 'V'\""),
    ("vncpasswd", "x11vnc -passwd V -display :0"),
    ("nmcli", "nmcli dev wifi connect lobby password V"),
    ("rabbitmqctl", "rabbitmqctl add_user svc V"),
    ("kubectl literal", "kubectl create secret generic a --from-literal=password=V"),
    ("cryptography", "gpg --batch --passphrase V -c file"),
];

/// All of them.
pub fn documents(maker: &mut Maker) -> Vec<Document> {
    let mut documents: Vec<Document> =
        LINES.iter().enumerate().map(|(index, line)| syntax(maker, index, *line)).collect();
    documents.extend((0..4).map(|round| commands(maker, round)));
    documents
}

fn syntax(maker: &mut Maker, index: usize, (name, line, filter): Line) -> Document {
    let mut draft = Draft::new(maker);
    let filters: Vec<&str> = filter.into_iter().collect();
    for turn in 0..24 {
        let key = KEYS[(turn * 7 + index * 5) % KEYS.len()];
        let key = suited(name, key);
        let style = if filter.is_some() && turn % 3 == 2 {
            AWKWARD[turn / 3 % AWKWARD.len()]
        } else {
            SAFE[turn % SAFE.len()]
        };
        let mut value = password(style, &mut draft.maker().random);
        value.spelling = format!("{name}, {style}");
        plant_line(&mut draft, line, &key, &value, &filters);
    }
    draft.finish(format!("assignments/{index:02}-{}.txt", name.replace(' ', "-")), Syntax::Text)
}

/// A key as the syntax can spell it.
fn suited(syntax: &str, key: &str) -> String {
    let is_word = matches!(
        syntax.split(' ').next(),
        Some(
            "shell"
                | "batch"
                | "powershell"
                | "dockerfile"
                | "python"
                | "javascript"
                | "java"
                | "go"
                | "c"
                | "php"
                | "ruby"
        )
    );
    if is_word { key.replace(['.', '-'], "_") } else { key.to_owned() }
}

fn plant_line(draft: &mut Draft<'_>, line: &str, key: &str, value: &Value, filters: &[&str]) {
    // The key comes first in every line, but a `V` may stand before it in a word.
    let (start, end) = line.rsplit_once('V').unwrap_or((line, ""));
    let start = match start.find('K') {
        Some(at) => format!("{}{key}{}", &start[..at], &start[at + 1..]),
        None => start.to_owned(),
    };
    // The second `K` of an element's end.
    let end = end.replace("</K>", &format!("</{key}>"));
    draft.push(&start);
    draft.plant(value, filters);
    draft.push(&end);
    draft.push("\n");
}

fn commands(maker: &mut Maker, round: usize) -> Document {
    let mut draft = Draft::new(maker);
    for (turn, (name, line)) in COMMANDS.iter().enumerate() {
        let style = ["random", "word", "symbols", "short"][(turn + round) % 4];
        let mut value = password(style, &mut draft.maker().random);
        value.kind = "command";
        value.spelling = format!("{name}, {style}");
        let prefix = [
            "",
            "  1042  ",
            "root      4711  0.0  0.1  sh -c ",
            "Mar  2 06:25:01 gw sudo[9]: svc : COMMAND=",
        ][round];
        let (start, end) = line.split_once('V').unwrap_or((line, ""));
        draft.push(&format!("{prefix}{start}"));
        draft.plant(&value, &[]);
        draft.push(&format!("{end}\n"));
    }
    draft.finish(format!("assignments/commands-{round}.txt"), Syntax::Text)
}
