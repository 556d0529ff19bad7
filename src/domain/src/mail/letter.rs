//! A letter: what every mail of this server is made of, as plain text and as HTML. Everything in it is escaped here, whoever
//! wrote it.

use config::Config;
use rustchat_core::text::escape_html as escape;

/// What mails tell of the server they come from.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pub name: String,
    /// Without a slash at the end; empty when it is not configured.
    pub url: String,
    organization: String,
}

impl Site {
    pub fn of(config: &Config) -> Self {
        Self {
            name: config.team.site_name.clone(),
            url: config.service.site_url.trim_end_matches('/').to_owned(),
            organization: config.email.feedback_organization.clone(),
        }
    }

    /// The address of one of the client's pages. `path` begins with a slash.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The address of a page with values in its query.
    pub fn page_with(&self, path: &str, values: &[(&str, &str)]) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(values)
            .finish();
        format!("{}?{query}", self.page(path))
    }

    /// The host in the site's address, as identifiers of mails have it.
    pub fn host(&self) -> String {
        let parsed = url::Url::parse(&self.url).ok();
        let host = parsed.and_then(|url| url.host_str().map(str::to_owned));
        host.filter(|host| host.is_ascii() && !host.starts_with('['))
            .unwrap_or_else(|| "localhost".to_owned())
    }
}

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paragraph {
    Text(String),
    /// Somebody's own words, shown apart from the server's.
    Quote {
        who: String,
        said: String,
    },
    Button {
        label: String,
        url: String,
    },
}

/// What a mail says.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// What it is about, for the log: nothing of its content.
    pub kind: &'static str,
    pub subject: String,
    pub title: String,
    pub body: Vec<Paragraph>,
    pub site: Site,
    /// A name of this mail that is the same for every copy, so that mail programs can put replies under it.
    pub id: Option<String>,
    pub answers: Option<String>,
}

impl Letter {
    pub fn new(
        kind: &'static str,
        site: Site,
        subject: impl Into<String>,
        title: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            subject: subject.into(),
            title: title.into(),
            site,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.body.push(Paragraph::Text(text.into()));
        self
    }

    #[must_use]
    pub fn quote(mut self, who: impl Into<String>, said: impl Into<String>) -> Self {
        let (who, said) = (who.into(), said.into());
        self.body.push(Paragraph::Quote { who, said });
        self
    }

    #[must_use]
    pub fn button(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        let (label, url) = (label.into(), url.into());
        self.body.push(Paragraph::Button { label, url });
        self
    }

    /// The form without markup.
    pub fn plain(&self) -> String {
        let mut out = format!("{}\n\n", self.title);
        for part in &self.body {
            match part {
                Paragraph::Text(text) => out.push_str(text),
                Paragraph::Quote { who, said } => {
                    out.push_str(who);
                    for line in said.lines() {
                        out.push_str("\n> ");
                        out.push_str(line);
                    }
                }
                Paragraph::Button { label, url } => {
                    out.push_str(label);
                    out.push_str(":\n");
                    out.push_str(url);
                }
            }
            out.push_str("\n\n");
        }
        out.push_str("-- \n");
        out.push_str(&self.sender());
        out.push('\n');
        out
    }

    /// The form for programs that show HTML. No pictures and no addresses but the buttons': opening it tells nobody.
    pub fn html(&self) -> String {
        let mut out = String::from(
            "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"margin:0;padding:24px;\
             background:#f4f5f7;font-family:sans-serif;color:#24292f\"><div style=\"max-width:560px;margin:0 auto;\
             padding:24px;background:#ffffff;border-radius:6px\">",
        );
        out.push_str(&format!(
            "<h1 style=\"font-size:20px;margin:0 0 16px\">{}</h1>",
            escape(&self.title)
        ));
        for part in &self.body {
            match part {
                Paragraph::Text(text) => {
                    out.push_str(&format!("<p style=\"line-height:1.5\">{}</p>", lines(text)));
                }
                Paragraph::Quote { who, said } => out.push_str(&format!(
                    "<p style=\"margin-bottom:4px\"><b>{}</b></p><blockquote style=\"margin:0 0 16px;padding-left:12px;\
                     border-left:3px solid #d0d7de;line-height:1.5\">{}</blockquote>",
                    escape(who),
                    lines(said)
                )),
                Paragraph::Button { label, url } => out.push_str(&format!(
                    "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"background:#1c58d9;color:#ffffff;padding:12px 20px;\
                     border-radius:4px;text-decoration:none\">{}</a></p>",
                    escape(url),
                    escape(label)
                )),
            }
        }
        out.push_str(&format!(
            "<p style=\"margin-top:32px;font-size:12px;color:#6e7781\">{}</p></div></body></html>",
            escape(&self.sender())
        ));
        out
    }

    fn sender(&self) -> String {
        let site = &self.site;
        match (site.organization.is_empty(), site.url.is_empty()) {
            (true, true) => site.name.clone(),
            (true, false) => format!("{} ({})", site.name, site.url),
            (false, true) => format!("{}, {}", site.name, site.organization),
            (false, false) => format!("{} ({}), {}", site.name, site.url, site.organization),
        }
    }
}

fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_escaped() {
        let letter = Letter::new("test", Site::default(), "s", "<b>")
            .text("a & b")
            .quote("\"who\"", "<script>x</script>\nnext")
            .button("go", "https://x/?a=1&b=\"");
        let html = letter.html();
        assert!(html.contains("&lt;b&gt;") && html.contains("a &amp; b"));
        assert!(html.contains("&lt;script&gt;x&lt;/script&gt;<br>next"));
        assert!(!html.contains("<script") && html.contains("a=1&amp;b=&#34;"));
        assert!(letter.plain().contains("> <script>x</script>\n> next"));
    }

    #[test]
    fn pages_have_escaped_queries() {
        let site = Site {
            url: "https://chat.example".to_owned(),
            ..Site::default()
        };
        assert_eq!(
            site.page_with("/do_verify_email", &[("token", "t"), ("email", "a+b@x.y")]),
            "https://chat.example/do_verify_email?token=t&email=a%2Bb%40x.y"
        );
        assert_eq!(site.host(), "chat.example");
    }
}
