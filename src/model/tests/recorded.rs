//! Recorded answers of an 11.6 server, decoded and encoded again: not a key may be lost, added or changed.
//! `recorded.json` holds bodies by model; run-specific values are placeholders.
use model::Wire;
use serde_json::Value;

/// Decodes as the model of that name and encodes again; None when no model here has the name.
fn round_trip(name: &str, value: Value) -> Option<Result<Value, String>> {
    macro_rules! by_name {
        ($($model:ident)*) => {
            match name {
                $(stringify!($model) => Some(
                    model::$model::from_value(value)
                        .map_err(|error| error.to_string())
                        .and_then(|model| serde_json::to_value(&model).map_err(|error| error.to_string())),
                ),)*
                _ => None,
            }
        };
    }
    by_name!(AgentsIntegrityResponse AnalyticsRow AutocompleteSuggestion Bot Channel ChannelMember ChannelMemberWithTeamData ChannelStats ChannelUnread ChannelUnreadAt ChannelViewResponse ChannelsWithCount Command CommandResponse Draft Emoji FileInfo FileInfoList FileUploadResponse IncomingWebhook Job OAuthApp OrderedSidebarCategories OutgoingWebhook Post PostActionAPIResponse PostInfo PostList PostSearchResults Preference Reaction Role SamlCertificateStatus ServerBusyState ServerLimits Session SidebarCategoryWithChannels Status Team TeamMember TeamStats TeamUnread ThreadResponse Threads UploadSession User UserAccessToken UserAuth UserAutocomplete UsersStats UsersWithGroupsAndCount)
}

#[test]
fn recorded_bodies_survive() {
    let recorded: serde_json::Map<String, Value> =
        serde_json::from_str(include_str!("recorded.json")).unwrap();
    let mut seen = 0;
    for (name, bodies) in recorded {
        for body in bodies.as_array().unwrap() {
            let again = round_trip(&name, body.clone())
                .unwrap_or_else(|| panic!("{name} is not in the list of this test"));
            assert_eq!(again.as_ref(), Ok(body), "{name}");
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} bodies");
}
