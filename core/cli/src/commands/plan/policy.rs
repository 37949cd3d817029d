//! `candor plan --policy`: what each collector and each of its commands may do here, as it was derived.

use std::io::{self, Write};

use candor_host::{Plan, PlannedCollector};
use candor_manifest::{Command, PathPattern};
use candor_sandbox::{Enforcement, EnforcementLevel, Machine, Measure, Policy, PolicyError};
use serde::Serialize;

use crate::enforcement::Stated;
use crate::outlook::Outlook;
use crate::summary;
use crate::terminal::printable;

/// The JSON form. Its order is the plan's, and that of the manifests within it.
#[derive(Serialize)]
pub struct Document<'a> {
    schema: u32,
    profile: &'a str,
    collectors: Vec<Collector<'a>>,
}

#[derive(Serialize)]
struct Collector<'a> {
    id: &'a str,
    #[serde(flatten)]
    derived: Derived,
    required_enforcement: EnforcementLevel,
    /// Why it will be skipped for want of enforcement.
    objection: Option<String>,
    commands: Vec<Brokered<'a>>,
}

#[derive(Serialize)]
struct Brokered<'a> {
    id: &'a str,
    argv: &'a [String],
    #[serde(flatten)]
    derived: Derived,
}

/// A policy and what is to be expected of it, or why there is none.
#[derive(Serialize)]
struct Derived {
    policy: Option<Policy>,
    expected: Option<Enforcement>,
    error: Option<String>,
}

impl From<Result<Policy, PolicyError>> for Derived {
    fn from(derived: Result<Policy, PolicyError>) -> Self {
        match derived {
            Ok(policy) => Self { expected: Some(policy.expected()), policy: Some(policy), error: None },
            Err(error) => Self { policy: None, expected: None, error: Some(error.to_string()) },
        }
    }
}

/// Derives the policies of the plan.
pub fn document<'a>(plan: &'a Plan, outlook: &Outlook) -> Document<'a> {
    let collectors = plan.collectors.iter().map(|planned| collector(planned, outlook)).collect();
    Document { schema: 1, profile: plan.profile.id.as_str(), collectors }
}

fn collector<'a>(planned: &'a PlannedCollector, outlook: &Outlook) -> Collector<'a> {
    Collector {
        id: planned.id().as_str(),
        derived: planned.policy(&outlook.machine).into(),
        required_enforcement: outlook.required.of(planned.id()),
        objection: outlook.objection(planned.id()),
        commands: commands(planned, &outlook.machine),
    }
}

fn commands<'a>(planned: &'a PlannedCollector, machine: &Machine) -> Vec<Brokered<'a>> {
    let declared = planned.manifest.value.commands.iter();
    let brokered = |(command, (_, derived)): (&'a Command, (_, Result<Policy, PolicyError>))| Brokered {
        id: command.id.as_str(),
        argv: &command.argv,
        derived: derived.into(),
    };
    declared.zip(planned.command_policies(machine)).map(brokered).collect()
}

/// Prints them for a person. What is the same for every program is said once.
pub fn print(plan: &Plan, outlook: &Outlook) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let root = outlook.machine.root;
    let Document { profile, collectors, .. } = document(plan, outlook);
    writeln!(out, "Policies of profile {profile}: what is not listed is refused")?;
    for collector in &collectors {
        writeln!(out, "\n{}", collector.id)?;
        if let Some(objection) = &collector.objection {
            writeln!(out, "  skipped  {objection}")?;
        }
        print_derived(&mut out, "  ", &collector.derived, root)?;
        for command in &collector.commands {
            writeln!(out, "  command {}: {}", command.id, printable(&command.argv.join(" ")))?;
            print_derived(&mut out, "    ", &command.derived, root)?;
        }
    }
    let policies = collectors.iter().filter_map(|collector| collector.derived.policy.as_ref());
    print_common(&mut out, policies)?;
    out.flush()
}

fn print_derived(out: &mut impl Write, indent: &str, derived: &Derived, root: bool) -> io::Result<()> {
    if let Some(error) = &derived.error {
        writeln!(out, "{indent}refused  {}", printable(error))?;
    }
    if let (Some(policy), Some(expected)) = (&derived.policy, &derived.expected) {
        writeln!(out, "{indent}enforced {}", Stated::from(expected).sentence())?;
        lines(policy, root).iter().try_for_each(|line| writeln!(out, "{indent}{line}"))?;
    }
    Ok(())
}

fn lines(policy: &Policy, root: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let user = policy.user.as_ref();
    let user = user.map(|user| format!("{} (user {}, group {})", user.name, user.uid, user.gid));
    lines.push(format!(
        "user     {}",
        user.as_deref().unwrap_or(if root { "root" } else { "the one that runs candor" })
    ));
    lines.push(format!("network  {}", policy.network));
    if policy.file_systems {
        lines.push("asks     how large and how full each mounted file system is".to_owned());
    }
    lines.extend(policy.unix_sockets.iter().map(|path| format!("connects {}", shown(path))));
    let capabilities: Vec<_> = policy.capabilities.iter().map(|capability| capability.as_str()).collect();
    let capabilities = if capabilities.is_empty() { "none".to_owned() } else { capabilities.join(", ") };
    lines.push(format!("rights   {capabilities}"));
    lines.push(format!("limits   {}", limits(policy)));
    lines
        .extend(policy.execute.iter().map(|path| format!("executes {}", printable(&path.to_string_lossy()))));
    lines.extend(policy.reads.iter().map(|path| format!("reads    {}", shown(path))));
    let of_program = policy.program_reads.iter();
    lines.extend(of_program.map(|path| format!("reads    {}  (the program itself needs it)", shown(path))));
    let measures: Vec<_> = policy.measures.iter().map(|measure| measure.as_str()).collect();
    lines.push(format!("measures {}", measures.join(", ")));
    lines
}

/// What every program reads, and what the measures mean.
fn print_common<'a>(out: &mut impl Write, policies: impl Iterator<Item = &'a Policy>) -> io::Result<()> {
    let mut measures = std::collections::BTreeSet::new();
    let mut runtime_reads: Vec<&PathPattern> = Vec::new();
    for policy in policies {
        measures.extend(policy.measures.iter().copied());
        for path in &policy.runtime_reads {
            if !runtime_reads.contains(&path) {
                runtime_reads.push(path);
            }
        }
    }
    if !runtime_reads.is_empty() {
        writeln!(out, "\nEvery program also reads, to run at all")?;
        runtime_reads.iter().try_for_each(|path| writeln!(out, "  {}", shown(path)))?;
    }
    if !measures.is_empty() {
        writeln!(out, "\nWhat the measures mean")?;
    }
    measures.iter().try_for_each(|measure| writeln!(out, "  {measure:<21} {}", measure.sentence()))
}

fn shown(path: &PathPattern) -> String {
    printable(path.as_str())
}

/// The bounds that will be applied.
fn limits(policy: &Policy) -> String {
    let limits = &policy.limits;
    let mut shown = Vec::new();
    let mut bound = |measure, text: String| {
        if policy.wants(measure) {
            shown.push(text);
        }
    };
    bound(Measure::MemoryLimit, format!("{} of memory", summary::size(limits.memory_bytes)));
    bound(Measure::ProcessorLimit, format!("{} s of processor time", limits.cpu_seconds));
    bound(Measure::OpenFilesLimit, format!("{} open files", limits.open_files));
    bound(Measure::ProcessLimit, format!("{} processes of its user", limits.processes));
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}
