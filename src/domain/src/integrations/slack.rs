//! The markup of Slack in what integrations send, turned into ours: `<!channel>`, `<@id>` and `<address|label>`.
//! Everything else stays as it is, entities as well.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use model::MessageAttachment;
use rustchat_core::error::Result;
use rustchat_core::ids;
use serde_json::Value;

use crate::App;

/// Names of people, for the ids that texts mention.
type Names = HashMap<String, String>;
/// People that one message may mention by id.
const MOST_PEOPLE: usize = 100;

/// Turns the message and its attachments into our markup.
pub(super) async fn convert(
    app: &App,
    text: &mut String,
    attachments: &mut [MessageAttachment],
) -> Result<()> {
    let mut ids = BTreeSet::new();
    each(text, attachments, &mut |text| mentioned(text, &mut ids));
    let names = names(app, ids).await?;
    each(text, attachments, &mut |text| {
        if let Cow::Owned(ours) = markdown(text, &names) {
            *text = ours;
        }
    });
    Ok(())
}

/// Every text that may hold markup. Values of fields become texts on the way.
fn each(
    text: &mut String,
    attachments: &mut [MessageAttachment],
    act: &mut dyn FnMut(&mut String),
) {
    act(text);
    for attachment in attachments {
        for part in [
            &mut attachment.fallback,
            &mut attachment.pretext,
            &mut attachment.text,
        ] {
            act(part);
        }
        for field in attachment.fields.iter_mut().flatten() {
            let mut value = plain(&field.value);
            act(&mut value);
            field.value = Value::String(value);
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn mentioned(text: &str, ids: &mut BTreeSet<String>) {
    for part in text.split("<@").skip(1) {
        if let Some((id, _)) = part.split_once('>')
            && ids::is_valid_id(id)
            && ids.len() < MOST_PEOPLE
        {
            ids.insert(id.to_owned());
        }
    }
}

async fn names(app: &App, ids: BTreeSet<String>) -> Result<Names> {
    if ids.is_empty() {
        return Ok(Names::new());
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let people = store::people::by_ids(&app.store, &ids).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id, person.username))
        .collect())
}

fn markdown<'a>(text: &'a str, names: &Names) -> Cow<'a, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let ours = after
            .split_once('>')
            .and_then(|(inner, tail)| Some((converted(inner, names)?, tail)));
        match ours {
            Some((ours, tail)) => {
                out.push_str(&ours);
                rest = tail;
            }
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What stands between `<` and `>`, if it is markup.
fn converted(inner: &str, names: &Names) -> Option<String> {
    match inner {
        "!channel" => return Some("@channel".to_owned()),
        "!here" => return Some("@here".to_owned()),
        "!everyone" | "!all" => return Some("@all".to_owned()),
        _ => {}
    }
    if let Some(id) = inner.strip_prefix('@') {
        return names.get(id).map(|name| format!("@{name}"));
    }
    let (address, label) = inner.split_once('|')?;
    let links = !address.is_empty() && !address.contains(['<', '\n']) && !label.is_empty();
    links.then(|| format!("[{label}]({address})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(text: &str) -> String {
        let names = Names::from([("abcdefghijkmnopqrstuwxyz13".to_owned(), "ann".to_owned())]);
        markdown(text, &names).into_owned()
    }

    #[test]
    fn markup_becomes_ours() {
        assert_eq!(
            ours("see <http://a.b/c|the *page*>."),
            "see [the *page*](http://a.b/c)."
        );
        assert_eq!(
            ours("<!channel> <!here> <!everyone>"),
            "@channel @here @all"
        );
        assert_eq!(ours("hi <@abcdefghijkmnopqrstuwxyz13>!"), "hi @ann!");
        assert_eq!(ours("hi <@nobody>!"), "hi <@nobody>!");
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "a < b > c",
            "<http://a.b>",
            "&lt;b&gt;",
            "1 <2 |3",
            "<|x>",
            "<",
            "",
        ] {
            assert_eq!(ours(text), text);
        }
    }
}
