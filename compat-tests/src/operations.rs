//! Which operation of the contract a recorded request calls.

use crate::recording::{Recording, request_of};
use contract::{OPERATIONS, Operation};
use serde_json::Value;

/// Stands for the value of a template that is only known while a scenario runs; fits every kind of parameter.
const SOME_VALUE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

/// The operation that a method and a path under `/api/v4` reach; literal paths win over parameters.
pub fn operation_of(method: &str, path: &str) -> Option<&'static Operation> {
    let path = path
        .strip_prefix('~')
        .map_or_else(|| format!("/api/v4{path}"), str::to_owned);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let matching = OPERATIONS
        .iter()
        .filter(|op| op.method == method && matches(op, &segments));
    matching.max_by_key(|op| op.path.split('/').filter(|s| !s.starts_with('{')).count())
}

fn matches(operation: &Operation, segments: &[&str]) -> bool {
    let mut params = operation.params.iter();
    let template: Vec<&str> = operation.path.trim_matches('/').split('/').collect();
    if template.len() != segments.len() {
        return false;
    }
    template.iter().zip(segments).all(|(part, given)| {
        if !part.contains('{') {
            return part == given;
        }
        let fits = params.next().is_none_or(|p| p.class.matches(given));
        fits || given.contains(SOME_VALUE)
    })
}

/// The operation a recorded step calls, if it is an HTTP request to one.
pub fn operation_of_step(step: &Value) -> Option<&'static Operation> {
    let (method, path) = request_of(step)?;
    let mut plain = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        plain.push_str(SOME_VALUE);
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    plain.push_str(rest);
    operation_of(method, &plain)
}

/// Every HTTP step of some recordings with its operation: scenario, number, operation.
pub fn calls(recordings: &[Recording]) -> impl Iterator<Item = (&str, usize, &'static Operation)> {
    recordings.iter().flat_map(|r| {
        let steps = r.steps().iter().enumerate();
        steps.filter_map(move |(i, step)| Some((r.name.as_str(), i + 1, operation_of_step(step)?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_paths_win() {
        let id = |m, p| operation_of(m, p).map(|o| o.id);
        assert_eq!(id("POST", "/users/login"), Some("Login"));
        assert_eq!(id("GET", "/users/me"), Some("GetUser"));
        assert_eq!(id("POST", "/posts?set_online=false"), Some("CreatePost"));
        assert_eq!(id("GET", "/nowhere"), None);
    }
}
