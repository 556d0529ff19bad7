//! Takes out of a correct document, by rule, what progenitor cannot read. Knows no operation by name.
use serde_json::Value;

/// A document for progenitor, and what of the interface it has.
pub struct Adapted {
    pub document: Value,
    pub operations: Vec<String>,
    /// Operation and reason.
    pub left_out: Vec<(String, &'static str)>,
}

pub fn for_progenitor(mut document: Value) -> Adapted {
    let (mut operations, mut left_out) = (Vec::new(), Vec::new());
    let paths = document["paths"].as_object_mut();
    for methods in paths.into_iter().flat_map(|p| p.values_mut()) {
        let Some(methods) = methods.as_object_mut() else {
            continue;
        };
        methods.retain(|_, operation| {
            let id = operation["operationId"].as_str().unwrap_or_default();
            match obstacle(operation) {
                Some(reason) => left_out.push((id.to_owned(), reason)),
                None => operations.push(id.to_owned()),
            }
            obstacle(operation).is_none()
        });
    }
    Adapted {
        document,
        operations,
        left_out,
    }
}

/// Why progenitor stops at this operation.
fn obstacle(operation: &Value) -> Option<&'static str> {
    let content = operation["requestBody"]["content"].as_object();
    if content.is_some_and(|types| types.contains_key("multipart/form-data")) {
        return Some("progenitor writes no multipart bodies");
    }
    // One type of success is all that a method can return.
    let responses = operation["responses"].as_object();
    let successes = responses
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'));
    if successes.count() > 1 {
        return Some("progenitor returns one type of success only");
    }
    None
}
