//! From "support asks" to "only the people on the case can read it", each step also checked by programs that are not ours.

mod case;
mod chain;
mod faults;
mod format;
mod whole_way;
