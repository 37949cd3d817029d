//! Whether this is a virtual machine or a container, and of which kind.

use std::path::Path;

use candor_plugin::Context;
use serde::Serialize;

use crate::machine::Machine;
use crate::sysfs;

/// Beginnings of firmware texts and the hypervisor they belong to.
const FIRMWARE: [(&str, &str); 14] = [
    ("QEMU", "qemu"),
    ("KVM", "kvm"),
    ("Amazon EC2", "amazon"),
    ("Google Compute Engine", "google"),
    ("OpenStack", "kvm"),
    ("VMware", "vmware"),
    ("innotek GmbH", "virtualbox"),
    ("VirtualBox", "virtualbox"),
    ("Xen", "xen"),
    ("HVM domU", "xen"),
    ("Bochs", "bochs"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Apple Virtualization", "apple"),
];

/// Vendor texts of CPUID leaf 0x40000000.
const CPUID: [(&str, &str); 11] = [
    ("KVMKVMKVM", "kvm"),
    ("Linux KVM Hv", "kvm"),
    ("TCGTCGTCGTCG", "qemu"),
    ("VMwareVMware", "vmware"),
    ("Microsoft Hv", "microsoft"),
    ("XenVMMXenVMM", "xen"),
    ("VBoxVBoxVBox", "virtualbox"),
    ("bhyve bhyve ", "bhyve"),
    (" lrpepyh vr", "parallels"),
    ("ACRNACRNACRN", "acrn"),
    ("SRESRESRESRE", "lockheed"),
];

/// Words in the control group paths of process 1 and the container runtime they belong to.
const CONTROL_GROUPS: [(&str, &str); 5] = [
    ("kubepods", "kubernetes"),
    ("docker", "docker"),
    ("libpod", "podman"),
    ("containerd", "containerd"),
    ("lxc", "lxc"),
];

/// What the system runs in.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Virtualisation {
    /// True when the processor says that a hypervisor is present; `null` where processors do not say.
    hypervisor_present: Option<bool>,
    /// `kvm`, `vmware`, `microsoft`; `null` on real hardware or when unknown.
    hypervisor: Option<String>,
    /// `docker`, `podman`, `lxc`, `wsl`; `null` outside of containers.
    container: Option<String>,
    /// What the answers rest on: `cpuid`, `firmware`, `/.dockerenv`.
    evidence: Vec<&'static str>,
}

impl Virtualisation {
    pub(crate) fn read(context: &Context, machine: &Machine, kernel_release: &str) -> Self {
        let mut evidence = Vec::new();
        let (hypervisor_present, vendor) = cpuid::hypervisor();
        let hypervisor = by_cpuid(vendor.as_deref(), &mut evidence)
            .or_else(|| by_kernel(context, &mut evidence))
            .or_else(|| by_firmware(machine, &mut evidence));
        let container = container(context, kernel_release, &mut evidence);
        Self { hypervisor_present, hypervisor, container, evidence }
    }
}

fn by_cpuid(vendor: Option<&str>, evidence: &mut Vec<&'static str>) -> Option<String> {
    let vendor = vendor?;
    evidence.push("cpuid");
    let known = CPUID.iter().find(|(text, _)| vendor.starts_with(text));
    Some(known.map_or_else(|| "unknown".to_owned(), |(_, name)| (*name).to_owned()))
}

fn by_kernel(context: &Context, evidence: &mut Vec<&'static str>) -> Option<String> {
    let kind = sysfs::text(context, "/sys/hypervisor/type")
        .or_else(|| sysfs::text(context, "/sys/firmware/devicetree/base/hypervisor/compatible"))?;
    evidence.push("kernel");
    Some(kind.trim_start_matches("linux,").to_owned())
}

fn by_firmware(machine: &Machine, evidence: &mut Vec<&'static str>) -> Option<String> {
    let texts = [&machine.vendor, &machine.product, &machine.version];
    let known = |text: &str| FIRMWARE.iter().find(|(start, _)| text.starts_with(start));
    let found = texts.into_iter().flatten().find_map(|text| known(text).map(|(_, name)| *name));
    let hyper_v = machine.vendor.as_deref() == Some("Microsoft Corporation")
        && machine.product.as_deref() == Some("Virtual Machine");
    let name = found.or(hyper_v.then_some("microsoft"))?;
    evidence.push("firmware");
    Some(name.to_owned())
}

