//! The lines of `spec/` that a new operation changes, edited as text so that comments and order stay.
use super::{Files, Wanted};
use crate::spec::{Op, Spec};
use anyhow::{Context, bail, ensure};

const SCOPE: &str = "spec/scope.yaml";
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// `pending` becomes `implemented`.
pub(super) fn flip_scope(files: &mut Files<'_>, op: &Op) -> anyhow::Result<()> {
    let text = files.text(SCOPE)?.context(SCOPE)?;
    let line = format!("  {}: pending", op.id);
    ensure!(
        text.lines().any(|l| l == line),
        "{SCOPE} has no line `{line}`"
    );
    let text = text.replace(&format!("{line}\n"), &format!("  {}: implemented\n", op.id));
    files.set(SCOPE, text)
}

/// A route that the specification lacks: overlay, scope, and an access rule that lets nobody in.
pub(super) fn add_route(
    files: &mut Files<'_>,
    spec: &Spec,
    wanted: &Wanted,
    method: &str,
    path: &str,
) -> anyhow::Result<()> {
    let id = &wanted.id;
    ensure!(
        METHODS.contains(&method),
        "{method} is not one of {}",
        METHODS.join(", ")
    );
    let path = match path.strip_prefix("/api/v4/") {
        Some(_) => path.to_owned(),
        None => format!("/api/v4/{}", path.trim_start_matches('/')),
    };
    for op in &spec.ops {
        ensure!(
            op.id != *id,
            "{id} is in the specification already: {} {}",
            op.method,
            op.path
        );
        ensure!(
            op.method != method || op.path != path,
            "{method} {path} is {} already; leave --new away",
            op.id
        );
    }
    let tag = match &wanted.tag {
        Some(tag) => tag.clone(),
        None => path
            .split('/')
            .nth(3)
            .unwrap_or_default()
            .replace(['-', '.'], "_"),
    };
    ensure!(
        !tag.is_empty() && !tag.contains('{'),
        "give --tag: {path} does not name one"
    );
    let heading = |what: &str| format!("# {what} `{tag}`. Forms: docs/adding-an-operation.md\n");

    let overlay = format!("spec/overlay/{tag}.yaml");
    let text = files
        .text(&overlay)?
        .unwrap_or_else(|| heading("What the published document gets wrong about"));
    files.set(
        &overlay,
        with_line(&text, &overlay_line(wanted, method, &path)?),
    )?;

    let access = format!("spec/access/{tag}.yaml");
    let text = files
        .text(&access)?
        .unwrap_or_else(|| heading("Who may call the operations of"));
    files.set(&access, with_line(&text, &format!("{id}: nobody")))?;

    let text = files.text(SCOPE)?.context(SCOPE)?;
    files.set(SCOPE, with_scope(&text, &tag, id))
}

fn overlay_line(wanted: &Wanted, method: &str, path: &str) -> anyhow::Result<String> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut line = format!(
        "{}: {{add: {}, wrapper: APISessionRequired",
        wanted.id,
        quoted(&format!("{method} {path}"))
    );
    if let Some(body) = &wanted.body {
        line += &format!(", body: {}", quoted(body));
    }
    // an addition without a word for its answer is raw
    let response = wanted.response.as_deref().unwrap_or("ok");
    if response != "raw" {
        line += &format!(", response: {}", quoted(response));
    }
    let mut queries = Vec::new();
    for query in &wanted.query {
        let Some((name, kind)) = query.split_once('=') else {
            bail!("--query {query}: write NAME=KIND, such as since=int");
        };
        queries.push(format!("{name}: {kind}"));
    }
    if !queries.is_empty() {
        line += &format!(", query: {{{}}}", queries.join(", "));
    }
    let reason = wanted
        .reason
        .as_deref()
        .unwrap_or("rustchat's own; the original has no such route");
    Ok(format!("{line}, reason: {}}}", quoted(reason)))
}

fn with_line(text: &str, line: &str) -> String {
    format!("{}\n{line}\n", text.trim_end())
}

/// The operation under its tag, both in the order of their names.
fn with_scope(text: &str, tag: &str, id: &str) -> String {
    let line = format!("  {id}: implemented");
    let mut lines: Vec<&str> = text.lines().collect();
    let heading = format!("{tag}:");
    let is_tag = |l: &str| l.ends_with(':') && !l.starts_with([' ', '#']);
    if let Some(start) = lines.iter().position(|l| **l == heading) {
        let section = lines
            .iter()
            .skip(start + 1)
            .take_while(|l| l.starts_with("  "));
        let before = section.take_while(|l| **l < line.as_str()).count();
        lines.insert(start + 1 + before, &line);
        return lines.join("\n") + "\n";
    }
    let section = [heading.as_str(), line.as_str(), ""];
    match lines
        .iter()
        .position(|l| is_tag(l) && *l > heading.as_str())
    {
        Some(at) => {
            lines.splice(at..at, section);
        }
        None => {
            lines.push("");
            lines.extend(&section[..2]);
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::with_scope;

    #[test]
    fn operations_and_tags_stay_in_order() {
        let text =
            "# c\n\nants:\n  GetAnt: pending\n  PutAnt: pending\n\nbees:\n  GetBee: pending\n";
        assert_eq!(
            with_scope(text, "ants", "MakeAnt"),
            text.replace("  PutAnt", "  MakeAnt: implemented\n  PutAnt")
        );
        assert_eq!(
            with_scope(text, "apes", "GetApe"),
            text.replace("bees:", "apes:\n  GetApe: implemented\n\nbees:")
        );
        assert_eq!(
            with_scope(text, "cats", "GetCat"),
            format!("{text}\ncats:\n  GetCat: implemented\n")
        );
    }
}
