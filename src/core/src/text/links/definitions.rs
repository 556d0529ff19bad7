//! `[label]: address` on a line of its own: what links and pictures with a label lead to.

use std::collections::HashMap;
use std::ops::Range;

use super::{MAX_ADDRESS, MAX_FOUND, MAX_TITLE};

#[derive(Debug, Default)]
pub(super) struct Definitions {
    addresses: HashMap<String, Range<usize>>,
    /// By where the bracket of one stands, where its line ends.
    ends: HashMap<usize, usize>,
}

impl Definitions {
    pub fn of(text: &str) -> Self {
        let mut all = Self::default();
        if !text.contains("]:") {
            return all;
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if all.addresses.len() >= MAX_FOUND {
                break;
            }
            if let Some(definition) = definition(line, start)
                && !all.addresses.contains_key(&definition.label)
            {
                all.ends.insert(definition.at, start + line.len());
                all.addresses.insert(definition.label, definition.address);
            }
            start += line.len();
        }
        all
    }

    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    pub fn address_of(&self, label: &str) -> Option<Range<usize>> {
        self.addresses.get(&label.trim().to_lowercase()).cloned()
    }

    /// The end of the line of the definition whose bracket stands here.
    pub fn end_of_one_at(&self, at: usize) -> Option<usize> {
        self.ends.get(&at).copied()
    }
}

struct Definition {
    label: String,
    /// Where its bracket stands.
    at: usize,
    address: Range<usize>,
}

fn definition(line: &str, start: usize) -> Option<Definition> {
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    let (label, rest) = body.strip_prefix('[')?.split_once("]:")?;
    let address = rest.split_whitespace().next()?;
    let label = label.trim();
    let is_label = !label.is_empty() && label.len() <= MAX_TITLE && !label.contains('[');
    if indent > 3 || !is_label || address.len() > MAX_ADDRESS {
        return None;
    }
    let offset = line.len() - rest.trim_start().len();
    let inner = address.trim_start_matches('<').trim_end_matches('>');
    let offset = offset + usize::from(address.starts_with('<'));
    Some(Definition {
        label: label.to_lowercase(),
        at: start + indent,
        address: start + offset..start + offset + inner.len(),
    })
}
