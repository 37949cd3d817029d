//! Linux: seccomp_unotify(2). Begin with `supervisor.rs`.

mod absent;
mod address;
mod aliases;
mod answers;
mod call;
mod connections;
mod find;
mod handle;
mod hosts;
mod listener;
mod memory;
mod own;
mod paths;
mod process;
mod rules;
mod sockets;
mod supervisor;
mod system_links;
mod tally;

pub use handle::Gate;
