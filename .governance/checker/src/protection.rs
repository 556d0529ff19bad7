//! The commands that protect branches as `branch-protection.yml` says, for GitHub's API. Prints, never calls.

use crate::policy::{Branch, Policies};
use anyhow::Result;
use serde_json::{Value, json};
use std::fmt::Write;

pub fn commands(policies: &Policies) -> Result<String> {
    let mut out =
        String::from("# run in a clone, signed in with `gh auth login` as an administrator\n");
    for branch in &policies.protection.branches {
        let place = format!(
            "repos/{{owner}}/{{repo}}/branches/{}/protection",
            branch.name.replace('/', "%2F")
        );
        let settings = serde_json::to_string_pretty(&settings(branch))?;
        let _ = writeln!(
            out,
            "gh api --method PUT '{place}' --input - <<'END'\n{settings}\nEND"
        );
        let method = if branch.signed { "POST" } else { "DELETE" };
        let _ = writeln!(
            out,
            "gh api --method {method} '{place}/required_signatures'"
        );
    }
    Ok(out)
}

fn settings(branch: &Branch) -> Value {
    json!({
        "required_status_checks": {"strict": branch.up_to_date, "contexts": branch.checks},
        "enforce_admins": branch.administrators_too,
        "required_pull_request_reviews": {
            "required_approving_review_count": branch.approvals,
            "require_code_owner_reviews": branch.code_owners,
            "dismiss_stale_reviews": branch.dismiss_stale,
            "require_last_push_approval": branch.last_push_approval,
        },
        "restrictions": null,
        "required_linear_history": branch.linear_history,
        "allow_force_pushes": branch.force_push,
        "allow_deletions": branch.deletion,
        "required_conversation_resolution": branch.conversations_resolved,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::policies_with;

    #[test]
    fn commands_hold_the_settings() {
        let text = super::commands(&policies_with(None).unwrap()).unwrap();
        assert!(
            text.contains("branches/main/protection' --input - <<'END'\n{"),
            "{text}"
        );
        let json = text
            .split("<<'END'\n")
            .nth(1)
            .and_then(|t| t.split("\nEND").next())
            .unwrap();
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(
            json["required_status_checks"]["contexts"],
            serde_json::json!(["tests", "governance"])
        );
        assert_eq!(json["allow_force_pushes"], false);
    }
}
