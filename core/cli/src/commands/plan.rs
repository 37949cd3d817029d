//! `candor plan`: everything that would be read, run and spent, before anything is.

mod policy;

use std::io::{self, Write};

use candor_consent::{Earlier, Ledger};
use candor_host::{Availability, Plan, PlannedCollector};
use candor_manifest::{Level, Network, OptionAssignment, ProfileId};
use candor_sandbox::{Enforcement, EnforcementLevel};
use serde::Serialize;

use crate::arguments::{self, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::outlook::Outlook;
use crate::{answers, places, terminal};

/// Resolves and plans a profile with the options from the command line.
pub fn build(global: &Global, profile: &ProfileId, options: &[OptionAssignment]) -> Result<Plan, Failure> {
    let catalogue = places::catalogue(global)?;
    let known: Vec<_> = catalogue.profiles().map(|profile| profile.value.id.to_string()).collect();
    let resolved = catalogue.resolve(profile).map_err(|error| {
        let failure = Failure::of(&error, Exit::Usage);
        if known.contains(&profile.to_string()) {
            failure
        } else {
            failure.hint(format!("the profiles here are: {}", known.join(", ")))
        }
    });
    let mut resolved = resolved?;
    for assignment in options {
        resolved.set_option(&catalogue, assignment).map_err(|error| Failure::of(&error, Exit::Usage))?;
    }
    Ok(Plan::build(&catalogue, resolved, &places::libraries(global)))
}

/// Runs the command.
pub fn run(global: &Global, arguments: &arguments::Plan) -> Outcome {
    let plan = build(global, &arguments.profile.profile, &arguments.profile.options)?;
    let outlook = Outlook::of(&plan, global, None)?;
    let ledger = answers::earlier(&plan.profile.id);
    let language = terminal::language(global.language.as_deref());
    match (arguments.policy, arguments.json.json) {
        (true, true) => super::print_json(&policy::document(&plan, &outlook))?,
        (true, false) => policy::print(&plan, &outlook)?,
        (false, true) => super::print_json(&document(&plan, &outlook, &ledger, &language))?,
        (false, false) => print(&plan, &outlook, &ledger, &language)?,
    }
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    profile: &'a str,
    limits: serde_json::Value,
    collectors: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    level: Level,
    needs_own_approval: bool,
    availability: &'a Availability,
    title: String,
    what: String,
    why: String,
    may_contain: Vec<String>,
    /// Whom it is about besides the person who is asked.
    affected: Vec<String>,
    categories: serde_json::Value,
    plugin: &'a str,
    library: Option<&'a std::path::Path>,
    library_digest: Option<&'a str>,
    manifest: &'a std::path::Path,
    manifest_digest: String,
    reads: serde_json::Value,
    commands: serde_json::Value,
    access: serde_json::Value,
    options: serde_json::Map<String, serde_json::Value>,
    budget: serde_json::Value,
    /// What is to be expected; null where there is no policy.
    enforcement: Option<&'a Enforcement>,
    required_enforcement: EnforcementLevel,
    /// Why it will be skipped for want of enforcement.
    objection: Option<String>,
    /// What was answered earlier, and what changed since.
    earlier: Option<Earlier>,
}

fn document<'a>(plan: &'a Plan, outlook: &'a Outlook, ledger: &Ledger, language: &str) -> Document<'a> {
    let json = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default();
    let entry = |planned: &'a PlannedCollector| {
        let manifest = &planned.manifest.value;
        let text = manifest.consent_text(language).with_options(&planned.options);
        Entry {
            id: manifest.id.as_str(),
            level: manifest.level,
            needs_own_approval: manifest.level.needs_own_approval(),
            availability: &planned.availability,
            title: text.title,
            what: text.what,
            why: text.why,
            may_contain: text.may_contain,
            affected: text.affected,
            categories: json(serde_json::to_value(&manifest.categories)),
            plugin: manifest.plugin.as_str(),
            library: planned.library.as_ref().map(|library| library.path.as_path()),
            library_digest: planned.library.as_ref().map(|library| library.digest.as_str()),
            manifest: &planned.manifest.path,
            manifest_digest: planned.manifest.digest.to_string(),
            reads: json(serde_json::to_value(&manifest.reads)),
            commands: json(serde_json::to_value(&manifest.commands)),
            access: json(serde_json::to_value(&manifest.access)),
            options: planned.options_json(),
            budget: json(serde_json::to_value(manifest.budget)),
            enforcement: outlook.expected(planned.id()),
            required_enforcement: outlook.required.of(planned.id()),
            objection: outlook.objection(planned.id()),
            earlier: ledger.earlier(&planned.subject(), None),
        }
    };
    Document {
        schema: 1,
        profile: plan.profile.id.as_str(),
        limits: json(serde_json::to_value(plan.limits())),
        collectors: plan.collectors.iter().map(entry).collect(),
    }
}

