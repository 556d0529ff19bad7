//! What a team's values may be, in the order the errors are known for.

use model::Team;
use rustchat_core::error::Result;
use rustchat_core::text::{self, names};

use super::errors::*;

/// Direction marks and the like are taken out of what people read.
pub(super) fn clean(team: &mut Team) {
    for value in [
        &mut team.display_name,
        &mut team.description,
        &mut team.company_name,
    ] {
        *value = text::without_invisible_markup(value).into_owned();
    }
}

/// The domains of a team are among those the server takes people of, if it names any.
pub(super) fn domains(team: &Team, served: &str) -> Result<()> {
    let served = text::email::domains(served);
    let outside = |domain: &String| !served.is_empty() && !served.contains(domain);
    match text::email::domains(&team.allowed_domains)
        .into_iter()
        .find(outside)
    {
        Some(domain) => Err(DOMAIN_OUTSIDE.with("Domain", domain)),
        None => Ok(()),
    }
}

pub(super) fn check(team: &Team) -> Result<()> {
    let email = &team.email;
    let rules = [
        (
            email.len() > 128 || !(email.is_empty() || text::email::is_valid(email)),
            BAD_EMAIL,
        ),
        (
            team.display_name.is_empty() || !text::at_most(&team.display_name, 64),
            BAD_DISPLAY_NAME,
        ),
        (team.name.len() > 64, BAD_NAME_LENGTH),
        (team.description.len() > 255, BAD_DESCRIPTION),
        (names::is_reserved_team_name(&team.name), RESERVED),
        (!names::is_valid_team_name(&team.name), BAD_NAME),
        (!matches!(team.type_.as_str(), "O" | "I"), BAD_TYPE),
        (team.company_name.len() > 64, BAD_COMPANY),
        (team.allowed_domains.len() > 500, BAD_DOMAINS),
    ];
    match rules.into_iter().find(|(broken, _)| *broken) {
        Some((_, error)) => Err(error.err()),
        None => Ok(()),
    }
}
