//! Names of emoji in a message: what stands between two colons. Whether there is such an emoji is not known here.

use model::Post;

use super::props;

const LONGEST: usize = 64;

/// Those in the message and its attachments.
pub(super) fn of_post(post: &Post) -> Vec<String> {
    let mut names = in_text(&post.message);
    for attachment in props::attachments(post) {
        for text in [&attachment.text, &attachment.title, &attachment.pretext] {
            names.extend(in_text(text));
        }
    }
    names
}

fn in_text(text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let parts: Vec<&str> = text.split(':').collect();
    let inner = parts.len().saturating_sub(1);
    parts
        .iter()
        .take(inner)
        .skip(1)
        .filter(|part| !part.is_empty() && part.len() <= LONGEST && part.chars().all(is_name))
        .map(|part| (*part).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::in_text;

    #[test]
    fn names_between_colons() {
        assert_eq!(in_text("a :pickle: and :smile: :"), ["pickle", "smile"]);
        assert_eq!(in_text("10:30:45"), ["30"]);
        assert!(in_text("none").is_empty());
    }
}
