//! A verdict as text for people, JSON for scripts, SARIF for code hosts.

mod json;
mod sarif;
mod text;

use crate::check::Verdict;
use anyhow::Result;
use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Sarif,
}

pub fn render(verdict: &Verdict<'_>, format: Format) -> Result<String> {
    Ok(match format {
        Format::Text => text::render(verdict),
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&json::value(verdict))?),
        Format::Sarif => format!(
            "{}\n",
            serde_json::to_string_pretty(&sarif::value(verdict))?
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;
    use serde_json::Value;

    fn rendered(format: Format) -> String {
        let project = Project::new(&[("spec/facts/limits.json", "{}\n")]);
        let change = project.change(&[("spec/facts/limits.json", "[]\n")]);
        change
            .by("backend-agent")
            .with(|v| render(v, format).unwrap())
    }

    #[test]
    fn text_says_tier_findings_and_cures() {
        let text = rendered(Format::Text);
        assert!(text.contains("tier architectural"), "{text}");
        assert!(
            text.contains("error[protected-path] spec/facts/limits.json:1: "),
            "{text}"
        );
        assert!(text.contains("  -> write docs/specs/NAME.md"), "{text}");
        assert!(text.ends_with("2 errors, 0 warnings\n"), "{text}");
    }

    #[test]
    fn json_and_sarif_hold_the_same() {
        let json: Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
        assert_eq!(json["tier"], "architectural");
        assert_eq!(json["passes"], false);
        let findings = json["findings"].as_array().unwrap();
        let sarif: Value = serde_json::from_str(&rendered(Format::Sarif)).unwrap();
        assert_eq!(sarif["version"], "2.1.0");
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(findings.len(), results.len());
        assert_eq!(findings[0]["rule"], results[0]["ruleId"]);
        assert_eq!(
            results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "spec/facts/limits.json"
        );
    }

    #[test]
    fn odd_names_stay_names() {
        let name = "src/a%20b#c?\n::error::\u{202e}\"\\\u{1b}[2J.rs";
        let project = Project::new(&[]);
        let change = project.change(&[(name, "//! x\n")]);
        let render = |format| change.by("docs-agent").with(|v| render(v, format).unwrap());
        let text = render(Format::Text);
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text}"
        );
        assert!(!text.lines().any(|l| l.starts_with("::error::")), "{text}");
        let json: Value = serde_json::from_str(&render(Format::Json)).unwrap();
        let sarif: Value = serde_json::from_str(&render(Format::Sarif)).unwrap();
        let findings = json["findings"].as_array().unwrap();
        assert!(findings.iter().any(|f| f["path"] == name), "{findings:?}");
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), findings.len());
        for result in results {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.starts_with("src/a%2520b%23c%3F%0A%3A%3Aerror"), "{uri}");
            assert!(
                uri.bytes()
                    .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
            );
        }
    }
}
