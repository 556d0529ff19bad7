//! `store::teams`, `channels`, their members, sidebars and what is unread, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::{
    Channel, ChannelType, SidebarCategory, SidebarCategoryType, SidebarCategoryWithChannels, Team,
    User,
};
use std::collections::BTreeMap;
use store::change::Unchanged;
use store::channels::{AllFilter, AllSearch, Mine, Scope};
use store::groups::{self, Room};
use store::team_members::{Joining, Page};
use store::teams::Filter;
use store::{Store, StoreError, contract_test};
use store::{
    args, categories, channel_members, channels, memberships, people, roles_of, schemes,
    team_members, teams, users,
};

async fn add_user(store: &Store, id: &str, name: &str) {
    let user = User {
        id: id.into(),
        create_at: 1,
        update_at: 1,
        username: name.into(),
        email: format!("{name}@example.com"),
        roles: "system_user".into(),
        ..User::default()
    };
    users::insert(store.db(), &user, &[], None).await.unwrap();
}

fn channel(id: &str, name: &str, kind: ChannelType) -> Channel {
    Channel {
        id: id.into(),
        create_at: 5,
        update_at: 5,
        team_id: if matches!(kind, ChannelType::Direct | ChannelType::Group) {
            String::new()
        } else {
            "t".into()
        },
        type_: kind,
        display_name: name.to_uppercase(),
        name: name.into(),
        ..Channel::default()
    }
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(|id| (*id).to_owned()).collect()
}

/// A team with two people: ann administers it and a private channel, bob is a member.
async fn furnish(store: &Store) {
    for (id, name) in [("a", "ann"), ("b", "bob"), ("c", "cay")] {
        add_user(store, id, name).await;
    }
    let team = Team {
        id: "t".into(),
        create_at: 5,
        update_at: 5,
        display_name: "Team".into(),
        name: "team".into(),
        type_: "O".into(),
        invite_id: "inv".into(),
        ..Team::default()
    };
    let first = [
        channel("ts", "town-square", ChannelType::Open),
        channel("ot", "off-topic", ChannelType::Open),
    ];
    let ann = Joining {
        user_ids: ids(&["a"]),
        admins: ids(&["a"]),
        guests: vec![],
    };
    teams::create(store, &team, &first, &ann).await.unwrap();
    let bob = Joining {
        user_ids: ids(&["b"]),
        ..Joining::default()
    };
    let joined = team_members::join(store, "t", &bob, &ids(&["town-square", "off-topic"]), 6)
        .await
        .unwrap();
    assert_eq!(joined.new.len(), 1);
    assert_eq!(joined.channel_ids, ids(&["ts", "ot"]));
    channels::create(
        store,
        &channel("p", "plans", ChannelType::Private),
        &ids(&["a", "b"]),
        &[],
        &ids(&["a"]),
        7,
    )
    .await
    .unwrap();
}

