//! How a person is called in notifications and system messages.

/// `TeamSettings.TeammateNameDisplay`, or the person's own preference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameFormat {
    #[default]
    Username,
    NicknameFullName,
    FullName,
}

impl NameFormat {
    /// By its word; usernames for an unknown one.
    pub fn parse(word: &str) -> Self {
        match word {
            "nickname_full_name" => Self::NicknameFullName,
            "full_name" => Self::FullName,
            _ => Self::Username,
        }
    }
}

/// First and last name, as far as there are any.
pub fn full_name(first: &str, last: &str) -> String {
    match (first.is_empty(), last.is_empty()) {
        (false, false) => format!("{first} {last}"),
        (false, true) => first.to_owned(),
        (true, _) => last.to_owned(),
    }
}

/// The name to show; the username where the format finds nothing.
pub fn display_name(
    format: NameFormat,
    username: &str,
    nickname: &str,
    first: &str,
    last: &str,
) -> String {
    let full = || Some(full_name(first, last)).filter(|name| !name.trim().is_empty());
    let shown = match format {
        NameFormat::Username => None,
        NameFormat::NicknameFullName if !nickname.is_empty() => Some(nickname.to_owned()),
        NameFormat::NicknameFullName | NameFormat::FullName => full(),
    };
    shown.unwrap_or_else(|| username.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let name = |word| display_name(NameFormat::parse(word), "bob", "Bobby", "Robert", "Ray");
        assert_eq!(name("username"), "bob");
        assert_eq!(name("nickname_full_name"), "Bobby");
        assert_eq!(name("full_name"), "Robert Ray");
        assert_eq!(display_name(NameFormat::FullName, "bob", "", "", ""), "bob");
    }
}