fn container(context: &Context, kernel_release: &str, evidence: &mut Vec<&'static str>) -> Option<String> {
    // Written by systemd-nspawn, LXC and others that follow systemd's container interface.
    if let Some(name) = sysfs::text(context, "/run/systemd/container") {
        evidence.push("/run/systemd/container");
        return Some(name);
    }
    for (path, name) in [("/run/.containerenv", "podman"), ("/.dockerenv", "docker")] {
        if Path::new(path).symlink_metadata().is_ok() {
            evidence.push(path);
            return Some(name.to_owned());
        }
    }
    let groups = sysfs::text(context, "/proc/1/cgroup").unwrap_or_default();
    if let Some(name) = by_control_groups(&groups) {
        evidence.push("/proc/1/cgroup");
        return Some(name.to_owned());
    }
    let wsl = kernel_release.to_ascii_lowercase().contains("microsoft");
    wsl.then(|| {
        evidence.push("kernel release");
        "wsl".to_owned()
    })
}

/// The paths hold identifiers of containers: only the runtime's word leaves here. On a host, process 1 is in `/`
/// or `/init.scope`.
fn by_control_groups(text: &str) -> Option<&'static str> {
    let known = CONTROL_GROUPS.iter().find(|(word, _)| text.contains(word));
    known.map(|(_, name)| *name)
}

#[cfg(target_arch = "x86_64")]
mod cpuid {
    use std::arch::x86_64::__cpuid;

    /// Bit 31 of leaf 1 in ECX: reserved for hypervisors to say that they are there.
    const HYPERVISOR_BIT: u32 = 1 << 31;

    /// Whether a hypervisor says that it is there, and its twelve letters.
    pub(super) fn hypervisor() -> (Option<bool>, Option<String>) {
        let present = __cpuid(1).ecx & HYPERVISOR_BIT != 0;
        if !present {
            return (Some(false), None);
        }
        let leaf = __cpuid(0x4000_0000);
        let letters: Vec<u8> =
            [leaf.ebx, leaf.ecx, leaf.edx].into_iter().flat_map(u32::to_le_bytes).collect();
        let vendor = String::from_utf8_lossy(&letters).into_owned();
        (Some(true), Some(vendor))
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod cpuid {
    /// Other processors have no such instruction.
    pub(super) fn hypervisor() -> (Option<bool>, Option<String>) {
        (None, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(vendor: &str, product: &str) -> Machine {
        Machine { vendor: Some(vendor.to_owned()), product: Some(product.to_owned()), ..Machine::default() }
    }

    #[test]
    fn firmware_texts_name_the_hypervisor() {
        let named = |vendor, product| by_firmware(&machine(vendor, product), &mut Vec::new());
        assert_eq!(named("QEMU", "Standard PC").as_deref(), Some("qemu"));
        assert_eq!(named("Microsoft Corporation", "Virtual Machine").as_deref(), Some("microsoft"));
        assert_eq!(named("Microsoft Corporation", "Surface Pro"), None);
        assert_eq!(named("Dell Inc.", "PowerEdge R640"), None);
    }

    #[test]
    fn an_unlisted_hypervisor_is_said_to_be_unknown() {
        assert_eq!(by_cpuid(Some("SomethingNew"), &mut Vec::new()).as_deref(), Some("unknown"));
        assert_eq!(by_cpuid(Some("KVMKVMKVM\0\0\0"), &mut Vec::new()).as_deref(), Some("kvm"));
        assert_eq!(by_cpuid(None, &mut Vec::new()), None);
    }

    #[test]
    fn control_groups_name_the_runtime_only() {
        assert_eq!(by_control_groups("0::/system.slice/docker-0a1b.scope"), Some("docker"));
        assert_eq!(by_control_groups("0::/init.scope"), None);
    }
}
