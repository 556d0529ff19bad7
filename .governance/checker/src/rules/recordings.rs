//! Recordings are evidence: none is changed or taken away; a new one stands in the manifest with its sum.

use super::{Case, Finding, Rule};
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub const RULE: Rule = Rule {
    id: "recordings",
    asks: "Recordings stay byte for byte as they were made; new ones are in the manifest.",
    check,
};

const CURE: &str = "put it back (`git checkout BASE -- PATH`); where the original answers otherwise now, add a recording under a new name";

fn check(case: &Case<'_>) -> Result<Vec<Finding>> {
    let policy = &case.policies.evidence.recordings;
    let prefix = format!("{}/", policy.root);
    let is_list = |path: &str| {
        path.strip_prefix(&prefix)
            .is_some_and(|name| policy.lists.iter().any(|l| l == name))
    };
    let mut found = Vec::new();
    let after = sums(case.change.text_after(&policy.manifest)?);
    for file in &case.change.files {
        if let Some(old) = file
            .old_path()
            .filter(|p| p.starts_with(&prefix) && !is_list(p))
        {
            found.push(Finding::new(
                old,
                1,
                "a recording was changed or taken away",
                CURE,
            ));
        } else if let Some(name) = file.path.strip_prefix(&prefix).filter(|_| file.is_there()) {
            let sum = hex::encode(Sha256::digest(
                case.change.bytes_after(&file.path)?.unwrap_or_default(),
            ));
            if after.get(name).map(|(s, _)| s) != Some(&sum) {
                let message = format!("not in {} with its sum", policy.manifest);
                found.push(Finding::new(
                    &file.path,
                    1,
                    message,
                    format!("add the line `{sum}  {name}`"),
                ));
            }
        }
    }
    if case.change.touched(&policy.manifest) {
        for (name, (sum, line)) in sums(case.change.text_before(&policy.manifest)?) {
            let now = after.get(&name);
            if now.map(|(s, _)| s) != Some(&sum) && !policy.lists.contains(&name) {
                let line = now.map_or(line, |(_, line)| *line);
                found.push(Finding::new(
                    &policy.manifest,
                    line,
                    format!("the sum of {name} was changed or taken away"),
                    CURE,
                ));
            }
        }
    }
    Ok(found)
}

/// Name → sum and line.
fn sums(manifest: Option<String>) -> BTreeMap<String, (String, usize)> {
    let manifest = manifest.unwrap_or_default();
    let lines = manifest.lines().enumerate();
    lines
        .filter_map(|(i, line)| {
            let (sum, name) = line.split_once("  ")?;
            Some((name.to_owned(), (sum.to_owned(), i + 1)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Project;

    const MANIFEST: &str = "compat-tests/recordings.sha256";
    const ONE: &str = "compat-tests/recordings/posts/one.json";
    const TWO: &str = "compat-tests/recordings/posts/two.json";

    fn line(name: &str, text: &str) -> String {
        format!("{}  posts/{name}.json\n", hex::encode(Sha256::digest(text)))
    }

    #[test]
    fn a_recording_stays_as_it_is() {
        let manifest = line("one", "{}\n");
        let project = Project::new(&[(ONE, "{}\n"), (MANIFEST, manifest.as_str())]);
        let edited = line("one", "{ }\n");
        let change = project.change(&[(ONE, "{ }\n"), (MANIFEST, edited.as_str())]);
        let said = change.by("maintainer").fails("recordings", ONE);
        assert!(
            said.iter().any(|f| f.path == MANIFEST && f.line == 1),
            "{said:?}"
        );
        project
            .without(ONE)
            .by("maintainer")
            .fails("recordings", ONE);
        project
            .moved(ONE, TWO)
            .by("maintainer")
            .fails("recordings", ONE);
    }

    #[test]
    fn a_new_recording_is_in_the_manifest() {
        let one = line("one", "{}\n");
        let project = Project::new(&[(ONE, "{}\n"), (MANIFEST, one.as_str())]);
        let both = format!("{one}{}", line("two", "[]\n"));
        project
            .change(&[(TWO, "[]\n"), (MANIFEST, both.as_str())])
            .by("maintainer")
            .passes("recordings");
        project
            .change(&[(TWO, "[]\n")])
            .by("maintainer")
            .fails("recordings", TWO);
        project
            .change(&[(TWO, "[1]\n"), (MANIFEST, both.as_str())])
            .by("maintainer")
            .fails("recordings", TWO);
    }
}
