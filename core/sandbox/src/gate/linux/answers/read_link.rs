//! `readlink`, `readlinkat`: where a declared link leads, and what a descriptor of the process is.

use std::path::Path;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::super::call::Place;
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};

const OPERATION: &str = "readlink";

impl Supervisor {
    pub(in super::super) fn read_link(
        &mut self,
        request: Request<'_>,
        place: Place,
        result: u64,
        size: i32,
    ) -> Result<Answer, Refusal> {
        let size = usize::try_from(size).ok().filter(|size| *size > 0).ok_or(Errno::INVAL)?;
        let raw = request.path(place.path)?;
        if raw.is_empty() {
            return Err(Errno::NOENT.into());
        }
        let located = self.locate(request, OPERATION, place.folder, &raw)?;
        let mut text = match self.finder.rules.own().descriptor_number(&located.path) {
            Some(number) if !located.folder => self.own_descriptor(request, number)?,
            _ => self.link_text(request, &located.path, located.folder)?,
        };
        text.truncate(size);
        request.write(result, &text)?;
        Ok(Answer::Value(text.len() as i64))
    }

    fn own_descriptor(&self, request: Request<'_>, number: i32) -> Result<Vec<u8>, Refusal> {
        let descriptor = request.descriptor(number)?;
        Ok(self.finder.real_path(&descriptor)?.into_os_string().into_encoded_bytes())
    }

    fn link_text(&mut self, request: Request<'_>, path: &Path, folder: bool) -> Result<Vec<u8>, Refusal> {
        let found = self.look(OPERATION, path, folder)?;
        self.tally.lock().looked_for(&found.judgement);
        if found.kind() != FileType::Symlink {
            return Err(Errno::INVAL.into());
        }
        let pid = self.process.pid().as_raw_nonzero();
        // The kernel would name the host, who asks.
        match path.to_str() {
            Some("/proc/self") => Ok(pid.to_string().into_bytes()),
            Some("/proc/thread-self") => Ok(format!("{pid}/task/{}", request.thread).into_bytes()),
            _ => Ok(rustix::fs::readlinkat(&found.handle, "", Vec::with_capacity(256))?.into_bytes()),
        }
    }
}
