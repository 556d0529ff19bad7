//! The text of a pull request has the template's sections, with words in them, and its boxes ticked.

use super::{Case, Finding, Rule};
use crate::policy::Section;
use anyhow::Result;

pub const RULE: Rule = Rule {
    id: "pull-request",
    asks: "The pull request's template is filled in: sections with words, boxes ticked.",
    check,
};

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let Some(body) = &case.change.pull.body else {
        return Ok(Vec::new());
    };
    let policy = &case.policies.pull_request;
    let body = without_comments(body);
    let mut found = Vec::new();
    let mut say = |message: String| {
        found.push(Finding::new(
            &policy.template,
            1,
            message,
            "fill it in; what does not apply is said in a sentence",
        ));
    };
    let asked = |s: &&Section| s.tiers.is_empty() || s.tiers.contains(&case.tier.name);
    for section in policy.sections.iter().filter(asked) {
        match words_below(&body, &section.heading) {
            None => say(format!("the section `## {}` is missing", section.heading)),
            Some(words) if words < section.words => say(format!(
                "the section `## {}` is not filled in",
                section.heading
            )),
            Some(_) => {}
        }
    }
    for text in &policy.boxes {
        let ticked = body.lines().any(|line| {
            let line = line.trim();
            let rest = line
                .strip_prefix("- [x] ")
                .or_else(|| line.strip_prefix("- [X] "));
            rest.is_some_and(|r| r.trim() == text)
        });
        if !ticked {
            say(format!("the box `{text}` is not ticked"));
        }
    }
    Ok(found)
}

/// Words between a heading and the next one; nothing if there is no such heading.
fn words_below(body: &str, heading: &str) -> Option<usize> {
    let mut lines = body.lines().map(str::trim);
    lines.find(|l| l.strip_prefix("## ").is_some_and(|h| h.trim() == heading))?;
    let below = lines.take_while(|l| !l.starts_with("## "));
    let words = below
        .filter(|l| !l.starts_with("- ["))
        .flat_map(str::split_whitespace);
    Some(
        words
            .filter(|w| w.chars().any(char::is_alphanumeric))
            .count(),
    )
}

/// The hints of the template are no answer.
fn without_comments(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, tail)| tail);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use crate::testing::{Project, filled_template, template};

    #[test]
    fn the_template_as_it_is_does_not_pass() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/domain/src/emoji.rs", "//! x\n")]);
        change
            .by("contributor")
            .body(&template())
            .fails("pull-request", "");
        change
            .by("contributor")
            .body(&filled_template())
            .passes("pull-request");
        change.by("contributor").body("").fails("pull-request", "");
        change.by("contributor").passes("pull-request");
    }

    #[test]
    fn riskier_changes_say_the_way_back() {
        let project = Project::new(&[]);
        let change = project.change(&[("src/realtime/src/hub.rs", "//! x\n")]);
        let without = filled_template().replace("## Way back", "## Something else");
        change
            .by("contributor")
            .body(&without)
            .fails("pull-request", "");
        change
            .by("contributor")
            .body(&filled_template())
            .passes("pull-request");
    }
}
