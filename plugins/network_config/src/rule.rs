//! Routing rules: `RTM_GETRULE` of rtnetlink(7).

use serde::Serialize;

use crate::attribute::Attributes;
use crate::attribute::u32_at;
use crate::netlink::{Answer, Malformed, NetlinkError, Query};
use crate::route::{family_name, maker, table_name};

const RTM_NEWRULE: u16 = 32;
const RTM_GETRULE: u16 = 34;
const HEADER_BYTES: usize = 12;

const FRA_DST: u16 = 1;
const FRA_SRC: u16 = 2;
const FRA_IIFNAME: u16 = 3;
const FRA_PRIORITY: u16 = 6;
const FRA_FWMARK: u16 = 10;
const FRA_TABLE: u16 = 15;
const FRA_FWMASK: u16 = 16;
const FRA_OIFNAME: u16 = 17;
const FRA_UID_RANGE: u16 = 20;
const FRA_PROTOCOL: u16 = 21;
/// `FIB_RULE_INVERT`.
const INVERTED: u32 = 2;

/// One rule: which packets use which table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Rule {
    /// `ipv4` or `ipv6`.
    pub(crate) family: &'static str,
    /// The lowest is asked first.
    pub(crate) priority: u32,
    /// Packets from there: `all`, or `198.51.100.0/24`.
    pub(crate) from: String,
    /// Packets to there.
    pub(crate) to: String,
    /// Whether it means all packets but these.
    pub(crate) inverted: bool,
    /// Packets that came in there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incoming_interface: Option<String>,
    /// Packets that are bound to go out there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outgoing_interface: Option<String>,
    /// Packets with this mark of the firewall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<u32>,
    /// Bits of the mark that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mark_mask: Option<u32>,
    /// Packets of these user ids: first and last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_ids: Option<(u32, u32)>,
    /// `table`, `goto`, `nop`, `blackhole`, `unreachable`, `prohibit`.
    pub(crate) action: &'static str,
    /// `main`, `local`, `default` or a number, when the action is `table`.
    pub(crate) table: Option<String>,
    /// Who made it.
    pub(crate) made_by: Option<String>,
}

/// The rules of one family (2 is IPv4, 10 is IPv6).
pub(crate) fn read(family: u8) -> Result<Answer<Rule>, NetlinkError> {
    let mut payload = vec![0; HEADER_BYTES];
    payload[0] = family;
    let query = Query {
        what: if family == 2 { "the list of IPv4 rules" } else { "the list of IPv6 rules" },
        protocol: None,
        kind: RTM_GETRULE,
        payload,
        dump: true,
        limit: 10_000,
    };
    // A kernel without IPv6 answers with the lists of the families that it has.
    query.ask(|kind, payload| match kind {
        _ if payload.first() != Some(&family) => Ok(None),
        RTM_NEWRULE => parse(payload).map(Some).ok_or(Malformed),
        _ => Ok(None),
    })
}

/// One `struct fib_rule_hdr` with its attributes.
pub(crate) fn parse(payload: &[u8]) -> Option<Rule> {
    let attributes = Attributes::after(payload, HEADER_BYTES)?;
    let [family, to_bits, from_bits, _, table, _, _, action] = *payload.first_chunk()?;
    let network = |kind, bits| {
        attributes.address(kind).map_or_else(|| "all".to_owned(), |address| format!("{address}/{bits}"))
    };
    let action = match action {
        1 => "table",
        2 => "goto",
        3 => "nop",
        6 => "blackhole",
        7 => "unreachable",
        8 => "prohibit",
        _ => "other",
    };
    let table = table_name(attributes.u32(FRA_TABLE).unwrap_or(table.into()));
    Some(Rule {
        family: family_name(family)?,
        priority: attributes.u32(FRA_PRIORITY).unwrap_or(0),
        from: network(FRA_SRC, from_bits),
        to: network(FRA_DST, to_bits),
        inverted: u32_at(payload, 8)? & INVERTED != 0,
        incoming_interface: attributes.text(FRA_IIFNAME),
        outgoing_interface: attributes.text(FRA_OIFNAME),
        mark: attributes.u32(FRA_FWMARK),
        mark_mask: attributes.u32(FRA_FWMASK),
        user_ids: attributes
            .get(FRA_UID_RANGE)
            .and_then(|range| Some((u32_at(range, 0)?, u32_at(range, 4)?))),
        action,
        table: (action == "table").then_some(table),
        made_by: attributes.u8(FRA_PROTOCOL).map(maker),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_for_a_mark_names_its_table() {
        let bytes = [
            2, 0, 24, 0, 100, 0, 0, 1, 2, 0, 0, 0, // fib_rule_hdr, inverted
            8, 0, 15, 0, 100, 0, 0, 0, 8, 0, 6, 0, 0xe8, 3, 0, 0, // table 100, priority 1000
            8, 0, 10, 0, 7, 0, 0, 0, 8, 0, 2, 0, 198, 51, 100, 0, // mark 7, from
        ];
        let rule = parse(&bytes).unwrap();
        assert_eq!((rule.priority, rule.mark, rule.inverted), (1000, Some(7), true));
        assert_eq!((rule.from.as_str(), rule.to.as_str()), ("198.51.100.0/24", "all"));
        assert_eq!((rule.action, rule.table.as_deref()), ("table", Some("100")));
    }

    #[test]
    fn a_cut_rule_is_no_rule() {
        assert_eq!(parse(&[2, 0, 0, 0, 254, 0, 0, 1]), None);
    }
}