contract_test! {
    async fn teams_are_found_and_changed(store) {
        furnish(&store).await;
        let mut team = teams::get(&store, "t").await.unwrap().unwrap();
        assert_eq!(teams::get_by_name(&store, "team").await.unwrap().as_ref(), Some(&team));
        assert_eq!(teams::get_by_invite_id(&store, "inv").await.unwrap().as_ref(), Some(&team));
        assert_eq!(teams::for_user(&store, "b").await.unwrap().len(), 1);
        assert_eq!(teams::common(&store, &ids(&["a", "b"])).await.unwrap().len(), 1);
        assert!(teams::common(&store, &ids(&["a", "c"])).await.unwrap().is_empty());
        let filter = Filter { term: "EA".into(), ..Filter::default() };
        assert_eq!(teams::list(&store, &filter, 0, 10).await.unwrap().len(), 1);
        let other = Team { id: "t3".into(), name: "other".into(), display_name: "Gärtner".into(), invite_id: "inv3".into(), ..team.clone() };
        teams::create(&store, &other, &[], &Joining::default()).await.unwrap();
        assert_eq!(teams::count(&store, &Filter { term: "GÄRT".into(), ..Filter::default() }).await.unwrap(), 1);
        assert_eq!(teams::count(&store, &Filter { open_invite: Some(true), ..filter }).await.unwrap(), 0);
        let change = |team: &mut Team| {
            team.allow_open_invite = true;
            team.type_ = "I".into();
            Ok::<(), StoreError>(())
        };
        let changed = teams::change(&store, "t", change).await.unwrap();
        assert_eq!(changed.before, team);
        team = changed.after;
        let refused = teams::change(&store, "t", |team| {
            team.name = "never".into();
            Err(5)
        });
        assert!(matches!(refused.await, Err(Unchanged::Refused(5))));
        assert_eq!(teams::get(&store, "t").await.unwrap(), Some(team.clone()));
        let again = teams::create(&store, &Team { id: "t2".into(), ..team }, &[], &Joining::default()).await;
        assert!(again.unwrap_err().is_conflict());
        assert_eq!(teams::channel_ids(&store, "t").await.unwrap().len(), 3);
        assert_eq!(teams::permanent_delete(&store, "t").await.unwrap().len(), 3);
        assert!(teams::get(&store, "t").await.unwrap().is_none());
        assert!(memberships::channels_of(&store, "a").await.unwrap().is_empty());
    }

    async fn members_come_and_go(store) {
        furnish(&store).await;
        assert_eq!(team_members::get(&store, "t", "a").await.unwrap().unwrap().roles, "team_user team_admin");
        assert_eq!(team_members::get(&store, "t", "b").await.unwrap().unwrap().roles, "team_user");
        assert_eq!(memberships::channels_of(&store, "a").await.unwrap()["ts"], "channel_user channel_admin");
        assert_eq!(memberships::of_team(&store, "t").await.unwrap().len(), 2);
        let page = Page { by_username: true, only_active: true, offset: 0, limit: 10 };
        assert_eq!(team_members::list(&store, "t", &page).await.unwrap()[1].user_id, "b");
        assert_eq!(team_members::by_ids(&store, "t", &ids(&["b", "c"])).await.unwrap().len(), 1);
        assert_eq!(team_members::stats(&store, "t").await.unwrap().active_member_count, 2);
        let flags = roles_of::Flags { user: true, admin: true, guest: false };
        team_members::set_roles(&store, "t", "b", flags, "extra").await.unwrap();
        assert_eq!(team_members::get(&store, "t", "b").await.unwrap().unwrap().roles, "team_user team_admin extra");
        assert_eq!(team_members::outside_groups(&store, "t").await.unwrap().len(), 2);
        assert!(team_members::leave(&store, "t", "b", 9).await.unwrap());
        assert_eq!(team_members::get(&store, "t", "b").await.unwrap().unwrap().delete_at, 9);
        assert!(memberships::channels_of(&store, "b").await.unwrap().is_empty());
        assert_eq!(team_members::for_user(&store, "b").await.unwrap().len(), 1);
        let back = Joining { user_ids: ids(&["b", "a"]), ..Joining::default() };
        let joined = team_members::join(&store, "t", &back, &ids(&["town-square"]), 10).await.unwrap();
        assert_eq!(joined.new.into_iter().collect::<Vec<_>>(), ids(&["b"]));
        assert_eq!(team_members::get(&store, "t", "b").await.unwrap().unwrap().roles, "team_user");
        assert_eq!(people::by_ids(&store, &ids(&["c", "a"])).await.unwrap()[0].username, "cay");
    }

    async fn channels_are_listed_and_found(store) {
        furnish(&store).await;
        channels::create(&store, &channel("d", "a__b", ChannelType::Direct), &ids(&["a", "b"]), &[], &[], 8).await.unwrap();
        channels::create(&store, &channel("g", "group", ChannelType::Group), &ids(&["a", "b", "c"]), &[], &[], 8).await.unwrap();
        assert_eq!(channels::get_by_name(&store, "t", "a__b", false).await.unwrap().unwrap().id, "d");
        assert_eq!(channels::by_names(&store, "t", &ids(&["plans"])).await.unwrap().len(), 1);
        assert_eq!(channels::count_for_team(&store, "t").await.unwrap(), 3);
        assert_eq!(channels::post_counts(&store, "p", false).await.unwrap(), (0, -1));
        assert_eq!(channels::public_for_team(&store, "t", 0, 10).await.unwrap().len(), 2);
        assert_eq!(channels::private_for_team(&store, "t", 0, 10).await.unwrap().len(), 1);
        assert_eq!(channels::public_by_ids(&store, "t", &ids(&["ts", "p"])).await.unwrap().len(), 1);
        assert_eq!(channels::by_ids(&store, &ids(&["ts", "p"])).await.unwrap().len(), 2);
        assert_eq!(channels::for_user(&store, "b", Mine { team_id: Some("t"), ..Mine::default() }).await.unwrap().len(), 5);
        assert_eq!(channels::for_user(&store, "c", Mine::default()).await.unwrap().len(), 1);
        assert_eq!(channels::group_channels_of(&store, "c").await.unwrap().len(), 1);
        assert_eq!(channels::all(&store, &AllFilter::default(), 0, 10).await.unwrap().len(), 3);
        assert_eq!(channels::all_count(&store, &AllFilter { without_names: ids(&["plans"]), ..AllFilter::default() }).await.unwrap(), 2);
        assert_eq!(channels::search_team(&store, "t", "TOWN sq", None, 10).await.unwrap().len(), 1);
        assert_eq!(channels::search_team(&store, "t", "", Some("b"), 10).await.unwrap().len(), 3);
        for (scope, user, most) in [(Scope::PublicAndMine, "b", 3), (Scope::Mine, "c", 0), (Scope::MineAndGroups, "c", 1)] {
            assert_eq!(channels::autocomplete(&store, "t", user, "", scope, 10).await.unwrap().len(), most);
        }
        assert_eq!(channels::search_direct(&store, "a", "bo", 10).await.unwrap()[0].display_name, "bob");
        assert_eq!(channels::search_groups(&store, "a", "bob, ca", 10).await.unwrap().len(), 1);
        let search = AllSearch {
            term: "plan".into(),
            visible_to: Some("b".into()),
            team_ids: ids(&["t"]),
            not_in_group: "x".into(),
            without_group_constrained: true,
            without_retention_policy: true,
            without_names: ids(&["town-square"]),
            by_id: true,
            without_remote: true,
            ..AllSearch::default()
        };
        assert_eq!(channels::search_all(&store, &search, 0, 10).await.unwrap()[0].team_name, "team");
        assert_eq!(channels::search_all_count(&store, &AllSearch { visible_to: Some("c".into()), ..search }).await.unwrap(), 0);
        let public = Channel { display_name: "Öffentlich".into(), ..channel("of", "public", ChannelType::Open) };
        channels::create(&store, &public, &[], &[], &[], 7).await.unwrap();
        assert_eq!(channels::search_team(&store, "t", "öFFENT", None, 10).await.unwrap().len(), 1);
    }

    async fn channels_change_and_vanish(store) {
        furnish(&store).await;
        let change = |plans: &mut Channel| {
            plans.type_ = ChannelType::Open;
            plans.header = "h".into();
            Ok::<(), StoreError>(())
        };
        channels::change(&store, "p", change).await.unwrap();
        let stored = channels::get(&store, "p").await.unwrap().unwrap();
        assert_eq!((stored.header.as_str(), stored.type_), ("h", ChannelType::Open));
        channels::set_deleted(&store, "p", 20, 20).await.unwrap();
        assert!(channels::get_by_name(&store, "t", "plans", false).await.unwrap().is_none());
        assert_eq!(channels::deleted_for_team(&store, "t", "c", false, 0, 10).await.unwrap().len(), 1);
        channels::set_deleted(&store, "p", 0, 21).await.unwrap();
        let taken = channels::change(&store, "p", |plans| {
            plans.name = "off-topic".into();
            Ok::<(), StoreError>(())
        });
        assert!(taken.await.unwrap_err().or(|error| error).is_conflict());
        channels::move_to_team(&store, "p", "t9", &ids(&["b"]), 22).await.unwrap();
        assert_eq!(memberships::of_channel(&store, "p").await.unwrap().len(), 1);
        channels::create(&store, &channel("g", "group", ChannelType::Group), &ids(&["a", "b", "c"]), &[], &[], 8).await.unwrap();
        let wish = Channel { team_id: "t".into(), display_name: "Three".into(), ..channel("g", "three", ChannelType::Private) };
        let made = channels::convert_group(&store, &wish, "a").await.unwrap().unwrap();
        assert_eq!((made.team_id.as_str(), made.name.as_str(), made.type_), ("t", "three", ChannelType::Private));
        assert!(channels::convert_group(&store, &wish, "a").await.unwrap().is_none(), "only once");
        channels::permanent_delete(&store, "p").await.unwrap();
        assert!(channels::get(&store, "p").await.unwrap().is_none());
    }

    async fn channel_members_read_and_mute(store) {
        furnish(&store).await;
        assert_eq!(channel_members::add(&store, "p", &ids(&["b", "c"]), &[], 9).await.unwrap().len(), 1);
        assert_eq!(channel_members::get(&store, "p", "a").await.unwrap().unwrap().roles, "channel_user channel_admin");
        assert_eq!(channel_members::list(&store, "p", 0, 10).await.unwrap().len(), 3);
        assert_eq!(channel_members::by_ids(&store, "p", &ids(&["c"])).await.unwrap().len(), 1);
        assert_eq!(channel_members::for_user_in_team(&store, "b", "t").await.unwrap().len(), 3);
        assert_eq!(channel_members::for_user(&store, "b", 0, 10).await.unwrap()[0].team_name, "team");
        assert_eq!(channel_members::counts(&store, "p").await.unwrap(), (3, 0));
        assert_eq!(channel_members::counts_of(&store, &ids(&["p", "ts"])).await.unwrap()["ts"], 2);
        channel_members::timezones(&store, "p").await.unwrap();
        store.db().exec("UPDATE channels SET totalmsgcount = 3, totalmsgcountroot = 2, lastpostat = 50 WHERE id = 'p'", vec![]).await.unwrap();
        let unread = channel_members::channel_unread(&store, "p", "b").await.unwrap().unwrap();
        assert_eq!((unread.msg_count, unread.msg_count_root), (3, 2));
        assert_eq!(channel_members::team_unreads(&store, "b", None, "").await.unwrap()[0].msg_count, 3);
        assert!(channel_members::team_unreads(&store, "b", Some("x"), "").await.unwrap().is_empty());
        assert!(channel_members::thread_unreads(&store, "b").await.unwrap().is_empty());
        assert!(channel_members::unread_of(&store, "b", &ids(&["p"])).await.unwrap()[0].unread);
        channel_members::mark_viewed(&store, "b", &ids(&["p"]), true, 60).await.unwrap();
        assert!(channel_members::unread_of(&store, "b", &ids(&["p"])).await.unwrap()[0].up_to_date);
        let muted = channel_members::set_muted(&store, "b", &ids(&["p", "ts"]), true, 61).await.unwrap();
        assert_eq!(muted.len(), 2);
        assert!(channel_members::set_muted(&store, "b", &ids(&["p"]), true, 62).await.unwrap().is_empty());
        let props = channel_members::get(&store, "p", "b").await.unwrap().unwrap().notify_props.unwrap();
        assert_eq!(props["mark_unread"], "mention");
        channel_members::set_notify_props(&store, "p", "b", &BTreeMap::from([("desktop".into(), "none".into())]), 63).await.unwrap();
        let flags = roles_of::Flags { user: true, admin: true, guest: false };
        channel_members::set_roles(&store, "p", "b", flags, "", 64).await.unwrap();
        assert_eq!(channel_members::in_channels(&store, "b", &ids(&["p"])).await.unwrap()[0].roles, "channel_user channel_admin");
        assert_eq!(channel_members::outside_groups(&store, "p").await.unwrap().len(), 3);
        assert!(channel_members::remove(&store, "p", "b", 70).await.unwrap());
        assert!(!channel_members::remove(&store, "p", "b", 71).await.unwrap());
    }

    async fn sidebars_are_sorted(store) {
        furnish(&store).await;
        let list = categories::list(&store, "b", "t").await.unwrap();
        assert_eq!(list.iter().map(|k| k.sidebar_category.sort_order).collect::<Vec<_>>(), [0, 10, 20]);
        assert_eq!(list[1].channel_ids.as_ref().unwrap().len(), 3);
        let own = SidebarCategoryWithChannels {
            sidebar_category: SidebarCategory {
                id: "own".into(),
                user_id: "b".into(),
                team_id: "t".into(),
                type_: SidebarCategoryType::Custom,
                display_name: "Own".into(),
                ..SidebarCategory::default()
            },
            channel_ids: Some(ids(&["p", "ot"])),
        };
        categories::create(&store, &own).await.unwrap();
        let list = categories::list(&store, "b", "t").await.unwrap();
        assert_eq!((list[1].sidebar_category.id.as_str(), list[1].channel_ids.clone()), ("own", Some(ids(&["p", "ot"]))));
        assert_eq!(list[2].channel_ids, Some(ids(&["ts"])));
        categories::update(&store, &[SidebarCategoryWithChannels { channel_ids: Some(ids(&["ot"])), ..own }]).await.unwrap();
        let mut order: Vec<String> = list.iter().map(|k| k.sidebar_category.id.clone()).collect();
        order.reverse();
        assert!(categories::reorder(&store, "b", "t", &order).await.unwrap());
        assert!(!categories::reorder(&store, "b", "t", &order[1..]).await.unwrap());
        assert_eq!(categories::list(&store, "b", "t").await.unwrap()[0].sidebar_category.id, order[0]);
        assert_eq!(categories::owner(&store, "own").await.unwrap(), Some(("b".into(), "t".into())));
        categories::delete(&store, "b", "t", "own").await.unwrap();
        assert_eq!(categories::list(&store, "b", "t").await.unwrap().len(), 3);
        categories::sync_favorites(&store, "b", &[], &ids(&["p"])).await.unwrap();
        categories::insert_defaults(&store, "t", "c").await.unwrap();
    }
}

