//! A list of allowed system calls, with conditions on their arguments.

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// What one argument has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Argument {
    /// Argument number, and the value of its lower 32 bits: the kernel looks at no more of an `int`.
    Is(u8, u32),
    /// Argument number, mask, and the value of the masked lower 32 bits.
    Masked(u8, u32, u32),
    /// Argument number; a null pointer.
    Null(u8),
}

/// System calls that are allowed; all others are refused with `EPERM`.
#[derive(Debug, Default)]
pub(super) struct AllowList(BTreeMap<i64, Permission>);

#[derive(Debug)]
enum Permission {
    Always,
    /// With one of these lists of arguments.
    With(Vec<Vec<Argument>>),
}

impl AllowList {
    /// Allows the calls with any arguments.
    pub(super) fn allow(&mut self, calls: &[i64]) {
        self.0.extend(calls.iter().map(|call| (*call, Permission::Always)));
    }

    /// Allows the call where every one of these arguments is as said.
    pub(super) fn allow_with(&mut self, call: i64, arguments: &[Argument]) {
        let permission = self.0.entry(call).or_insert_with(|| Permission::With(Vec::new()));
        if let Permission::With(lists) = permission {
            lists.push(arguments.to_vec());
        }
    }

    /// Allows the call where that argument has one of the values.
    pub(super) fn allow_values(&mut self, call: i64, argument: u8, values: &[u32]) {
        for value in values {
            self.allow_with(call, &[Argument::Is(argument, *value)]);
        }
    }

    /// The program for the kernel.
    pub(super) fn compile(self) -> Result<BpfProgram, BackendError> {
        let rules = self.0.into_iter().map(|(call, permission)| Ok((call, permission.rules()?)));
        let rules = rules.collect::<Result<BTreeMap<_, _>, BackendError>>()?;
        let refuse = SeccompAction::Errno(libc::EPERM.cast_unsigned());
        SeccompFilter::new(rules, refuse, SeccompAction::Allow, std::env::consts::ARCH.try_into()?)?
            .try_into()
    }
}

impl Permission {
    fn rules(self) -> Result<Vec<SeccompRule>, BackendError> {
        match self {
            Self::Always => Ok(Vec::new()),
            Self::With(lists) => lists.into_iter().map(rule).collect(),
        }
    }
}

fn rule(arguments: Vec<Argument>) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(arguments.into_iter().map(Argument::condition).collect::<Result<_, _>>()?)
}

impl Argument {
    fn condition(self) -> Result<SeccompCondition, BackendError> {
        use SeccompCmpArgLen::{Dword, Qword};
        match self {
            Self::Is(number, value) => SeccompCondition::new(number, Dword, SeccompCmpOp::Eq, value.into()),
            Self::Masked(number, mask, value) => {
                SeccompCondition::new(number, Dword, SeccompCmpOp::MaskedEq(mask.into()), value.into())
            }
            Self::Null(number) => SeccompCondition::new(number, Qword, SeccompCmpOp::Eq, 0),
        }
    }
}
