//! The verdict as SARIF 2.1.0, which code hosts show beside the lines.

use crate::check::Verdict;
use crate::rules::{Finding, Level, RULES};
use serde_json::{Value, json};

pub fn value(verdict: &Verdict<'_>) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|r| json!({"id": r.id, "shortDescription": {"text": r.asks}}))
        .collect();
    let results: Vec<Value> = verdict.findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "governance", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    // a change without files has no place
    let uri = if finding.path.is_empty() {
        "."
    } else {
        &finding.path
    };
    json!({
        "ruleId": finding.rule,
        "level": level,
        "message": {"text": format!("{}. What to do: {}", finding.message, finding.cure)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": finding.line},
        }}],
    })
}
