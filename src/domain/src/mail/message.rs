//! A letter as a mail: headers and the two forms of the body. Whatever comes from people becomes one header line at most.

use config::Config;
use lettre::Message;
use lettre::address::AddressError;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use rustchat_core::ids;

use super::{Mail, letter::Letter};

/// Longest subject; more is cut.
const SUBJECT: usize = 200;

/// Why a letter cannot become a mail.
#[derive(Debug)]
pub(super) enum Unsendable {
    Recipient,
    Sender,
    Content,
}

pub(super) fn compose(config: &Config, mail: &Mail) -> Result<Message, Unsendable> {
    let settings = &config.email;
    let letter = &mail.letter;
    let to = mailbox("", &mail.to).map_err(|_| Unsendable::Recipient)?;
    let from = mailbox(&settings.feedback_name, &settings.feedback_email)
        .map_err(|_| Unsendable::Sender)?;
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(line(&letter.subject, SUBJECT))
        .date_now()
        .message_id(Some(message_id(letter)))
        .raw_header(automatic());
    if !settings.reply_to_address.is_empty() {
        let reply_to = mailbox("", &settings.reply_to_address).map_err(|_| Unsendable::Sender)?;
        builder = builder.reply_to(reply_to);
    }
    if let Some(first) = &letter.answers {
        let first = format!("<{first}@{}>", letter.site.host());
        builder = builder.in_reply_to(first.clone()).references(first);
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            letter.plain(),
            letter.html(),
        ))
        .map_err(|_| Unsendable::Content)
}

fn mailbox(name: &str, address: &str) -> Result<Mailbox, AddressError> {
    let name = line(name, SUBJECT);
    Ok(Mailbox::new(
        (!name.is_empty()).then_some(name),
        address.trim().parse()?,
    ))
}

fn message_id(letter: &Letter) -> String {
    let id = letter.id.clone().unwrap_or_else(ids::new_id);
    format!("<{id}@{}>", letter.site.host())
}

/// Keeps programs that answer by themselves from answering.
fn automatic() -> HeaderValue {
    HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    )
}

/// One line without control characters, at most `most` characters.
fn line(text: &str, most: usize) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(most)
        .collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::letter::Site;
    use super::*;
    use config::ConfigHandle;
    use serde_json::json;

    fn composed(to: &str, subject: &str, name: &str) -> Result<String, Unsendable> {
        let patch =
            json!({"EmailSettings": {"FeedbackName": name, "FeedbackEmail": "chat@example.com"}});
        let config = ConfigHandle::memory(&patch).unwrap().get();
        let letter = Letter::new("test", Site::default(), subject, "title").text("Grüße");
        let mail = Mail {
            to: to.to_owned(),
            letter,
        };
        compose(&config, &mail).map(|m| String::from_utf8(m.formatted()).unwrap())
    }

    #[test]
    fn nothing_of_a_person_makes_a_header() {
        let subject = "hello\r\nBcc: all@example.com\r\n\r\nbody";
        let text = composed("a@example.com", subject, "Chat\r\nX-Evil: 1").unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            !head
                .lines()
                .any(|l| l.starts_with("Bcc") || l.starts_with("X-Evil")),
            "{head}"
        );
        assert!(
            head.contains("Subject: hello  Bcc: all@example.com"),
            "{head}"
        );
        for bad in ["", "no address", "a@b\r\nBcc: x@y.z", "a@b.c, d@e.f"] {
            assert!(
                matches!(composed(bad, "s", ""), Err(Unsendable::Recipient)),
                "{bad}"
            );
        }
    }

    #[test]
    fn both_forms_are_there() {
        let text = composed("a@example.com", "Größe", "").unwrap();
        assert!(
            text.contains("multipart/alternative") && text.contains("text/plain; charset=utf-8")
        );
        assert!(
            text.contains("text/html; charset=utf-8")
                && text.contains("Auto-Submitted: auto-generated")
        );
        assert!(text.contains("=?utf-8?b?"), "{text}");
    }
}
