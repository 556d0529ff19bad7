//! Whether somebody is notified of a message away from their screen. Only decisions over facts; nothing is looked up here.

use rustchat_core::clock;
use store::channel_people::{Level, Person, Reach};

use crate::statuses;

/// What a message is to one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Concern {
    /// Named, in a direct or group message, or by a word the person listens to.
    pub mentioned: bool,
    /// A reply in a thread the person follows, whose clients show threads apart.
    pub follows: bool,
    /// A reply, to a person whose clients show threads apart.
    pub apart: bool,
    /// Sent to try notifications out: settings do not count.
    pub forced: bool,
}

/// Whether the settings want a push notification; the status is asked later, for those whom this leaves.
pub(super) fn wants_push(person: &Person, concern: Concern) -> bool {
    if concern.forced {
        return true;
    }
    if person.muted || person.push == Level::None {
        return false;
    }
    if concern.apart {
        return concern.mentioned || (concern.follows && person.push_threads);
    }
    concern.mentioned || person.push == Level::All
}

/// Whether the settings want a mail.
pub(super) fn wants_mail(person: &Person, concern: Concern) -> bool {
    if concern.forced {
        return person.email;
    }
    person.email
        && !person.muted
        && (concern.mentioned || (concern.apart && concern.follows && person.email_threads))
}

/// Whether a device is to make itself heard, given what the person is up to.
pub(super) fn status_lets_push(status: &str, wanted: Reach, looks_at_it: bool) -> bool {
    let absent = matches!(status, statuses::OFFLINE | "");
    match status {
        statuses::DND | statuses::OUT_OF_OFFICE => false,
        _ if looks_at_it => false,
        _ => match wanted {
            Reach::Always => true,
            Reach::Away => absent || status == statuses::AWAY,
            Reach::Offline => absent,
        },
    }
}

/// How long a client that shows a channel stands for somebody who reads it, after their last sign of life.
const A_LOOK_LASTS: i64 = 20 * clock::SECOND;

/// Whether somebody who was last active then is still in front of the screen.
pub(super) fn is_at_it(last_active: i64, now: i64) -> bool {
    now.saturating_sub(last_active) < A_LOOK_LASTS
}

/// Mails are for those who will not see it soon, and do not want to be left alone.
pub(super) fn status_lets_mail(status: &str) -> bool {
    !matches!(
        status,
        statuses::ONLINE | statuses::DND | statuses::OUT_OF_OFFICE
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(push: Level) -> Person {
        Person {
            push,
            push_threads: true,
            email: true,
            ..Person::default()
        }
    }

    const MENTIONED: Concern = Concern {
        mentioned: true,
        follows: false,
        apart: false,
        forced: false,
    };
    const PLAIN: Concern = Concern {
        mentioned: false,
        ..MENTIONED
    };

    #[test]
    fn levels() {
        for (level, plain, mentioned) in [
            (Level::All, true, true),
            (Level::Mention, false, true),
            (Level::None, false, false),
        ] {
            assert_eq!(wants_push(&person(level), PLAIN), plain);
            assert_eq!(wants_push(&person(level), MENTIONED), mentioned);
        }
        assert!(
            wants_mail(&person(Level::None), MENTIONED) && !wants_mail(&person(Level::All), PLAIN)
        );
    }

    #[test]
    fn muted_channels_are_silent() {
        let muted = Person {
            muted: true,
            ..person(Level::All)
        };
        assert!(!wants_push(&muted, MENTIONED) && !wants_mail(&muted, MENTIONED));
        let forced = Concern {
            forced: true,
            ..PLAIN
        };
        assert!(wants_push(&muted, forced));
    }

    #[test]
    fn replies_are_for_followers_where_threads_are_apart() {
        let reply = Concern {
            apart: true,
            ..PLAIN
        };
        let followed = Concern {
            follows: true,
            ..reply
        };
        let all = person(Level::All);
        assert!(!wants_push(&all, reply) && wants_push(&all, followed));
        let quiet = Person {
            push_threads: false,
            ..all.clone()
        };
        assert!(!wants_push(&quiet, followed));
        assert!(wants_push(
            &quiet,
            Concern {
                mentioned: true,
                ..followed
            }
        ));
        assert!(!wants_mail(&all, followed));
        let mailed = Person {
            email_threads: true,
            ..all
        };
        assert!(wants_mail(&mailed, followed));
    }

    #[test]
    fn a_look_does_not_last() {
        let now = 1_000_000;
        assert!(is_at_it(now, now) && is_at_it(now - 19_999, now));
        assert!(!is_at_it(now - 20_000, now) && !is_at_it(0, now));
    }

    #[test]
    fn statuses_count() {
        use statuses::*;
        for (status, always, away, offline) in [
            (ONLINE, true, false, false),
            (AWAY, true, true, false),
            (OFFLINE, true, true, true),
            (DND, false, false, false),
            (OUT_OF_OFFICE, false, false, false),
        ] {
            assert_eq!(
                status_lets_push(status, Reach::Always, false),
                always,
                "{status}"
            );
            assert_eq!(
                status_lets_push(status, Reach::Away, false),
                away,
                "{status}"
            );
            assert_eq!(
                status_lets_push(status, Reach::Offline, false),
                offline,
                "{status}"
            );
            assert!(!status_lets_push(status, Reach::Always, true));
        }
        for (status, lets) in [
            (ONLINE, false),
            (AWAY, true),
            (OFFLINE, true),
            (DND, false),
            (OUT_OF_OFFICE, false),
        ] {
            assert_eq!(status_lets_mail(status), lets, "{status}");
        }
    }
}
