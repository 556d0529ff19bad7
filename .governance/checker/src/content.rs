//! What a file's bytes are: text that can be read line by line, or something else. Knows nothing of paths.

/// Characters of a line that are read as one line.
const WIDTH: usize = 400;
/// Bytes of what is not text that count as one line.
const BYTES: usize = 64;

/// The first place where bytes are no plain text, and why.
pub fn odd(bytes: &[u8]) -> Option<(usize, String)> {
    let (whole, broken) = match std::str::from_utf8(bytes) {
        Ok(_) => (bytes, false),
        Err(error) => (&bytes[..error.valid_up_to()], true),
    };
    let line = |end: usize| bytes[..end].iter().filter(|b| **b == b'\n').count() + 1;
    let control = |i: usize, byte: u8| match byte {
        b'\t' | b'\n' => false,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => byte.is_ascii_control(),
    };
    let at = whole.iter().enumerate().find(|(i, b)| control(*i, **b));
    if let Some((i, byte)) = at {
        return Some((line(i), format!("a control character ({byte:#04x})")));
    }
    broken.then(|| (line(whole.len()), "bytes that are not UTF-8".to_owned()))
}

/// As how many lines a change counts that adds and removes so many: what is not text counts by its bytes.
pub fn weight(before: &[u8], after: &[u8], lines: usize) -> usize {
    let is_text = |bytes: &[u8]| odd(bytes).is_none();
    if lines == 0 || is_text(before) && is_text(after) {
        return lines;
    }
    lines.max(before.len().max(after.len()).div_ceil(BYTES))
}

/// Whether a text has lines that count as several.
pub fn is_wide(bytes: &[u8]) -> bool {
    bytes.split(|b| *b == b'\n').any(|line| line.len() > WIDTH)
}

/// As how many lines a line counts.
pub fn height(line: &[u8]) -> usize {
    line.len().div_ceil(WIDTH).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_control_characters() {
        assert_eq!(odd("// \u{e4}\tb\r\nc\n".as_bytes()), None);
        let place = |bytes: &[u8]| odd(bytes).map(|(line, _)| line);
        assert_eq!(place(b"a\nb\0c"), Some(2));
        assert_eq!(place(b"a\rb"), Some(1));
        assert_eq!(place(b"a\n\n\xff"), Some(3));
        assert_eq!(place(b"\x1b[2J"), Some(1));
    }

    #[test]
    fn what_cannot_be_read_counts_by_its_bytes() {
        assert_eq!(weight(b"", b"a\nb\n", 2), 2);
        assert_eq!(weight(b"", &[0; 6400], 1), 100);
        assert_eq!(weight(&[0; 640], b"", 1), 10);
        assert_eq!((height(b""), height(&[b'x'; 801])), (1, 3));
    }
}
