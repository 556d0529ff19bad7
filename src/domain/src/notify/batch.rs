//! Notifications by mail that wait to be sent together. In memory: what waits when a server is killed is lost, what waits when
//! it ends in order is sent. Only what waits for whom; when somebody's wait is over is said from outside.

use std::collections::HashMap;

use parking_lot::Mutex;

/// One message that somebody is to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub post_id: String,
    pub at: i64,
}

/// Whose mails are to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    All,
    /// Whose oldest message waits since this moment at least.
    Before(i64),
}

#[derive(Default)]
pub(super) struct Batch {
    waiting: Mutex<HashMap<String, Vec<Waiting>>>,
}

impl Batch {
    /// Lets a message wait; false when as many wait already as may.
    pub fn add(&self, user_id: &str, message: Waiting, most: usize) -> bool {
        let mut waiting = self.waiting.lock();
        let all: usize = waiting.values().map(Vec::len).sum();
        if all >= most {
            return false;
        }
        waiting.entry(user_id.to_owned()).or_default().push(message);
        true
    }

    /// Those whose messages wait, with the moment the first of them was written.
    pub fn oldest(&self) -> Vec<(String, i64)> {
        let waiting = self.waiting.lock();
        waiting
            .iter()
            .filter_map(|(id, messages)| Some((id.clone(), messages.iter().map(|m| m.at).min()?)))
            .collect()
    }

    /// Takes what waits for somebody, in the order it was written.
    pub fn take(&self, user_id: &str) -> Vec<Waiting> {
        let mut messages = self.waiting.lock().remove(user_id).unwrap_or_default();
        messages.sort_by_key(|message| message.at);
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever comes in which order: nothing is lost, doubled or given to another, and never more wait than may.
        #[test]
        fn everything_that_waits_is_taken_once(
            steps in proptest::collection::vec((0_u8..4, 0_i64..1000, any::<bool>()), 0..200),
            most in 1_usize..50,
        ) {
            let batch = Batch::default();
            let mut expected: HashMap<String, Vec<Waiting>> = HashMap::new();
            for (i, (user, at, take)) in steps.into_iter().enumerate() {
                let user = format!("u{user}");
                if take {
                    let mut wanted = expected.remove(&user).unwrap_or_default();
                    wanted.sort_by_key(|m| m.at);
                    prop_assert_eq!(batch.take(&user), wanted);
                    continue;
                }
                let room = expected.values().map(Vec::len).sum::<usize>() < most;
                let message = Waiting { post_id: i.to_string(), at };
                prop_assert_eq!(batch.add(&user, message.clone(), most), room);
                if room {
                    expected.entry(user).or_default().push(message);
                }
            }
            let mut oldest = batch.oldest();
            oldest.sort();
            let mut wanted: Vec<_> = expected
                .iter()
                .filter_map(|(id, m)| Some((id.clone(), m.iter().map(|m| m.at).min()?)))
                .collect();
            wanted.sort();
            prop_assert_eq!(oldest, wanted);
        }
    }
}
