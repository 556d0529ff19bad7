//! Media types: what the name of a file says of its content, and how the content is handed to browsers.

/// Types the recorded server has otherwise than the common table.
const OTHERWISE: [(&str, &str); 14] = [
    ("c", "text/x-csrc"),
    ("cpp", "text/x-c++src"),
    ("go", "text/x-go"),
    ("gz", "application/gzip"),
    ("java", "text/x-java"),
    ("js", "text/javascript"),
    ("log", "text/x-log"),
    ("md", "text/markdown"),
    ("mov", "video/quicktime"),
    ("py", "text/x-python3"),
    ("rs", "text/rust"),
    ("wav", "audio/wav"),
    ("webm", "audio/webm"),
    ("yaml", "application/yaml"),
];

/// What a browser may show beside the conversation; everything else is a download.
const INLINE: [&str; 14] = [
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/tif",
    "image/webp",
    "video/avi",
    "video/mp4",
    "video/mpeg",
    "audio/mpeg",
    "audio/wav",
    "audio/mp3",
    "image/jpg",
];

/// What would run in the reader's session if a browser opened it as what it is.
const ACTIVE: [&str; 6] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/html",
    "text/javascript",
];

/// What is longer than this behind a dot is no extension.
const LONGEST_EXTENSION: usize = 64;

/// The part of a name behind its last dot, in small letters; empty without one.
pub fn extension(name: &str) -> String {
    name.rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase())
        .filter(|extension| extension.chars().count() <= LONGEST_EXTENSION)
        .unwrap_or_default()
}

/// The media type by the extension of a name, with a charset for text; empty if it is not known.
pub fn media_type(name: &str) -> String {
    let extension = extension(name);
    let known = OTHERWISE
        .iter()
        .find(|(one, _)| *one == extension)
        .map(|(_, media_type)| *media_type);
    match known.or_else(|| mime_guess::from_ext(&extension).first_raw()) {
        Some(text) if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        Some(other) => other.to_owned(),
        None => String::new(),
    }
}

/// The media type of a picture by its first bytes, whatever its name says.
pub fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    let format = image::guess_format(bytes).ok()?;
    Some(format.to_mime_type())
}

/// The `Content-Type` a stored file is answered with.
pub fn served_type(media_type: &str) -> &str {
    match essence(media_type).as_str() {
        "" => "application/octet-stream",
        active if ACTIVE.contains(&active) => "text/plain",
        _ => media_type,
    }
}

/// Whether a file is shown in place (`Content-Disposition: inline`) rather than downloaded.
pub fn is_inline(media_type: &str) -> bool {
    INLINE.contains(&essence(media_type).as_str())
}

/// The type alone. Rows that another server wrote may have it in capitals.
fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_short() {
        assert_eq!(extension("a.TXT"), "txt");
        assert_eq!(extension(&format!("a.{}", "ö".repeat(64))), "ö".repeat(64));
        assert_eq!(extension(&format!("a.{}", "x".repeat(65))), "");
    }

    #[test]
    fn names_tell_their_types_as_recorded() {
        let cases = [
            ("note.txt", "text/plain; charset=utf-8"),
            ("SHOUTING.TXT", "text/plain; charset=utf-8"),
            ("plain", ""),
            (".hidden", ""),
            ("strange.qqq", ""),
            ("/", ""),
            ("passwd", ""),
            ("archive.tar.gz", "application/gzip"),
            ("page.html", "text/html; charset=utf-8"),
            ("script.js", "text/javascript; charset=utf-8"),
            ("table.csv", "text/csv; charset=utf-8"),
            ("bundle.zip", "application/zip"),
            ("paper.pdf", "application/pdf"),
            ("data.json", "application/json"),
            ("movie.mp4", "video/mp4"),
            ("song.mp3", "audio/mpeg"),
            (
                "report.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            ("readme.md", "text/markdown; charset=utf-8"),
            ("main.go", "text/x-go; charset=utf-8"),
            ("clip.webm", "audio/webm"),
            ("a.png", "image/png"),
            ("a.jpg", "image/jpeg"),
            ("a.bmp", "image/bmp"),
            ("a.webp", "image/webp"),
            ("a.tiff", "image/tiff"),
            ("a.gif", "image/gif"),
            ("a.svg", "image/svg+xml"),
        ];
        for (name, expected) in cases {
            assert_eq!(media_type(name), expected, "{name}");
        }
    }

    #[test]
    fn browsers_get_nothing_that_runs() {
        assert_eq!(served_type("text/html; charset=utf-8"), "text/plain");
        assert_eq!(
            served_type("text/csv; charset=utf-8"),
            "text/csv; charset=utf-8"
        );
        assert_eq!(served_type("Text/HTML ;charset=utf-8"), "text/plain");
        assert_eq!(served_type(""), "application/octet-stream");
        assert!(is_inline("audio/mpeg") && is_inline("video/mp4") && is_inline("image/png"));
        assert!(
            !is_inline("audio/webm")
                && !is_inline("image/svg+xml")
                && !is_inline("text/plain; charset=utf-8")
        );
    }
}
