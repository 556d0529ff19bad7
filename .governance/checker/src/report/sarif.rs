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
            "artifactLocation": {"uri": encoded(uri), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": finding.line},
        }}],
    })
}

/// A path as a relative reference: what may not stand in one is written as `%XX`.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::report::{Format, render};
    use crate::schema::Schema;
    use crate::testing::Project;
    use crate::yaml;

    /// What SARIF 2.1.0 asks of the parts we write; nothing else may be there.
    const SHAPE: &str = include_str!("sarif.schema.json");

    #[test]
    fn it_has_the_form_that_code_hosts_read() {
        let schema = Schema::new(serde_json::from_str(SHAPE).unwrap()).unwrap();
        let project = Project::new(&[("spec/facts/limits.json", "{}\n")]);
        let files = [
            ("spec/facts/limits.json", "[]\n"),
            ("docs/compat/a b:c.md", "a\n"),
        ];
        let change = project.change(&files);
        for agent in ["contributor", "backend-agent", "maintainer"] {
            let judged = change.by(agent).labels(&["odd"]).body("");
            let text = judged.with(|v| render(v, Format::Sarif).unwrap());
            let node = yaml::parse("sarif", &text).unwrap();
            let wrong: Vec<String> = schema.check(&node).into_iter().map(|v| v.message).collect();
            assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
            let expected = agent != "backend-agent" || text.contains("docs/compat/a%20b%3Ac.md");
            assert!(expected, "{text}");
        }
        let broken = yaml::parse("sarif", "{version: \"2.1.0\", runs: [{}]}").unwrap();
        assert!(!schema.check(&broken).is_empty());
    }
}
