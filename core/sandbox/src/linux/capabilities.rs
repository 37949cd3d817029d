//! Capabilities: none but the declared ones, and no way to gain another. See capabilities(7).

use rustix::io::Errno;
use rustix::thread::{
    CapabilitiesSecureBits, CapabilitySet, CapabilitySets, capabilities, capabilities_secure_bits,
    capability_is_in_ambient_set, capability_is_in_bounding_set, clear_ambient_capability_set,
    configure_capability_in_ambient_set, no_new_privs, remove_capability_from_bounding_set, set_capabilities,
    set_capabilities_secure_bits,
};

use super::refusal::Refusal;
use crate::Policy;

/// User 0 means nothing any more, a change of the user neither takes nor gives, and none of it can be undone.
const SECURE_BITS: CapabilitiesSecureBits = CapabilitiesSecureBits::NO_ROOT
    .union(CapabilitiesSecureBits::NO_ROOT_LOCKED)
    .union(CapabilitiesSecureBits::NO_SETUID_FIXUP)
    .union(CapabilitiesSecureBits::NO_SETUID_FIXUP_LOCKED)
    .union(CapabilitiesSecureBits::KEEP_CAPS_LOCKED)
    .union(CapabilitiesSecureBits::NO_CAP_AMBIENT_RAISE)
    .union(CapabilitiesSecureBits::NO_CAP_AMBIENT_RAISE_LOCKED);

/// Closes the ways to gain one, while the process still has the right to. What the declared ones need to get over a
/// change of the user, and over the exec of a command, is arranged here too.
///
/// Best effort: an ordinary user has no right to any of it and does not need it. [`check`] decides.
pub(super) fn prepare(policy: &Policy) {
    let Ok(sets) = capabilities(None) else {
        return;
    };
    let inherited = inherited(policy) & sets.permitted;
    let _ = set_capabilities(None, CapabilitySets { inheritable: inherited, ..sets });
    let _ = clear_ambient_capability_set();
    for capability in each(inherited) {
        let _ = configure_capability_in_ambient_set(capability, true);
    }
    for capability in each(CapabilitySet::all()) {
        if remove_capability_from_bounding_set(capability) == Err(Errno::INVAL) {
            // The kernel's last one is behind us.
            break;
        }
    }
    let _ = set_capabilities_secure_bits(SECURE_BITS);
}

/// Keeps what is declared, as far as the process has it, and nothing else.
pub(super) fn drop_all_but_declared(policy: &Policy) -> Result<(), String> {
    let wish = "dropping capabilities";
    let permitted = capabilities(None).map_err(Refusal::of(wish))?.permitted;
    let held = declared(policy) & permitted;
    let sets = CapabilitySets { effective: held, permitted: held, inheritable: inherited(policy) & held };
    Ok(set_capabilities(None, sets).map_err(Refusal::of(wish))?)
}

/// Asks the kernel what the process holds, and what it could gain.
pub(super) fn check(policy: &Policy) -> Result<(), String> {
    let sets = capabilities(None).map_err(Refusal::of("telling the capabilities"))?;
    let held = sets.effective | sets.permitted | sets.inheritable;
    if !declared(policy).contains(held) || !inherited(policy).contains(sets.inheritable) {
        return Err("the kernel tells of a capability that is not declared".to_owned());
    }
    let is_ambient = |capability| capability_is_in_ambient_set(capability).unwrap_or(false);
    if each(CapabilitySet::all()).any(|one| is_ambient(one) && !inherited(policy).contains(one)) {
        return Err("a capability that is not declared would get over an exec".to_owned());
    }
    if is_closed() { Ok(()) } else { Err("a program that it starts could gain capabilities".to_owned()) }
}

/// True when no exec gives a capability: there is none left to give, or an exec gives nothing at all.
fn is_closed() -> bool {
    let is_bound = |capability| capability_is_in_bounding_set(capability).unwrap_or(false);
    let locked = capabilities_secure_bits().is_ok_and(|bits| bits.contains(SECURE_BITS));
    no_new_privs().unwrap_or(false) || (locked && !each(CapabilitySet::all()).any(is_bound))
}

fn declared(policy: &Policy) -> CapabilitySet {
    policy
        .capabilities
        .iter()
        .map(|capability| CapabilitySet::from_bits_retain(1 << capability.number()))
        .collect()
}

/// What gets over an exec: everything declared of a command, nothing of a worker.
fn inherited(policy: &Policy) -> CapabilitySet {
    if policy.execute.is_empty() { CapabilitySet::empty() } else { declared(policy) }
}

fn each(set: CapabilitySet) -> impl Iterator<Item = CapabilitySet> {
    (0..u64::BITS)
        .map(|number| CapabilitySet::from_bits_retain(1 << number))
        .filter(move |one| set.contains(*one))
}
