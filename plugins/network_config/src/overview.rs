//! Reads everything in order and puts it together: `network.json` and the list of sockets.

use std::collections::HashMap;

use candor_plugin::{CollectError, Context};
use serde::Serialize;

use crate::address::Address;
use crate::firewall::{self, Firewall};
use crate::link::Interface;
use crate::local::LocalNetwork;
use crate::names::{self, Names};
use crate::neighbour::Neighbour;
use crate::netlink::{Answer, NetlinkError};
use crate::proxy::{self, ProxySetting};
use crate::route::Route;
use crate::rule::Rule;
use crate::socket::{self, Socket};
use crate::{LanAddresses, address, device, link, neighbour, route, rule, wireless};

const PASSWD_BYTES: u64 = 8 * 1024 * 1024;
const IPV4: u8 = 2;
const IPV6: u8 = 10;

/// The artifact `network.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Overview {
    /// `keep`, or `omit` when addresses of the local network read `omitted`.
    lan_addresses: LanAddresses,
    /// Names of the machine and how it finds others.
    pub(crate) names: Names,
    /// Network interfaces with their addresses.
    interfaces: Vec<Interface>,
    /// Routes of all tables.
    routes: Vec<Route>,
    /// Which packets use which table of routes.
    rules: Vec<Rule>,
    /// Machines that were seen on the links.
    neighbours: Vec<Neighbour>,
    /// The firewall.
    pub(crate) firewall: Firewall,
    /// Proxy settings of the whole machine.
    proxies: Vec<ProxySetting>,
    /// What this machine's kernel does not have.
    absent: Vec<&'static str>,
    #[serde(skip)]
    addresses: Vec<Address>,
}

impl Overview {
    /// Reads it. What could not be seen is noted.
    pub(crate) fn read(context: &Context, lan_addresses: LanAddresses) -> Self {
        let mut notes = Notes { context, absent: Vec::new() };
        let addresses = notes.take("addresses", address::read());
        let mut routes = notes.take("IPv4 routes", route::read(IPV4));
        routes.extend(notes.take_if_there("IPv6 routes", route::read(IPV6)));
        let mut rules = notes.take_if_there("IPv4 routing rules", rule::read(IPV4));
        rules.extend(notes.take_if_there("IPv6 routing rules", rule::read(IPV6)));
        Self {
            lan_addresses,
            names: names::read(context),
            interfaces: interfaces(&mut notes, &addresses),
            routes,
            rules,
            neighbours: notes.take("neighbours", neighbour::read()),
            firewall: firewall::read(context, &mut notes.absent),
            proxies: proxy::read(context),
            absent: notes.absent,
            addresses,
        }
    }

    /// What the local network is. The kernel is asked again after everything was read, so that an address that came
    /// meanwhile belongs to it too.
    ///
    /// # Errors
    /// When a list is not whole: then nothing can be left out with certainty, and nothing is delivered.
    pub(crate) fn local_network(&self) -> Result<LocalNetwork, CollectError> {
        let mut network = LocalNetwork::default();
        network.learn(&self.addresses, &self.routes, &self.neighbours);
        network.learn(&whole(address::read())?, &whole(route::read(IPV4))?, &whole(neighbour::read())?);
        match route::read(IPV6) {
            // A kernel without IPv6 has no routes of it.
            Err(error) if error.is_absent() => {}
            answer => network.learn(&[], &whole(answer)?, &[]),
        }
        Ok(network)
    }
}

fn whole<T>(answer: Result<Answer<T>, NetlinkError>) -> Result<Vec<T>, CollectError> {
    match answer {
        Ok(answer) if answer.is_whole() => Ok(answer.items),
        _ => Err(CollectError::other(
            "cannot tell which addresses are of the local network, so nothing is delivered without them",
        )),
    }
}

/// Turns answers into lists, and what is missing from them into notes.
struct Notes<'a> {
    context: &'a Context,
    absent: Vec<&'static str>,
}

impl Notes<'_> {
    fn take<T>(&self, what: &'static str, answer: Result<Answer<T>, NetlinkError>) -> Vec<T> {
        match answer {
            Ok(answer) => {
                self.note_gaps(what, &answer);
                answer.items
            }
            Err(error) => {
                self.context.note_partial(error.to_string());
                Vec::new()
            }
        }
    }

    /// As `take`, for what a kernel may be built without.
    fn take_if_there<T>(&mut self, what: &'static str, answer: Result<Answer<T>, NetlinkError>) -> Vec<T> {
        match answer {
            Err(error) if error.is_absent() => {
                tracing::debug!(what, "this kernel does not have it");
                self.absent.push(what);
                Vec::new()
            }
            answer => self.take(what, answer),
        }
    }

    fn note_gaps<T>(&self, what: &str, answer: &Answer<T>) {
        if answer.interrupted {
            self.context.note_partial(format!("the list of {what} changed each time while it was read"));
        }
        if answer.cut {
            self.context
                .note_partial(format!("the list of {what} was cut at {} entries", answer.items.len()));
        }
        if answer.garbled > 0 {
            self.context
                .note_partial(format!("{} entries of the list of {what} could not be read", answer.garbled));
        }
    }
}

fn interfaces(notes: &mut Notes<'_>, addresses: &[Address]) -> Vec<Interface> {
    let mut interfaces = notes.take("interfaces", link::read());
    for interface in &mut interfaces {
        let own = addresses.iter().filter(|address| address.index == interface.index);
        interface.addresses = own.cloned().collect();
        interface.device = device::read(notes.context, &interface.name);
    }
    if interfaces.iter().any(|interface| interface.device.is_wireless) {
        for radio in notes.take_if_there("radios", wireless::read()) {
            let interface = interfaces.iter_mut().find(|interface| interface.index == radio.index());
            if let Some(interface) = interface {
                interface.wireless = Some(radio);
            }
        }
    }
    interfaces
}

/// The artifact `sockets.json`.
pub(crate) fn sockets(context: &Context) -> Vec<Socket> {
    let notes = Notes { context, absent: Vec::new() };
    let mut sockets = Vec::new();
    for list in socket::LISTS {
        sockets.extend(notes.take(list.name, list.read()));
    }
    let owners = match context.socket_owners() {
        Ok(owners) if owners.restricted => {
            context.note_partial("processes of other users that hold sockets could not be named");
            Some(owners)
        }
        Ok(owners) => Some(owners),
        Err(error) => {
            context.note_partial(error.to_string());
            None
        }
    };
    let users = match context.read_text("/etc/passwd", PASSWD_BYTES) {
        Ok(text) => socket::users(&text),
        Err(error) => {
            context.note_input(&error);
            HashMap::new()
        }
    };
    socket::name_owners(&mut sockets, &users, owners.as_ref());
    socket::sort(&mut sockets);
    sockets
}
