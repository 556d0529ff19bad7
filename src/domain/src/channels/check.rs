//! What a channel's values may be, in the order the errors are known for.

use model::{Channel, ChannelType};
use rustchat_core::clock;
use rustchat_core::common::invalid_body;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::text::{self, names};

use super::errors::*;

/// More posts than a channel can have, with room to count on.
const MOST_POSTS: i64 = 1 << 40;

pub(super) fn check(channel: &Channel) -> Result<()> {
    let direct = super::is_direct_or_group(channel);
    let taken_form = names::looks_like_group_channel(&channel.name)
        || names::looks_like_direct_channel(&channel.name);
    let rules = [
        (!text::at_most(&channel.display_name, 64), BAD_DISPLAY_NAME),
        (!names::is_valid_channel_name(&channel.name), BAD_NAME),
        (matches!(channel.type_, ChannelType::Other(_)), BAD_TYPE),
        (!text::at_most(&channel.header, 1024), BAD_HEADER),
        (!text::at_most(&channel.purpose, 250), BAD_PURPOSE),
        (!direct && taken_form, NAME_OF_OTHER_KIND),
        (channel.name.len() > 64, TOO_LONG),
    ];
    match rules
        .into_iter()
        .find(|(broken, _)| *broken)
        .map(|(_, error)| error)
        .or_else(|| banner(channel))
    {
        Some(error) => Err(error.err()),
        None => Ok(()),
    }
}

/// Times and counts a new channel may come with, as an import of another chat does.
pub(super) fn numbers(channel: &Channel) -> Result<()> {
    let times = [
        channel.create_at,
        channel.last_post_at,
        channel.last_root_post_at,
    ];
    if times.iter().any(|time| !(0..=clock::LATEST).contains(time)) {
        return Err(BAD_CREATE_AT.err());
    }
    let counts = [channel.total_msg_count, channel.total_msg_count_root];
    if counts.iter().any(|count| !(0..=MOST_POSTS).contains(count)) {
        return Err(invalid_body("total_msg_count"));
    }
    Ok(())
}

fn banner(channel: &Channel) -> Option<ErrorDef> {
    let info = channel
        .banner_info
        .as_ref()
        .filter(|info| info.enabled == Some(true))?;
    let text = info.text.as_deref().unwrap_or_default();
    let color = info.background_color.as_deref().unwrap_or_default();
    let rules = [
        (text.is_empty(), BANNER_TEXT_EMPTY),
        (text.len() > 1024, BANNER_TEXT_LONG),
        (color.is_empty(), BANNER_COLOR_EMPTY),
        (!names::is_hex_color(color), BANNER_COLOR),
    ];
    rules
        .into_iter()
        .find(|(broken, _)| *broken)
        .map(|(_, error)| error)
}
