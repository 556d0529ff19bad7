//! Numbering, resuming, slow clients and sockets that take over.

use super::*;

const LIMITS: Limits = Limits {
    sent: 2,
    waiting: 3,
};

fn connection() -> Connection {
    Connection::new(
        "c".into(),
        &Session {
            id: "s".into(),
            user_id: "u".into(),
            expires_at: 0,
        },
    )
}

fn push(connection: &Connection, name: &str) -> bool {
    connection.push(format!("{{\"event\":\"{name}\"").into(), LIMITS)
}

#[tokio::test]
async fn frames_are_numbered_from_zero_without_gaps() {
    let connection = connection();
    let socket = connection.attach(0).unwrap();
    push(&connection, "hello");
    push(&connection, "x");
    assert_eq!(
        connection.take(socket).await.unwrap(),
        [r#"{"event":"hello","seq":0}"#, r#"{"event":"x","seq":1}"#]
    );
    push(&connection, "y");
    assert_eq!(
        connection.take(socket).await.unwrap(),
        [r#"{"event":"y","seq":2}"#]
    );
}

#[tokio::test]
async fn a_client_resumes_inside_the_kept_frames_only() {
    let connection = connection();
    let socket = connection.attach(0).unwrap();
    for name in ["a", "b", "c"] {
        push(&connection, name);
    }
    connection.take(socket).await.unwrap();
    push(&connection, "d"); // sent: a b c, of which two are kept
    assert!(connection.detach(socket, 1));
    push(&connection, "e");
    assert_eq!(connection.attach(0), None, "a is gone");
    assert_eq!(connection.attach(6), None, "never sent");
    let again = connection.attach(2).unwrap();
    let frames = connection.take(again).await.unwrap();
    assert_eq!(frames.len(), 3);
    assert!(frames[0].ends_with("\"seq\":2}"));
    assert!(
        !connection.detach(socket, 2),
        "the first socket no longer counts"
    );
    assert!(connection.is_live());
}

#[tokio::test]
async fn a_slow_client_is_cut_and_may_come_back() {
    let connection = connection();
    let socket = connection.attach(0).unwrap();
    assert!((0..3).all(|_| push(&connection, "x")));
    assert!(
        !push(&connection, "x"),
        "the fourth waiting frame is one too many"
    );
    assert_eq!(connection.take(socket).await, Err(Closed));
    assert!(connection.detach(socket, 1));
    let again = connection.attach(0).unwrap();
    assert_eq!(connection.take(again).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_former_socket_passes_the_call_on() {
    let connection = std::sync::Arc::new(connection());
    let first = connection.attach(0).unwrap();
    let waiting = tokio::spawn({
        let connection = connection.clone();
        async move { connection.take(first).await }
    });
    tokio::task::yield_now().await;
    let second = connection.attach(0).unwrap();
    assert_eq!(waiting.await.unwrap(), Err(Closed));
    push(&connection, "x");
    assert_eq!(connection.take(second).await.unwrap().len(), 1);
}
