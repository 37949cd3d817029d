//! Tables, chains and rules of nftables: `NFT_MSG_GET*` of nf_tables.h. Asking needs the capability `NET_ADMIN`, which a
//! worker does not have: the host asks, where it knows how to.
//!
//! Of a rule only its outline is read: which kinds of expressions it has, its counter and its verdict. What exactly it
//! matches is in the text of the tools, where they are installed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use candor_plugin::FirewallMessages;
use rustix::net::netlink;
use serde::Serialize;

use crate::attribute::Attributes;
use crate::link::named;
use crate::netlink::{Answer, Malformed, NetlinkError, Query};

const SUBSYSTEM: u16 = 10 << 8;
const NEWTABLE: u16 = SUBSYSTEM;
const GETTABLE: u16 = SUBSYSTEM | 1;
const NEWCHAIN: u16 = SUBSYSTEM | 3;
const GETCHAIN: u16 = SUBSYSTEM | 4;
const NEWRULE: u16 = SUBSYSTEM | 6;
const GETRULE: u16 = SUBSYSTEM | 7;
const HEADER_BYTES: usize = 4;
const LIST_ELEM: u16 = 1;
const MOST_EXPRESSIONS: usize = 128;

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Table {
    /// `inet`, `ip`, `ip6`, `arp`, `bridge`, `netdev`.
    pub(crate) family: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Whether it is switched off.
    pub(crate) dormant: bool,
    /// Its chains.
    pub(crate) chains: Vec<Chain>,
}

/// One chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Chain {
    #[serde(skip)]
    family: &'static str,
    #[serde(skip)]
    table: String,
    /// Its name.
    pub(crate) name: String,
    /// `filter`, `nat`, `route`; `None` when only other chains lead to it.
    pub(crate) kind: Option<String>,
    /// Where packets meet it: `prerouting`, `input`, `forward`, …
    pub(crate) hook: Option<&'static str>,
    /// The lowest comes first.
    pub(crate) priority: Option<i32>,
    /// What happens to packets that no rule decides: `accept`, `drop`.
    pub(crate) policy: Option<&'static str>,
    /// Its rules, in order.
    pub(crate) rules: Vec<FirewallRule>,
}

/// The outline of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FirewallRule {
    #[serde(skip)]
    family: &'static str,
    #[serde(skip)]
    table: String,
    #[serde(skip)]
    chain: String,
    /// The kernel's number of it.
    pub(crate) handle: u64,
    /// Kinds of its expressions, in order: `meta`, `cmp`, `counter`, `immediate`, …
    pub(crate) expressions: Vec<String>,
    /// `accept`, `drop`, `jump NAME`, …
    pub(crate) verdict: Option<String>,
    /// Packets that its counter saw.
    pub(crate) packets: Option<u64>,
    /// Bytes that its counter saw.
    pub(crate) bytes: Option<u64>,
}

/// The kernel's three answers, as the host got them.
pub(crate) struct Told {
    tables: Vec<u8>,
    chains: Vec<u8>,
    rules: Vec<u8>,
    truncated: bool,
}

impl Told {
    /// What the host's document holds; `None` when its texts are no base64.
    pub(crate) fn decode(messages: &FirewallMessages) -> Option<Self> {
        let decode = |text: &str| BASE64.decode(text).ok();
        Some(Self {
            tables: decode(&messages.tables)?,
            chains: decode(&messages.chains)?,
            rules: decode(&messages.rules)?,
            truncated: messages.truncated,
        })
    }
}

/// All tables, with what is in them; and whether the lists are whole. Asks the kernel where the host did not.
pub(crate) fn read(told: Option<&Told>) -> Result<(Vec<Table>, bool), NetlinkError> {
    let of = |list: fn(&Told) -> &[u8]| told.map(list);
    let tables = list(of(|told| &told.tables), GETTABLE, NEWTABLE, "the list of firewall tables", table)?;
    let chains = list(of(|told| &told.chains), GETCHAIN, NEWCHAIN, "the list of firewall chains", chain)?;
    let rules = list(of(|told| &told.rules), GETRULE, NEWRULE, "the list of firewall rules", rule)?;
    let truncated = told.is_some_and(|told| told.truncated);
    let whole = tables.is_whole() && chains.is_whole() && rules.is_whole() && !truncated;
    Ok((joined(tables.items, chains.items, rules.items), whole))
}