contract_test! {
    async fn groups_and_schemes_of_a_licensed_server_are_read(store) {
        furnish(&store).await;
        for sql in [
            "INSERT INTO usergroups (id, name, displayname, description, source, createat, updateat, deleteat, allowreference) \
             VALUES ('g', 'staff', 'Staff', '', 'custom', 1, 1, 0, true)",
            "INSERT INTO groupmembers (groupid, userid, createat, deleteat) VALUES ('g', 'b', 1, 0)",
            "INSERT INTO schemes (id, name, displayname, description, createat, updateat, deleteat, scope, defaultteamadminrole, \
             defaultteamuserrole, defaultchanneladminrole, defaultchanneluserrole, defaultteamguestrole, defaultchannelguestrole) \
             VALUES ('s', 'strict', 'Strict', '', 1, 1, 0, 'team', 'ta', 'tu', 'ca', 'cu', 'tg', 'cg')",
            "UPDATE teams SET schemeid = 's' WHERE id = 't'",
        ] {
            store.db().exec(sql, args![]).await.unwrap();
        }
        let outside = |room, id: &'static str, of: Vec<String>| {
            let store = store.clone();
            async move { groups::members_outside(&store, room, id, &of, 0, 10).await.unwrap() }
        };
        let (people, count) = outside(Room::Team, "t", ids(&["g"])).await;
        assert_eq!((people.len(), count, people[0].user.username.as_str()), (1, 1, "ann"));
        assert!(people[0].scheme_admin && people[0].groups.as_ref().unwrap().is_empty());
        let (people, count) = outside(Room::Channel, "p", ids(&["x"])).await;
        assert_eq!((people.len(), count), (2, 2));
        assert_eq!(people[1].groups.as_ref().unwrap()[0].display_name, "Staff");

        assert_eq!(schemes::list(&store, "", 0, 10).await.unwrap().len(), 1);
        assert!(schemes::list(&store, "channel", 0, 10).await.unwrap().is_empty());
        assert_eq!(schemes::get(&store, "s").await.unwrap().unwrap().default_channel_guest_role, "cg");
        assert_eq!(schemes::teams_of(&store, "s", 0, 10).await.unwrap()[0].id, "t");
        assert!(schemes::channels_of(&store, "s", 0, 10).await.unwrap().is_empty());
    }
}
