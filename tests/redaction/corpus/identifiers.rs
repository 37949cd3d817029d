//! Every kind of identifier in every spelling, in the surroundings in which it is met.

use super::model::{Document, Syntax};
use super::template::Draft;
use super::values::Maker;

/// Spellings that tell themselves wherever they stand.
const ANYWHERE: &[&str] = &[
    "ipv4",
    "ipv4-private",
    "ipv4-public",
    "ipv4-port",
    "ipv4-cidr",
    "ipv4-mask",
    "ipv4-dashed",
    "ipv4-cloud",
    "ipv4-leading",
    "ipv4-arpa",
    "ipv6",
    "ipv6-full",
    "ipv6-upper",
    "ipv6-bracket",
    "ipv6-cidr",
    "ipv6-zone",
    "ipv6-zonenumber",
    "ipv6-arpa",
    "ipv6-dashed",
    "ipv6-mapped",
    "ipv6-ula",
    "ipv6-linklocal",
    "mac",
    "mac-upper",
    "mac-dash",
    "mac-windows",
    "mac-cisco",
    "mac-enx",
    "mac-known",
    "mac-known-bare",
    "host",
    "host-upper",
    "host-own-fqdn",
    "host-local",
    "host-other",
    "fqdn",
    "fqdn-upper",
    "user",
    "person",
    "home",
    "home-mac",
    "home-windows",
    "email",
    "email-short",
    "email-plus",
    "email-upper",
    "email-host",
    "email-quoted",
    "phone",
    "card",
    "card-spaced",
    "card-dashed",
    "iban",
    "iban-spaced",
    "uuid",
    "uuid-upper",
    "uuid-braced",
    "uuid-urn",
    "machine-id",
    "serial",
    "dn",
    "dn-windows",
    "sid",
    "ssid",
    "address-known",
    "geo",
    "geo-words",
    "geo-uri",
    "geo-degrees",
    "geo-nmea",
];

/// Surroundings of plain text; `@` is the value.
const SURROUNDINGS: &[&str] = &[
    "@",
    "Mar  2 06:25:01 gw agent[312]: peer @ went away",
    "2026-03-02T06:25:01.113Z INFO  registry : seen @, 3 entries",
    "addr=@ state=up",
    "remote \"@\" refused",
    "entry '@' exists",
    "old value (@) replaced by (@)",
    "[@] ready",
    "list: @, @ and @.",
    "field;@;@;end",
    "column\t@\tcolumn",
    "| name | @ |",
    "value=@;next=1",
    "<@>",
    "see also @!",
    "a=@&b=2",
];

/// Spellings that need a word before them, with that word.
const LABELLED: &[&str] = &[
    "Serial Number: «serial-labelled»",
    "\tSerial Number: «serial-labelled»",
    "ID_SERIAL_SHORT=«serial-labelled»",
    "\"serial\": \"«serial-labelled»\",",
    "serial=«serial-labelled» model=WDC",
    "[    2.113] usb 1-3: SerialNumber: «serial-labelled»",
    "Board Serial Number = «serial-labelled»",
    "system.serial_number: «serial-labelled»",
    "<serial>«serial-labelled»</serial>",
    "Service Tag: «serial-labelled»",
    "_MACHINE_ID=«machine-id-labelled»",
    "Machine ID: «machine-id-labelled»",
    "/etc/machine-id: «machine-id-labelled»",
    "systemd.machine_id=«machine-id-labelled»",
    "\"machine_id\": \"«machine-id-labelled»\"",
    "ssid=\"«ssid-labelled»\"",
    "SSID: «ssid-labelled»",
    "ESSID:\"«ssid-labelled»\"",
    "wlan0: associated to «ssid-labelled#a» BSSID «mac»",
    "  ssid «ssid-labelled»",
    "802-11-wireless.ssid: «ssid-labelled»",
    "bssid=«mac»",
    "mac=«mac-bare»",
    "MAC: «mac-bareupper»",
    "hwaddr «mac-bare»",
    "chassis id «mac-cisco»",
    "Phone: «phone-local»",
    "Tel.: «phone-local»",
    "tel «phone-local»",
    "mobile=«phone-local»",
    "telephoneNumber: «phone-local»",
    "Fax: «phone-local»",
    "call «phone-local» for support",
    "tel:«phone»",
    "\"phone\": \"«phone-local»\"",
    "lat/lon «geo»",
    "position «geo-json»",
    "https://maps.invalid/«geo-map»",
    "ISO 6709 «geo-iso»",
];

const ROUNDS: usize = 3;

