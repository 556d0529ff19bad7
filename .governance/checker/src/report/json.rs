//! The verdict as JSON.

use crate::check::Verdict;
use serde_json::{Value, json};

pub fn value(verdict: &Verdict<'_>) -> Value {
    let reasons = verdict.assessment.reasons.iter();
    let reasons: Vec<Value> = reasons
        .map(|r| json!({"path": r.path, "line": r.line, "why": r.why, "decides": r.tier == verdict.assessment.tier}))
        .collect();
    let kinds = verdict.assessment.kinds.iter();
    let kinds: Vec<Value> = kinds
        .map(|h| json!({"kind": h.kind, "path": h.path, "line": h.line, "what": h.what}))
        .collect();
    let labels: Vec<&String> = verdict.labels.iter().map(|(l, _)| l).collect();
    json!({
        "base": verdict.change.base,
        "head": verdict.change.head,
        "agent": verdict.change.agent,
        "tier": verdict.tier.name,
        "passes": verdict.passes(),
        "files": verdict.change.files.len(),
        "counted": {"files": verdict.size.files, "lines": verdict.size.lines},
        "reasons": reasons,
        "kinds": kinds,
        "labels": labels,
        "findings": verdict.findings,
    })
}