fn list<T>(
    told: Option<&[u8]>,
    ask: u16,
    expected: u16,
    what: &'static str,
    parse: fn(&[u8]) -> Option<T>,
) -> Result<Answer<T>, NetlinkError> {
    let query = Query {
        what,
        protocol: Some(netlink::NETFILTER),
        kind: ask,
        payload: vec![0; HEADER_BYTES],
        dump: true,
        limit: 50_000,
    };
    let parse = |kind, payload: &[u8]| {
        if kind == expected { parse(payload).map(Some).ok_or(Malformed) } else { Ok(None) }
    };
    match told {
        Some(messages) => query.read(messages, parse),
        None => query.ask(parse),
    }
}

fn joined(mut tables: Vec<Table>, mut chains: Vec<Chain>, rules: Vec<FirewallRule>) -> Vec<Table> {
    let mut places = std::collections::HashMap::new();
    for (place, chain) in chains.iter().enumerate() {
        places.insert((chain.family, chain.table.clone(), chain.name.clone()), place);
    }
    for rule in rules {
        let place = places.get(&(rule.family, rule.table.clone(), rule.chain.clone()));
        if let Some(chain) = place.and_then(|place| chains.get_mut(*place)) {
            chain.rules.push(rule);
        }
    }
    for chain in chains {
        let table = tables.iter_mut().find(|table| table.family == chain.family && table.name == chain.table);
        if let Some(table) = table {
            table.chains.push(chain);
        }
    }
    tables
}

fn family(payload: &[u8]) -> Option<&'static str> {
    Some(match payload.first()? {
        1 => "inet",
        2 => "ip",
        3 => "arp",
        5 => "netdev",
        7 => "bridge",
        10 => "ip6",
        _ => "other",
    })
}

fn table(payload: &[u8]) -> Option<Table> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    Some(Table {
        family: family(payload)?,
        name: attributes.text(1)?,
        dormant: attributes.u32_big(2).unwrap_or(0) & 1 != 0,
        chains: Vec::new(),
    })
}

fn chain(payload: &[u8]) -> Option<Chain> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let family = family(payload)?;
    let hook = attributes.nested(4);
    Some(Chain {
        family,
        table: attributes.text(1)?,
        name: attributes.text(3)?,
        kind: attributes.text(7),
        hook: hook.u32_big(1).map(|number| hook_name(family, number as usize)),
        priority: hook.u32_big(2).map(u32::cast_signed),
        policy: attributes.u32_big(5).map(|policy| if policy == 1 { "accept" } else { "drop" }),
        rules: Vec::new(),
    })
}

fn hook_name(family: &str, number: usize) -> &'static str {
    match family {
        "netdev" => named(&["ingress", "egress"], number),
        "arp" => named(&["input", "output", "forward"], number),
        _ => named(&["prerouting", "input", "forward", "output", "postrouting", "ingress"], number),
    }
}

fn rule(payload: &[u8]) -> Option<FirewallRule> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let mut rule = FirewallRule {
        family: family(payload)?,
        table: attributes.text(1)?,
        chain: attributes.text(2)?,
        handle: attributes.u64_big(3)?,
        expressions: Vec::new(),
        verdict: None,
        packets: None,
        bytes: None,
    };
    for (kind, element) in attributes.nested(4).take(MOST_EXPRESSIONS) {
        let expression = Attributes(element);
        let Some(name) = expression.text(1).filter(|_| kind == LIST_ELEM) else {
            continue;
        };
        let data = expression.nested(2);
        match name.as_str() {
            "counter" => {
                rule.bytes = data.u64_big(1);
                rule.packets = data.u64_big(2);
            }
            "immediate" => rule.verdict = verdict(data.nested(2).nested(2)).or(rule.verdict),
            "nat" => {
                rule.verdict = data.u32_big(1).map(|kind| if kind == 0 { "snat" } else { "dnat" }.to_owned());
            }
            "reject" | "masq" | "redir" | "queue" => rule.verdict = Some(name.clone()),
            _ => {}
        }
        rule.expressions.push(name);
    }
    Some(rule)
}

