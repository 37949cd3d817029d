//! Memory that goes back to the system when it is no longer used.

/// Smallest block that gets pages of its own, in bytes: the windows of archives, and not the blocks of a long text, which
/// come and go all the time.
#[cfg(target_env = "gnu")]
const OWN_PAGES_BYTES: libc::c_int = 2 << 20;
/// Free bytes at the end of the heap that are kept for what comes next.
#[cfg(target_env = "gnu")]
const KEPT_BYTES: libc::c_int = 4 << 20;

/// Lets every large block have pages of its own, which its end gives back at once.
///
/// Without that glibc takes the first large block that is freed as a sign to keep all up to that size (mallopt(3),
/// `M_MMAP_THRESHOLD`): the windows and buffers of one archive stay beside those of the next, or of the other thread.
#[cfg(target_env = "gnu")]
pub fn give_back_what_is_free() {
    // SAFETY: mallopt(3) takes two numbers and may be called at any time by any thread. Where it fails, memory is kept as before.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_PAGES_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
    }
}

/// Other allocators decide for themselves.
#[cfg(not(target_env = "gnu"))]
pub fn give_back_what_is_free() {}
