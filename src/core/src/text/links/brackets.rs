//! Which brackets belong together.

use std::collections::HashMap;

/// For each opening bracket the closing one, by position.
pub(super) fn partners(bytes: &[u8]) -> HashMap<usize, usize> {
    let (mut open, mut pairs) = (Vec::new(), HashMap::new());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => open.push(at),
            b']' => {
                if let Some(start) = open.pop() {
                    pairs.insert(start, at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    pairs
}
