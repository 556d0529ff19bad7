//! Where things lie, relative to the data directory: the layout of the original, so that either server reads the other's files.

use crate::error::BlobError;

/// Where unfinished files lie: in the same storage, so that finishing one is a rename. No path of callers begins so.
pub(crate) const UNFINISHED: &str = ".rustchat-unfinished";
/// Where uploads wait whose channel is not known yet.
pub(crate) const WAITING: &str = "tmp";

const MAX_COMPONENT: usize = 255;
const MAX_PATH: usize = 1024;

/// A file attached to a post. `day` is `yyyymmdd` of the upload.
pub fn attachment(day: &str, channel_id: &str, user_id: &str, file_id: &str, name: &str) -> String {
    // a name may be a lone slash or hold a zero byte; as a path component it is written differently
    let name = name.replace(['/', '\0'], "_");
    format!("{day}/teams/noteam/channels/{channel_id}/users/{user_id}/{file_id}/{name}")
}

/// A file attached to a channel's bookmark.
pub fn bookmark(day: &str, channel_id: &str, file_id: &str, name: &str) -> String {
    attachment(day, channel_id, "bookmark", file_id, name)
}

/// An upload whose channel is not known yet.
pub fn waiting(file_id: &str) -> String {
    format!("{WAITING}/{file_id}")
}

/// The thumbnail beside a picture.
pub fn thumbnail(path: &str, is_png: bool) -> String {
    beside(path, "_thumb", is_png)
}

/// The preview beside a picture.
pub fn preview(path: &str, is_png: bool) -> String {
    beside(path, "_preview", is_png)
}

pub fn profile_picture(user_id: &str) -> String {
    format!("users/{user_id}/profile.png")
}

pub fn emoji(emoji_id: &str) -> String {
    format!("emoji/{emoji_id}/image")
}

pub fn team_icon(team_id: &str) -> String {
    format!("teams/{team_id}/teamIcon.png")
}

/// `yyyymmdd` of a time in milliseconds since 1970, in UTC.
pub fn day(ms: i64) -> String {
    // civil date from days since 1970 (proleptic Gregorian calendar)
    let days = ms.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}")
}

fn beside(path: &str, suffix: &str, is_png: bool) -> String {
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    let stem_end = path[name_at..]
        .rfind('.')
        .map_or(path.len(), |at| name_at + at);
    format!(
        "{}{suffix}.{}",
        &path[..stem_end],
        if is_png { "png" } else { "jpg" }
    )
}

/// Refuses what could leave the data directory or cannot be a file's name.
pub(crate) fn check(path: &str) -> Result<(), BlobError> {
    let usable = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.len() <= MAX_COMPONENT
            && !part.contains('\0')
    };
    if path.len() <= MAX_PATH && path.split('/').all(usable) {
        Ok(())
    } else {
        Err(BlobError::BadPath)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_original() {
        let path = attachment("20261123", "c", "u", "f", "picture 6.png");
        assert_eq!(
            path,
            "20261123/teams/noteam/channels/c/users/u/f/picture 6.png"
        );
        assert!(attachment("20261123", "c", "u", "f", "/").ends_with("/f/_"));
        assert!(check(&attachment("20261123", "c", "u", "f", "..")).is_err());
        assert_eq!(
            thumbnail(&path, true),
            "20261123/teams/noteam/channels/c/users/u/f/picture 6_thumb.png"
        );
        assert_eq!(
            preview("a.b/no extension", false),
            "a.b/no extension_preview.jpg"
        );
    }

    #[test]
    fn days_are_civil_dates() {
        assert_eq!(day(0), "19700101");
        assert_eq!(day(1_795_417_926_006), "20261123");
        assert_eq!(day(951_782_400_000), "20000229");
        assert_eq!(day(-1), "19691231");
    }

    #[test]
    fn paths_cannot_leave_the_directory() {
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "a//b",
            "a/../b",
            "..",
            "a/.",
            "a/\0",
            "a/",
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert!(check(&"x".repeat(256)).is_err());
        for good in [
            "a/b.png",
            "a/...",
            "a/back\\slash.txt",
            "a/two\r\nlines\t.txt",
            "a/100%#1.txt",
            "日本/✓",
        ] {
            assert!(check(good).is_ok(), "{good:?}");
        }
    }
}
