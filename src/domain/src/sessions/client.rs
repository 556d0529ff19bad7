//! What a `User-Agent` tells of the program and the system it runs on, for the list of somebody's sessions.
//! A guess for people to recognise their devices by; nothing is decided by it but how long a session lasts.

use std::collections::BTreeMap;

/// Browsers as they name themselves, the most particular first.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Trident/", "Internet Explorer"),
];
/// Windows by the version of its kernel.
const WINDOWS: &[(&str, &str)] = &[
    ("Windows NT 10.0", "Windows 10"),
    ("Windows NT 6.3", "Windows 8.1"),
    ("Windows NT 6.2", "Windows 8"),
    ("Windows NT 6.1", "Windows 7"),
    ("Windows NT 6.0", "Windows Vista"),
    ("Windows NT 5.1", "Windows XP"),
];

/// A program on a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    pub platform: String,
    pub os: String,
    pub browser: String,
    pub version: String,
    pub is_mobile_app: bool,
}

/// The word after `prefix`, up to a blank or bracket.
fn after<'a>(agent: &'a str, prefix: &str) -> Option<&'a str> {
    let (_, rest) = agent.split_once(prefix)?;
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, ';' | ')' | '('))
        .unwrap_or(rest.len());
    rest.get(..end).filter(|word| !word.is_empty())
}

/// `126.0.0.0` in the two numbers people know.
fn short(version: &str) -> String {
    let mut parts = version.split('.');
    let major = parts.next().unwrap_or("0");
    format!("{major}.{}", parts.next().unwrap_or("0"))
}

impl Client {
    pub fn of(agent: &str) -> Self {
        let (platform, os) = system(agent);
        let (browser, version) = program(agent);
        Self {
            platform,
            os,
            is_mobile_app: browser == "Mobile App",
            browser,
            version,
        }
    }

    /// The props of a session that show it.
    pub fn props(&self) -> BTreeMap<String, String> {
        [
            ("platform", self.platform.clone()),
            ("os", self.os.clone()),
            ("browser", format!("{}/{}", self.browser, self.version)),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }
}

fn program(agent: &str) -> (String, String) {
    let own = [
        ("Mattermost Mobile/", "Mobile App"),
        ("Mattermost/", "Desktop App"),
        ("mmctl/", "mmctl"),
        ("Franz/", "Franz"),
    ];
    for (prefix, name) in own {
        if let Some(version) = after(agent, prefix) {
            return (name.to_owned(), version.to_owned());
        }
    }
    for (prefix, name) in BROWSERS {
        if let Some(version) = after(agent, prefix) {
            return ((*name).to_owned(), short(version));
        }
    }
    if agent.contains("Safari/")
        && let Some(version) = after(agent, "Version/")
    {
        return ("Safari".to_owned(), short(version));
    }
    ("Unknown".to_owned(), "0.0".to_owned())
}

fn system(agent: &str) -> (String, String) {
    let pair = |platform: &str, os: &str| (platform.to_owned(), os.to_owned());
    if agent.contains("Windows") {
        let known = WINDOWS.iter().find(|(mark, _)| agent.contains(mark));
        return pair("Windows", known.map_or("Windows", |(_, name)| name));
    }
    for (mark, os) in [("iPhone", "iOS"), ("iPad", "iOS"), ("iPod", "iOS")] {
        if agent.contains(mark) {
            return pair(mark, os);
        }
    }
    if agent.contains("Android") {
        return pair("Linux", "Android");
    }
    if agent.contains("Macintosh") {
        return pair("Macintosh", "Mac OS");
    }
    if agent.contains("CrOS") {
        return pair("X11", "Chrome OS");
    }
    if agent.contains("Linux") {
        return pair("Linux", "Linux");
    }
    pair("Unknown", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_systems() {
        let cases = [
            ("", "Unknown", "", "Unknown/0.0"),
            (
                "Mattermost Mobile/2.30.0+600 (iPhone; iOS 18.1)",
                "iPhone",
                "iOS",
                "Mobile App/2.30.0+600",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Linux",
                "Linux",
                "Chrome/126.0",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Mattermost/5.9.0 Chrome/126.0.0.0 Electron/31.0.0 Safari/537.36",
                "Windows",
                "Windows 10",
                "Desktop App/5.9.0",
            ),
        ];
        for (agent, platform, os, browser) in cases {
            let props = Client::of(agent).props();
            let found = (
                props["platform"].as_str(),
                props["os"].as_str(),
                props["browser"].as_str(),
            );
            assert_eq!(found, (platform, os, browser), "{agent}");
        }
    }
}
