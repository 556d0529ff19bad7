//! What can go wrong with channels.

use crate::teams::errors::errors;
use rustchat_core::error::ErrorDef;

errors! {
    NOT_FOUND 404 "app.channel.get.existing.app_error" "There is no such channel.";
    NO_SUCH_NAME 404 "app.channel.get_by_name.missing.app_error" "There is no channel of this name.";
    NONE_OF_IDS 404 "app.channel.get_channels_by_ids.not_found.app_error" "None of these channels was found.";
    NO_CHANNELS 404 "app.channel.get_channels.not_found.app_error" "No channels were found.";
    IS_DIRECT 400 "api.channel.create_channel.direct_channel.app_error" "Direct and group channels are made differently.";
    TOO_MANY 400 "api.channel.create_channel.max_channel_limit.app_error" "The team has as many channels as it may have.";
    EXISTS 400 "store.sql_channel.save_channel.exists.app_error" "There already is a channel of this name in the team.";
    HAS_ID 400 "store.sql_channel.save_channel.existing.app_error" "A new channel gets its id from the server.";
    TOO_LONG 500 "app.channel.create_channel.internal_error" "The name is too long, 64 characters at most.";
    ARCHIVED_NEW 400 "store.sql_channel.save.archived_channel.app_error" "A new channel cannot be archived.";
    BAD_DISPLAY_NAME 400 "model.channel.is_valid.display_name.app_error" "The display name is too long, 64 characters at most.";
    BAD_NAME 400 "model.channel.is_valid.1_or_more.app_error" "The name needs one or more of a-z, 0-9, hyphen and underscore.";
    BAD_TYPE 400 "model.channel.is_valid.type.app_error" "The type is O or P.";
    BAD_CREATE_AT 400 "model.channel.is_valid.create_at.app_error" "The times of the channel are not possible.";
    BAD_HEADER 400 "model.channel.is_valid.header.app_error" "The header is too long, 1024 characters at most.";
    BAD_PURPOSE 400 "model.channel.is_valid.purpose.app_error" "The purpose is too long, 250 characters at most.";
    NAME_OF_OTHER_KIND 400 "model.channel.is_valid.name.app_error" "The name looks like that of a direct or group channel.";
    BANNER_TEXT_EMPTY 400 "model.channel.is_valid.banner_info.text.empty.app_error" "A banner needs a text.";
    BANNER_TEXT_LONG 400 "model.channel.is_valid.banner_info.text.invalid_length.app_error" "The banner's text is too long, 1024 bytes at most.";
    BANNER_COLOR_EMPTY 400 "model.channel.is_valid.banner_info.background_color.empty.app_error" "A banner needs a colour.";
    BANNER_COLOR 400 "model.channel.is_valid.banner_info.background_color.invalid.app_error" "The banner's colour is not of the form #123 or #112233.";
    BANNER_KIND 400 "api.channel.update_channel.banner_info.channel_type.not_allowed" "Only public and private channels have banners.";
    LICENCE 403 "license_error.feature_unavailable.specific" "The licence of this server does not include this.";
    NO_TRANSLATION 403 "api.channel.patch_update_channel.feature_not_available.app_error" "Translation is not available.";
    NO_CHANGES 400 "api.channel.patch_update_channel.no_changes.app_error" "Nothing is to be changed.";
    NOT_YOURS 403 "api.channel.patch_update_channel.forbidden.app_error" "Only its members change a direct or group channel.";
    HEADER_ONLY_PATCH 400 "api.channel.patch_update_channel.update_direct_or_group_messages_not_allowed.app_error" "Only the header of a direct or group channel can be changed.";
    HEADER_ONLY 400 "api.channel.update_channel.update_direct_or_group_messages_not_allowed.app_error" "Only the header of a direct or group channel can be changed.";
    DEFAULT_NAME 400 "api.channel.update_channel.tried.app_error" "The default channel keeps its name.";
    DELETED 400 "api.channel.update_channel.deleted.app_error" "The channel is archived.";
    DELETED_PATCH 400 "app.channel.update.bad_id" "The channel is archived.";
    TYPE_CHANGE 400 "api.channel.update_channel.typechange.app_error" "The type is not changed this way.";
    DEFAULT_PRIVACY 400 "api.channel.update_channel_privacy.default_channel_error" "The default channel stays public.";
    DEFAULT_ARCHIVE 400 "api.channel.delete_channel.cannot.app_error" "The default channel cannot be archived.";
    ARCHIVED 400 "api.channel.delete_channel.deleted.app_error" "The channel is archived already.";
    ARCHIVE_KIND 400 "api.channel.delete_channel.type.invalid" "Direct and group channels cannot be archived.";
    DELETION_OFF 401 "api.user.delete_channel.not_enabled.app_error" "Deleting channels for good is turned off.";
    NOT_ARCHIVED 400 "api.channel.restore_channel.restored.app_error" "The channel is not archived.";
    MOVE_KIND 403 "api.channel.move_channel.type.invalid" "Direct and group channels belong to no team.";
    MOVE_MEMBERS 500 "app.channel.move_channel.members_do_not_match.error" "Not all members of the channel are in that team.";
    BAD_SIZE 400 "api.channel.create_group.bad_size.app_error" "A group message is for 3 to 8 people.";
    NO_SHARED_TEAM 403 "api.channel.create_channel.direct_channel.team_restricted_error" "Only people who share a team talk to each other here.";
    NO_SHARED_TEAM_PATCH 400 "api.channel.patch_update_channel.restricted_dm.app_error" "The people of this conversation share no team any more.";
    BAD_PEOPLE 400 "api.channel.create_group.bad_user.app_error" "Some of these people do not exist.";
    BAD_PERSON 400 "api.channel.create_direct_channel.invalid_user.app_error" "There is no such person.";
    NOT_A_GROUP 404 "app.channel.group_message_conversion.original_channel_not_gm" "This is no group message.";
    NO_LONGER_A_GROUP 400 "app.channel.get_common_teams.incorrect_channel_type" "This is no direct or group message.";
}
