//! Whole files as they lie on machines: templates, each filled several times.

use super::model::{Document, Encoding, Packing, Syntax};
use super::template::Draft;
use super::values::Maker;

/// File name, what it is, its template.
type Template = (&'static str, Syntax, &'static str);

macro_rules! templates {
    ($($syntax:ident { $($name:literal)* })*) => {
        &[$($(($name, Syntax::$syntax, include_str!(concat!("templates/", $name, ".tmpl"))),)*)*]
    };
}

const TEMPLATES: &[Template] = templates! {
    Text {
        "syslog.log" "rfc5424.log" "journal-export.txt" "auth.log" "kern.log" "access.log" "error.log" "ip-addr.txt" "ss.txt"
        "lsblk.txt" "dmidecode.txt" "systemctl-show.txt" "ps.txt" "history.txt" "Dockerfile" "app.env" "application.properties"
        "wpa_supplicant.conf" "parameters.txt" "netrc" "pgpass" "htpasswd" "shadow" "passwd" "cisco.txt" "juniper.txt"
        "snmpd.conf" "people.ldif" "deploy.py" "Mailer.java" "client.js" "main.go" "config.php" "seeds.rb" "message.eml"
        "README.md" "dump.sql" "crash.txt" "headers.txt" "keys.pem" "jwt.log" "hosts" "resolv.conf" "smb.conf" "fstab"
    }
    Ini { "settings.ini" "lobby.nmconnection" "wireguard.conf" "sssd.conf" }
    Json { "lshw.json" "pod.json" "settings.json" "inner.json" }
    JsonLines { "journal.jsonl" }
    Yaml { "compose.yaml" "kubernetes.yaml" "settings.yaml" "cloud-init.yaml" "ansible.yaml" }
    Toml { "settings.toml" }
    Xml { "web.config" "settings.xml" "events.xml" }
    Csv { "customers.csv" }
    Tsv { "leases.tsv" }
};

/// How often each template is filled: bare and in UTF-8, and then in the other encodings and packings.
const BARE_ROUNDS: usize = 4;
const ENCODINGS: [Encoding; 3] = [Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Latin1];
const PACKINGS: [Packing; 7] =
    [Packing::Gzip, Packing::Xz, Packing::Zstd, Packing::Bzip2, Packing::Zip, Packing::Tar, Packing::TarGzip];

/// All of them.
pub fn documents(maker: &mut Maker) -> Vec<Document> {
    let mut documents = Vec::new();
    for (index, template) in TEMPLATES.iter().enumerate() {
        documents.extend((0..BARE_ROUNDS).map(|round| fill(maker, &round.to_string(), template)));
        let encoding = ENCODINGS[index % ENCODINGS.len()];
        let encoded = fill(maker, &format!("{encoding:?}").to_lowercase(), template);
        documents.push(Document { encoding: suited(encoding, &encoded), ..encoded });
        let packing = PACKINGS[index % PACKINGS.len()];
        documents.push(Document { packing, ..fill(maker, "packed", template) });
    }
    documents
}

/// Latin-1 only where the text has no other characters, and no XML says that it is UTF-8.
fn suited(encoding: Encoding, document: &Document) -> Encoding {
    let is_plain = document.text.chars().all(|character| u8::try_from(character).is_ok());
    match encoding {
        Encoding::Latin1 if !is_plain || document.syntax == Syntax::Xml => Encoding::Utf16Le,
        other => other,
    }
}

fn fill(maker: &mut Maker, round: &str, (name, syntax, template): &Template) -> Document {
    let mut draft = Draft::new(maker);
    draft.fill(template);
    draft.finish(format!("files/{round}/{name}"), *syntax)
}
