//! Which operation a method and path mean. As in the original: a parameter that does not match its pattern, another
//! method or a trailing slash is no match at all, and a literal segment wins over a parameter only where its own route
//! has the method.
use crate::operation::{Class, Operation};
use std::borrow::Cow;
use std::collections::HashMap;

/// Routes of one method as a tree of segments.
#[derive(Default)]
struct Node {
    literals: HashMap<&'static str, Node>,
    params: Vec<(Class, Node)>,
    route: Option<usize>,
}

/// All routes; a route is the number of its operation in the list the matcher was made of.
#[derive(Default)]
pub(crate) struct Matcher {
    methods: HashMap<&'static str, Node>,
}

impl Matcher {
    pub(crate) fn new(ops: impl Iterator<Item = &'static Operation>) -> Self {
        let mut matcher = Self::default();
        for (number, op) in ops.enumerate() {
            matcher.add(op.method, op, number);
            if op.head {
                matcher.add("HEAD", op, number);
            }
        }
        matcher
    }

    fn add(&mut self, method: &'static str, op: &'static Operation, number: usize) {
        let mut node = self.methods.entry(method).or_default();
        let mut params = op.params.iter();
        for segment in op.path.split('/').skip(1) {
            node = if segment.starts_with('{') {
                let class = params.next().map_or(Class::Alnum, |param| param.class);
                let at = node.params.iter().position(|(known, _)| *known == class);
                let at = at.unwrap_or_else(|| {
                    node.params.push((class, Node::default()));
                    node.params.len() - 1
                });
                &mut node.params[at].1
            } else {
                node.literals.entry(segment).or_default()
            };
        }
        node.route = Some(number);
    }

    /// The route and the values of its parameters, in order.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(usize, Vec<String>)> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let mut values = Vec::new();
        let route = self.methods.get(method)?.find(&segments, &mut values)?;
        Some((route, values))
    }
}

impl Node {
    fn find(&self, segments: &[&str], values: &mut Vec<String>) -> Option<usize> {
        let Some((first, rest)) = segments.split_first() else {
            return self.route;
        };
        if let Some(route) = self
            .literals
            .get(first)
            .and_then(|node| node.find(rest, values))
        {
            return Some(route);
        }
        for (class, node) in &self.params {
            let (value, after): (Cow<'_, str>, &[&str]) = match class {
                Class::Rest => (segments.join("/").into(), &[]),
                _ => ((*first).into(), rest),
            };
            if class.matches(&value) {
                values.push(value.into_owned());
                if let Some(route) = node.find(after, values) {
                    return Some(route);
                }
                values.pop();
            }
        }
        None
    }
}

/// The tidy form of a path with `//`, `/./` or `/../` in it; None when it is tidy. The original redirects to it.
pub fn clean_path(path: &str) -> Option<String> {
    let untidy = path.split('/').skip(1);
    let last = path.split('/').count().saturating_sub(2);
    if !untidy
        .enumerate()
        .any(|(i, part)| part == "." || part == ".." || (part.is_empty() && i < last))
    {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let slash = if path.ends_with('/') && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    Some(format!("/{}{slash}", parts.join("/")))
}