/// Codes `NFT_*` and `NF_*` of a verdict.
fn verdict(attributes: Attributes<'_>) -> Option<String> {
    let name = match attributes.u32_big(1)?.cast_signed() {
        0 => "drop",
        1 => "accept",
        3 => "queue",
        -1 => "continue",
        -2 => "break",
        -3 => "jump",
        -4 => "goto",
        -5 => "return",
        _ => "other",
    };
    Some(match attributes.text(2) {
        Some(chain) => format!("{name} {chain}"),
        None => name.to_owned(),
    })
}

/// Gives the bytes to every parser here.
#[cfg(test)]
pub(crate) fn parse_any(payload: &[u8]) {
    let _ = (table(payload), chain(payload), rule(payload));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::netlink::message;

    /// A text attribute, as the kernel writes it.
    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(4 + value.len()).unwrap();
        let mut bytes = [&length.to_ne_bytes()[..], &kind.to_ne_bytes()[..], value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn rule_bytes() -> Vec<u8> {
        let counter = [attribute(1, &840_u64.to_be_bytes()), attribute(2, &10_u64.to_be_bytes())].concat();
        let jump = [attribute(1, &(-3_i32).to_be_bytes()), attribute(2, b"logs\0")].concat();
        let immediate = [attribute(1, &[0; 4]), attribute(2, &attribute(2, &jump))].concat();
        let expression =
            |name: &[u8], data: &[u8]| attribute(1, &[attribute(1, name), attribute(2, data)].concat());
        let list = [expression(b"counter\0", &counter), expression(b"immediate\0", &immediate)].concat();
        [
            vec![1, 0, 0, 0],
            attribute(1, b"filter\0"),
            attribute(2, b"input\0"),
            attribute(3, &7_u64.to_be_bytes()),
            attribute(4, &list),
        ]
        .concat()
    }

    /// An answer of one object, as the host passes it on.
    fn told(kind: u16, payload: &[u8]) -> String {
        const DONE: u16 = 3;
        BASE64.encode([message(kind, 2, payload), message(DONE, 2, &[0; 4])].concat())
    }

    fn messages() -> FirewallMessages {
        let table = [vec![1, 0, 0, 0], attribute(1, b"filter\0")].concat();
        let chain = [table.clone(), attribute(3, b"input\0")].concat();
        FirewallMessages {
            tables: told(NEWTABLE, &table),
            chains: told(NEWCHAIN, &chain),
            rules: told(NEWRULE, &rule_bytes()),
            truncated: false,
        }
    }

    #[test]
    fn what_the_host_tells_is_joined() {
        let (tables, whole) = read(Some(&Told::decode(&messages()).unwrap())).unwrap();
        assert!(whole);
        assert_eq!((tables[0].name.as_str(), tables[0].chains[0].name.as_str()), ("filter", "input"));
        assert_eq!(tables[0].chains[0].rules[0].verdict.as_deref(), Some("jump logs"));
    }

    #[test]
    fn what_the_host_cut_is_not_whole() {
        let truncated = FirewallMessages { truncated: true, ..messages() };
        let lacking = FirewallMessages { rules: String::new(), ..messages() };
        for messages in [truncated, lacking] {
            let (tables, whole) = read(Some(&Told::decode(&messages).unwrap())).unwrap();
            assert!(!whole && tables.len() == 1);
        }
    }

    #[test]
    fn texts_that_hold_no_messages_are_refused() {
        assert!(Told::decode(&FirewallMessages { rules: "?".to_owned(), ..messages() }).is_none());
        let garbled = FirewallMessages { chains: BASE64.encode([1, 2, 3]), ..messages() };
        assert!(read(Some(&Told::decode(&garbled).unwrap())).is_err());
    }

    #[test]
    fn a_rule_tells_its_counter_and_verdict() {
        let rule = rule(&rule_bytes()).unwrap();
        assert_eq!((rule.family, rule.handle), ("inet", 7));
        assert_eq!((rule.packets, rule.bytes), (Some(10), Some(840)));
        assert_eq!(rule.verdict.as_deref(), Some("jump logs"));
        assert_eq!(rule.expressions, ["counter", "immediate"]);
    }

    #[test]
    fn a_cut_rule_is_no_rule() {
        assert_eq!(rule(&[1, 0, 0]), None);
        assert_eq!(rule(&[1, 0, 0, 0]), None);
    }
}
