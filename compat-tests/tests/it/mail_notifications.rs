//! Messages that reach mailboxes: whose, with which content, and when together.

use crate::push::{Crew, props};
use crate::smtp::{MailServer, Manner};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn absent_people_get_mail_and_present_ones_do_not() {
    let mail = MailServer::start(Manner::Polite).await;
    let crew = Crew::gather(mail.settings()).await;
    mail.mail("bert@example.com", "Welcome").await;
    mail.clear();
    crew.set_status("away").await;
    let post = crew.write(&crew.square, "come <here> @bert").await;
    let letter = mail.mail("bert@example.com", "anna in Town Square").await;
    assert!(
        letter.text.contains("> come <here> @bert") && letter.html.contains("come &lt;here&gt;")
    );
    let page = format!("/crew/pl/{}", post["id"].as_str().unwrap());
    assert!(letter.text.contains(&page), "{}", letter.text);
    crew.reply(&post, "and more, @bert").await;
    mail.mail("bert@example.com", "anna in Town Square").await;
    crew.reply(&post, "and still more").await;
    let letter = mail.mail("bert@example.com", "anna in Town Square").await;
    assert!(
        letter
            .head
            .contains(&format!("References: <{}@", post["id"].as_str().unwrap())),
        "{}",
        letter.head
    );
    crew.write(&crew.square, "nothing for anybody").await;
    crew.set_status("online").await;
    crew.write(&crew.direct, "you are here").await;
    crew.set_status("dnd").await;
    crew.write(&crew.direct, "you want to be left alone").await;
    crew.set_props(props(json!({"email": "false"}))).await;
    crew.set_status("away").await;
    crew.write(&crew.direct, "you want none").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(mail.subjects(), []);
    crew.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_sent_together_where_the_settings_say_so() {
    let mail = MailServer::start(Manner::Polite).await;
    let mut settings = mail.settings();
    settings["EnableEmailBatching"] = true.into();
    let crew = Crew::gather(settings).await;
    mail.mail("bert@example.com", "Welcome").await;
    mail.clear();
    crew.set_status("away").await;
    for i in 0..3 {
        crew.write(&crew.direct, &format!("message {i}")).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(mail.subjects(), []);
    // what is waiting when the server ends is sent
    crew.server.stop().await;
    let letter = mail.mail("bert@example.com", "3 new messages").await;
    for i in 0..3 {
        assert!(letter.text.contains(&format!("message {i}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes half a minute, the shortest time there is between two looks at what waits"]
async fn mails_that_wait_are_sent_together_when_somebody_waited_long_enough() {
    let mail = MailServer::start(Manner::Polite).await;
    let mut settings = mail.settings();
    settings["EnableEmailBatching"] = true.into();
    settings["EmailBatchingInterval"] = 30.into();
    let crew = Crew::gather(settings).await;
    mail.mail("bert@example.com", "Welcome").await;
    mail.clear();
    crew.set_status("away").await;
    crew.write(&crew.direct, "first").await;
    crew.write(&crew.direct, "second").await;
    let interval = json!([{
        "user_id": crew.bert_id, "category": "notifications", "name": "email_interval", "value": "1",
    }]);
    let request = crew
        .admin
        .request("PUT", &format!("/users/{}/preferences", crew.bert_id));
    let reply = request.json(&interval).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    for _ in 0..60 {
        if !mail.subjects().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let letter = mail.mail("bert@example.com", "2 new messages").await;
    assert!(letter.text.contains("first") && letter.text.contains("second"));
    crew.server.stop().await;
}
