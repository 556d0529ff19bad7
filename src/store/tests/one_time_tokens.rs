//! `store::one_time_tokens` on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use store::contract_test;
use store::one_time_tokens::{self as tokens, OneTimeToken, Purpose};

fn token(token: &str, user: &str) -> OneTimeToken {
    OneTimeToken {
        token: token.to_owned(),
        create_at: 10,
        extra: format!(r#"{{"UserId":"{user}","Email":"a@example.com"}}"#),
    }
}

contract_test! {
    async fn secrets_are_good_once_and_for_one_purpose(store) {
        use Purpose::{PasswordRecovery, TeamInvitation, VerifyEmail};
        tokens::replace(&store, VerifyEmail, "u", &token("1", "u")).await.unwrap();
        tokens::replace(&store, PasswordRecovery, "u", &token("2", "u")).await.unwrap();
        tokens::replace(&store, VerifyEmail, "v", &token("3", "v")).await.unwrap();
        tokens::replace(&store, VerifyEmail, "u", &token("4", "u")).await.unwrap();
        assert_eq!(tokens::get(&store, VerifyEmail, "1").await.unwrap(), None);
        assert_eq!(tokens::get(&store, VerifyEmail, "2").await.unwrap(), None);
        assert_eq!(tokens::get(&store, PasswordRecovery, "2").await.unwrap(), Some(token("2", "u")));
        assert!(tokens::get(&store, VerifyEmail, "3").await.unwrap().is_some());
        assert!(!tokens::take(&store, PasswordRecovery, "4").await.unwrap());
        assert!(tokens::take(&store, VerifyEmail, "4").await.unwrap());
        assert!(!tokens::take(&store, VerifyEmail, "4").await.unwrap());
        tokens::insert(&store, TeamInvitation, &[token("5", "t"), token("6", "t")]).await.unwrap();
        tokens::delete_all(&store, &[TeamInvitation, Purpose::GuestInvitation]).await.unwrap();
        assert_eq!(tokens::get(&store, TeamInvitation, "5").await.unwrap(), None);
        tokens::delete_older(&store, 10).await.unwrap();
        assert!(tokens::get(&store, VerifyEmail, "3").await.unwrap().is_some());
        tokens::delete_older(&store, 11).await.unwrap();
        assert_eq!(tokens::get(&store, VerifyEmail, "3").await.unwrap(), None);
    }
}