/// One document for each surrounding, and those with labels.
pub fn documents(maker: &mut Maker) -> Vec<Document> {
    let mut documents: Vec<Document> = SURROUNDINGS
        .iter()
        .enumerate()
        .map(|(index, surrounding)| plain(maker, index, surrounding))
        .collect();
    documents.extend((0..ROUNDS).map(|round| labelled(maker, round)));
    documents.push(json_lines(maker));
    documents.push(unicode_lines(maker));
    documents.push(percent(maker));
    documents.push(base64(maker));
    documents.push(urls(maker));
    documents
}

fn plain(maker: &mut Maker, index: usize, surrounding: &str) -> Document {
    let mut draft = Draft::new(maker);
    for name in ANYWHERE {
        for (part, text) in surrounding.split('@').enumerate() {
            if part > 0 {
                let value = draft.maker().make(name);
                draft.plant(&value, &[]);
            }
            draft.push(text);
        }
        draft.push("\n");
    }
    draft.finish(format!("identifiers/surrounding-{index:02}.log"), Syntax::Text)
}

fn labelled(maker: &mut Maker, round: usize) -> Document {
    let mut draft = Draft::new(maker);
    for line in LABELLED {
        draft.fill(line);
        draft.push("\n");
    }
    draft.finish(format!("identifiers/labelled-{round}.log"), Syntax::Text)
}

fn json_lines(maker: &mut Maker) -> Document {
    let mut draft = Draft::new(maker);
    for name in ANYWHERE {
        draft.fill(&format!("{{\"event\":\"seen\",\"value\":\"«{name}/json»\",\"note\":\"was «{name}/json» before\",\"inner\":\"{{\\\"v\\\":\\\"«{name}/json2»\\\"}}\"}}\n"));
    }
    draft.finish("identifiers/values.jsonl", Syntax::JsonLines)
}

fn unicode_lines(maker: &mut Maker) -> Document {
    let mut draft = Draft::new(maker);
    for name in ["email", "email-plus", "email-host", "fqdn", "ipv4", "ipv6", "mac", "person", "uuid", "home"]
    {
        draft.fill(&format!("{{\"event\":\"seen\",\"value\":\"«{name}/unicode»\"}}\n"));
    }
    draft.finish("identifiers/escaped.jsonl", Syntax::JsonLines)
}

fn percent(maker: &mut Maker) -> Document {
    let mut draft = Draft::new(maker);
    for name in [
        "email",
        "email-plus",
        "ipv6",
        "ipv6-bracket",
        "ipv4-port",
        "mac",
        "home",
        "phone",
        "person",
        "dn",
        "ssid",
    ] {
        draft.fill(&format!("GET /search?q=«{name}/percent»&page=2 HTTP/1.1\n"));
        draft.fill(&format!("redirect to /next%3Fvalue%3D«{name}/percent»%26x%3D1\n"));
    }
    draft.finish("identifiers/percent.log", Syntax::Text)
}

fn base64(maker: &mut Maker) -> Document {
    let mut draft = Draft::new(maker);
    for template in [
        "user=«user» mail=«email» from=«ipv4»",
        "{\"email\":\"«email»\",\"host\":\"«fqdn»\",\"mac\":\"«mac»\"}",
        "Subject: report\nFrom: «email»\nX-Originating-IP: «ipv4»\n\nregards, «person»\n",
        "«home»/.config/app/settings.ini on «host»",
    ] {
        draft.push("payload: ");
        draft.fill_encoded(template, "base64");
        draft.push("\ndata:text/plain;base64,");
        draft.fill_encoded(template, "base64");
        draft.push("\n");
    }
    draft.finish("identifiers/base64.log", Syntax::Text)
}

fn urls(maker: &mut Maker) -> Document {
    let mut draft = Draft::new(maker);
    for line in [
        "GET http://«ipv4»/index.html",
        "GET http://«ipv4-port»/index.html",
        "connect https://«ipv6-bracket»/status",
        "opened https://«fqdn»/a/b?c=d#e",
        "opened https://«fqdn»:8443/",
        "ws://«host-other»:9000/socket",
        "smb://«host-own-fqdn»/share",
        "file://«host»/srv/data",
        "\\\\«host-other»\\share\\folder",
        "mailto:«email»",
        "mailto:«email/percent»?subject=hi",
        "ldap://«fqdn»/«dn»",
        "git@«fqdn»:group/project.git",
        "ssh «user»@«fqdn» -p 2222",
        "scp file «user»@«ipv4»:/tmp/",
        "rsync://«fqdn»/module",
        "sip:«user»@«fqdn»",
        "xmpp:«email»",
        "from=<«email»> to=<«email»> proto=ESMTP helo=<«fqdn»>",
        "http://«ipv4-dashed».«fqdn»/",
        "«user»@«host»:~$ ls «home»",
        "Referer: https://«fqdn»/path?ip=«ipv4»&mac=«mac/percent»",
    ] {
        draft.fill(line);
        draft.push("\n");
    }
    draft.finish("identifiers/urls.log", Syntax::Text)
}
