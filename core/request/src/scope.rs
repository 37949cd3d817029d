//! What of a profile a request asks for.

use candor_manifest::{
    Catalogue, CollectorId, Level, OptionAssignment, ProfileId, ResolveError, ResolvedProfile,
};

use crate::narrow::{self, NarrowError, Narrowed};
use crate::request::Request;

/// The profile as the request narrows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    profile: ResolvedProfile,
    narrowed: Vec<Narrowed>,
    left_out: Vec<LeftOut>,
}

/// A collector of the profile that is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// The collector.
    pub collector: CollectorId,
    /// Its level.
    pub level: Level,
    /// Because its level is above the highest that is wanted; else it is not named.
    pub by_level: bool,
}

/// Something is asked for that is not defined here, or is wider.
#[derive(Debug, thiserror::Error)]
pub enum ScopeError {
    /// There is no such profile, or it is broken.
    #[error("the profile that is asked for cannot be used here")]
    Profile(#[source] ResolveError),
    /// A collector is none of the profile's.
    #[error("`{collector}` is asked for, which is no collector of `{profile}` here")]
    Collector {
        /// The collector.
        collector: CollectorId,
        /// The profile.
        profile: ProfileId,
    },
    /// A collector is named whose level is above the highest that is wanted.
    #[error("`{collector}` is asked for, whose level is `{level}`, and at most `{most}` is wanted")]
    Level {
        /// The collector.
        collector: CollectorId,
        /// Its level.
        level: Level,
        /// The highest level.
        most: Level,
    },
    /// An option cannot be set so.
    #[error("an option is asked for that cannot be set so")]
    Option(#[source] NarrowError),
    /// Nothing is left of the profile.
    #[error("no collector of `{0}` is at or below the level that is asked for")]
    Nothing(ProfileId),
}

impl Scope {
    /// Narrows the profile of a request.
    ///
    /// # Errors
    /// When it asks for something that is not defined in `catalogue`, or is wider.
    pub fn of(request: &Request, catalogue: &Catalogue) -> Result<Self, ScopeError> {
        let mut profile = catalogue.resolve(&request.profile).map_err(ScopeError::Profile)?;
        check_named(request, &profile, catalogue)?;
        let left_out = leave_out(request, &mut profile, catalogue);
        if profile.collectors.is_empty() {
            return Err(ScopeError::Nothing(profile.id));
        }
        let mut scope = Self { profile, narrowed: Vec::new(), left_out };
        for (collector, options) in &request.options {
            for (option, value) in options {
                let (collector, option, value) = (collector.clone(), option.clone(), value.clone());
                let assignment = OptionAssignment { collector, option, value };
                scope.narrow(catalogue, &assignment).map_err(ScopeError::Option)?;
            }
        }
        Ok(scope)
    }

    /// Narrows it further, as whoever collects may.
    ///
    /// # Errors
    /// When there is no such option, the value does not fit, or it is wider.
    pub fn narrow(
        &mut self,
        catalogue: &Catalogue,
        assignment: &OptionAssignment,
    ) -> Result<(), NarrowError> {
        let Some(narrowed) = narrow::narrow(&mut self.profile, catalogue, assignment)? else { return Ok(()) };
        let same =
            |known: &Narrowed| known.collector == narrowed.collector && known.option == narrowed.option;
        match self.narrowed.iter_mut().find(|known| same(known)) {
            Some(known) => known.to = narrowed.to,
            None => self.narrowed.push(narrowed),
        }
        Ok(())
    }

    /// What is left of the profile: what is planned.
    pub fn profile(&self) -> &ResolvedProfile {
        &self.profile
    }

    /// Options that are narrower than the profile's.
    pub fn narrowed(&self) -> &[Narrowed] {
        &self.narrowed
    }

    /// Collectors of the profile that are not asked for.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }
}

fn level_of(catalogue: &Catalogue, id: &CollectorId) -> Level {
    // Resolving has checked that the catalogue holds every collector of the profile.
    catalogue.collector(id).map_or(Level::Secret, |loaded| loaded.value.level)
}

fn check_named(
    request: &Request,
    profile: &ResolvedProfile,
    catalogue: &Catalogue,
) -> Result<(), ScopeError> {
    for collector in request.collectors.iter().flatten().chain(request.options.keys()) {
        let collector = collector.clone();
        if profile.collector(&collector).is_none() {
            return Err(ScopeError::Collector { collector, profile: profile.id.clone() });
        }
        let level = level_of(catalogue, &collector);
        match request.level {
            Some(most) if level > most => return Err(ScopeError::Level { collector, level, most }),
            _ => {}
        }
    }
    Ok(())
}

fn leave_out(request: &Request, profile: &mut ResolvedProfile, catalogue: &Catalogue) -> Vec<LeftOut> {
    let mut left_out = Vec::new();
    profile.collectors.retain(|known| {
        let level = level_of(catalogue, &known.id);
        let is_named = request.collectors.as_ref().is_none_or(|named| named.contains(&known.id));
        let by_level = is_named && request.level.is_some_and(|most| level > most);
        if !is_named || by_level {
            left_out.push(LeftOut { collector: known.id.clone(), level, by_level });
        }
        is_named && !by_level
    });
    left_out
}