fn print(plan: &Plan, outlook: &Outlook, ledger: &Ledger, language: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let limits = plan.limits();
    writeln!(out, "Profile {}: {} collectors", plan.profile.id, plan.collectors.len())?;
    writeln!(out, "At most {} in all; {} stay free on the disk", limits.report, limits.free_disk)?;
    for planned in &plan.collectors {
        writeln!(out)?;
        print_collector(&mut out, planned, outlook, ledger, language)?;
    }
    out.flush()
}

fn print_collector(
    out: &mut impl Write,
    planned: &PlannedCollector,
    outlook: &Outlook,
    ledger: &Ledger,
    language: &str,
) -> io::Result<()> {
    let manifest = &planned.manifest.value;
    let text = manifest.consent_text(language).with_options(&planned.options);
    writeln!(out, "{} ({}): {}", manifest.id, manifest.level, text.title)?;
    if let Availability::Unsupported { reason } | Availability::Broken { reason, .. } = &planned.availability
    {
        writeln!(out, "  cannot run here: {reason}")?;
    }
    for line in details(planned) {
        writeln!(out, "  {line}")?;
    }
    if !text.affected.is_empty() {
        writeln!(out, "  about    {} too", text.affected.join(", "))?;
    }
    let earlier = ledger.earlier(&planned.subject(), None);
    let earlier = earlier.map(|earlier| ("earlier", earlier.to_string()));
    for (label, text) in outlook.told(planned.id()).into_iter().chain(earlier) {
        writeln!(out, "  {label:<8} {text}")?;
    }
    Ok(())
}

/// What exactly a collector would read, run and cost, a line each. Shown by `plan` and on consent cards.
pub fn details(planned: &PlannedCollector) -> Vec<String> {
    let manifest = &planned.manifest.value;
    let mut lines = Vec::new();
    for read in &manifest.reads {
        lines.push(format!("reads   {}  ({})", terminal::printable(read.path.as_str()), read.reason));
    }
    for command in &manifest.commands {
        let root = if command.root { ", as root" } else { "" };
        let argv = terminal::printable(&command.argv.join(" "));
        lines.push(format!("runs    {argv}  ({}; at most {}{root})", command.reason, command.timeout));
    }
    for broker in &manifest.access.brokers {
        lines.push(format!("asks    the host for `{}`", broker.as_str()));
    }
    match &manifest.access.network {
        Network::None => {}
        Network::Observe => lines.push("network what the kernel tells of it; nothing is sent".to_owned()),
        Network::Loopback => lines.push("network this machine only".to_owned()),
        Network::PacketCapture => lines.push("network records packets".to_owned()),
        Network::Hosts(hosts) => lines.push(format!("network {}", hosts.join(", "))),
    }
    for capability in &manifest.access.linux_capabilities {
        lines.push(format!("needs   capability {}", capability.as_str()));
    }
    for (name, value) in &planned.options {
        let value = terminal::printable(&value.to_string());
        lines.push(format!("option  {name} = {}", if value.is_empty() { "(none)" } else { &value }));
    }
    let budget = &manifest.budget;
    lines.push(format!(
        "costs   at most {} of output in {} files, {} of memory, {}",
        budget.output, budget.files, budget.memory, budget.wall
    ));
    lines
}
