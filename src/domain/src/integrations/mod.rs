//! What webhooks and commands have in common: who may manage those of a team, and how what they send becomes messages.

mod message;
mod slack;

pub(crate) use message::{Message, compose, write};

use rustchat_core::error::Result;
use rustchat_core::permissions::{self, Permission};

use crate::{App, Caller, access};

/// The permissions over one kind of integration: over one's own, and besides over those of others.
pub(crate) struct Rights {
    own: Permission,
    others: Permission,
}

pub(crate) const INCOMING_WEBHOOKS: Rights = Rights {
    own: permissions::MANAGE_OWN_INCOMING_WEBHOOKS,
    others: permissions::MANAGE_OTHERS_INCOMING_WEBHOOKS,
};
pub(crate) const OUTGOING_WEBHOOKS: Rights = Rights {
    own: permissions::MANAGE_OWN_OUTGOING_WEBHOOKS,
    others: permissions::MANAGE_OTHERS_OUTGOING_WEBHOOKS,
};

pub(crate) const SLASH_COMMANDS: Rights = Rights {
    own: permissions::MANAGE_OWN_SLASH_COMMANDS,
    others: permissions::MANAGE_OTHERS_SLASH_COMMANDS,
};

impl Rights {
    /// The caller may manage what this person owns in the team.
    pub async fn require(
        &self,
        app: &App,
        caller: &Caller,
        team_id: &str,
        owner_id: &str,
    ) -> Result<()> {
        access::require_team(app, caller, team_id, self.own).await?;
        if !caller.is_self(owner_id) {
            access::require_team(app, caller, team_id, self.others).await?;
        }
        Ok(())
    }

    /// Whose the caller may list in the team, or without one on the whole server: nobody's in particular, or only their own.
    pub async fn listable<'a>(
        &self,
        app: &App,
        caller: &'a Caller,
        team_id: &str,
    ) -> Result<&'a str> {
        if team_id.is_empty() {
            access::require_system(app, caller, self.own).await?;
            let all = access::has_system(app, caller, self.others).await?;
            return Ok(if all { "" } else { caller.user_id() });
        }
        access::require_team(app, caller, team_id, self.own).await?;
        let all = access::has_team(app, caller, team_id, self.others).await?;
        Ok(if all { "" } else { caller.user_id() })
    }
}

/// Texts with the most bytes they may have; the first that is longer is told by its name.
pub(crate) fn too_long<'a>(texts: &[(&'a str, &str, usize)]) -> Option<&'a str> {
    texts
        .iter()
        .find(|(_, text, most)| text.len() > *most)
        .map(|(name, ..)| *name)
}
