//! The generated client does what a script does, and has all operations but those named here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test reports

use client::types::{Channel, Post, Team, TeamMember, User};
use client::{Client, Error, LEFT_OUT, OPERATIONS};
use compat_tests::engine::Engine;
use compat_tests::server::TestServer;
use contract::Scope;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use std::collections::BTreeSet;

/// Operations that the client does not have, all with forms for a body. May only shrink.
const NOT_THERE: [&str; 14] = [
    "AddAuditLogCertificate",
    "CreateEmoji",
    "ImportTeam",
    "SetProfileImage",
    "SetTeamIcon",
    "UploadBrandImage",
    "UploadFile",
    "UploadLdapPrivateCertificate",
    "UploadLdapPublicCertificate",
    "UploadLicenseFile",
    "UploadPlugin",
    "UploadSamlIdpCertificate",
    "UploadSamlPrivateCertificate",
    "UploadSamlPublicCertificate",
];

#[test]
fn the_client_has_every_operation_but_these() {
    let left_out: BTreeSet<&str> = LEFT_OUT.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        left_out,
        BTreeSet::from(NOT_THERE),
        "operations without a typed client"
    );
    let has: BTreeSet<&str> = OPERATIONS.iter().copied().chain(left_out).collect();
    let wanted: BTreeSet<&str> = contract::OPERATIONS
        .iter()
        .filter(|op| op.scope != Scope::ByHand)
        .map(|op| op.id)
        .collect();
    assert_eq!(has, wanted);
    println!(
        "the typed client has {} of {} operations",
        OPERATIONS.len(),
        wanted.len()
    );
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn account(name: &str) -> User {
    User {
        username: some(name),
        email: Some(format!("{name}@example.com")),
        password: some("Passw0rd-typed"),
        ..User::default()
    }
}

async fn sign_in(url: &str, name: &str) -> (Client, User) {
    let body = [
        ("login_id".to_owned(), name.into()),
        ("password".to_owned(), "Passw0rd-typed".into()),
    ];
    let reply = Client::new(url).login(&body.into_iter().collect()).await;
    let reply = reply.unwrap();
    let token = reply.headers()["Token"].to_str().unwrap();
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
    let http = reqwest::Client::builder()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
        .no_proxy()
        .build()
        .unwrap();
    (Client::new_with_client(url, http), reply.into_inner())
}

/// The status and the error id of a refusal.
fn refusal<T: std::fmt::Debug>(result: Result<T, Error<client::types::AppError>>) -> (u16, String) {
    match result {
        Err(Error::ErrorResponse(reply)) => {
            let status = reply.status().as_u16();
            let error = reply.into_inner();
            assert_eq!(error.status_code, Some(i64::from(status)));
            (status, error.id.unwrap_or_default())
        }
        other => panic!("not refused in the error shape: {other:?}"),
    }
}

#[test]
fn a_message_is_written_and_read() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let server = TestServer::start(Engine::Sqlite).await.unwrap();
        conversation(&server.url).await;
        server.stop().await;
    });
}

async fn conversation(url: &str) {
    let stranger = Client::new(url);
    for name in ["admin", "alice"] {
        let made = stranger.create_user(None, None, None, &account(name)).await;
        assert_eq!(made.unwrap().into_inner().username, some(name));
    }
    let (admin, _) = sign_in(url, "admin").await;
    let (alice, alice_user) = sign_in(url, "alice").await;
    let alice_id = alice_user.id.unwrap();

    let team = Team {
        name: some("typed"),
        display_name: some("Typed"),
        type_: some("O"),
        ..Team::default()
    };
    let team_id = admin.create_team(&team).await.unwrap().into_inner().id;
    let team_id = team_id.unwrap();
    let member = TeamMember {
        team_id: Some(team_id.clone()),
        user_id: Some(alice_id.clone()),
        ..TeamMember::default()
    };
    admin.add_team_member(&team_id, &member).await.unwrap();
    let channel = Channel {
        team_id: Some(team_id.clone()),
        name: some("dev"),
        display_name: some("Dev"),
        type_: some("O"),
        ..Channel::default()
    };
    let channel = alice.create_channel(&channel).await.unwrap().into_inner();
    let channel_id = channel.id.unwrap();

    let post = Post {
        channel_id: Some(channel_id.clone()),
        message: some("written by the typed client"),
        ..Post::default()
    };
    let post = alice.create_post(None, &post).await.unwrap().into_inner();
    let post_id = post.id.unwrap();
    let page = alice
        .get_posts_for_channel(
            &channel_id,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        )
        .await
        .unwrap()
        .into_inner();
    let posts = page.posts.unwrap();
    assert_eq!(posts[&post_id].message, some("written by the typed client"));
    assert_eq!(posts[&post_id].user_id, Some(alice_id));

    alice.delete_post(&post_id, None).await.unwrap();
    assert_eq!(
        refusal(alice.get_post(&post_id, None).await),
        (404, "app.post.get.app_error".to_owned())
    );
    assert_eq!(
        refusal(stranger.get_post(&post_id, None).await),
        (401, "api.context.session_expired.app_error".to_owned())
    );
    assert_eq!(refusal(alice.soft_delete_team(&team_id, None).await).0, 403);
}
