//! What is changed in the `root.html` of a web client on its way out: pure text, in and out.

use rustchat_core::text::escape_html;

const PLAIN_TITLE: &str = "<title>Mattermost</title>";
const PLAIN_NAME: &str = "Mattermost";

/// The document under the policy this server sends: a build carries its own in a `meta` element, which may name others'
/// servers and would not know this one's.
pub(super) fn checked(html: String) -> String {
    const NAME: &str = "http-equiv=\"Content-Security-Policy\"";
    const CONTENT: &str = "content=\"";
    let Some(name) = html.find(NAME) else {
        return html;
    };
    let element = html[..name].rfind('<').unwrap_or(name);
    let end = html[name..].find('>').map_or(html.len(), |at| name + at);
    let Some(start) = html[element..end].find(CONTENT) else {
        return html;
    };
    let start = element + start + CONTENT.len();
    let Some(length) = html[start..end].find('"') else {
        return html;
    };
    if !html[start..].starts_with("script-src 'self'") {
        return html;
    }
    format!(
        "{}script-src 'self'{}",
        &html[..start],
        &html[start + length..]
    )
}

/// The document under the site's own name and description, where it has any.
pub(super) fn titled(html: &str, site_name: &str, description: &str) -> String {
    if description.is_empty() && (site_name.is_empty() || site_name == PLAIN_NAME) {
        return html.to_owned();
    }
    let name = if site_name.is_empty() {
        PLAIN_NAME
    } else {
        site_name
    };
    let title = format!(
        "<title>{}</title><meta property=\"og:description\" content=\"{}\"/>",
        escape_html(name),
        escape_html(description)
    );
    html.replacen(PLAIN_TITLE, &title, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_of_the_build_becomes_ours() {
        let build = |content: &str| {
            format!(
                "<head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{content}\"><title>x</title>"
            )
        };
        assert_eq!(
            checked(build("script-src 'self' js.stripe.com/v3")),
            build("script-src 'self'")
        );
        assert_eq!(checked(build("default-src *")), build("default-src *"));
        let first =
            "<meta content=\"script-src 'self' a\" http-equiv=\"Content-Security-Policy\"/>";
        assert!(checked(first.to_owned()).starts_with("<meta content=\"script-src 'self'\" http"));
        for broken in [
            "",
            "<html>",
            "http-equiv=\"Content-Security-Policy\"",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"",
        ] {
            assert_eq!(checked(broken.to_owned()), broken);
        }
    }

    #[test]
    fn titles_are_the_sites() {
        let html = "<head><title>Mattermost</title></head>";
        assert_eq!(titled(html, "Mattermost", ""), html);
        assert_eq!(
            titled(html, "A<b>", "\"we\" & you"),
            "<head><title>A&lt;b&gt;</title><meta property=\"og:description\" content=\"&#34;we&#34; &amp; you\"/></head>"
        );
    }
}
