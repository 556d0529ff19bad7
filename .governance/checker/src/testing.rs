//! For tests: made-up repositories, and changes to them judged by the project's own policies.

use crate::change::{Change, Pull};
use crate::check;
use crate::git::Git;
use crate::policy::Policies;
use crate::rules::{Finding, Level};
use crate::yaml::Problem;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The project's policies, one of them with another text; a text that starts with a line break is put in front instead.
pub fn policies_with(other: Option<(&str, &str)>) -> Result<Policies, Vec<Problem>> {
    policies_with_files(&|path| {
        let (_, new) = other.filter(|(name, _)| path == format!(".governance/{name}.yml"))?;
        Some(if new.starts_with('\n') {
            format!("{new}{}", own(path))
        } else {
            new.to_owned()
        })
    })
}

fn own(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The project's policies, but for those of which other texts are given.
pub fn policies_with_files(
    other: &dyn Fn(&str) -> Option<String>,
) -> Result<Policies, Vec<Problem>> {
    Policies::load(&|path| Ok(Some(other(path).unwrap_or_else(|| own(path))))).unwrap()
}

pub fn template() -> String {
    std::fs::read_to_string(root().join(".github/PULL_REQUEST_TEMPLATE.md")).unwrap()
}

/// The template as somebody fills it in who means it.
pub fn filled_template() -> String {
    let text = template().replace("- [ ]", "- [x]");
    text.replace(
        "<!--",
        "A sentence of several words that says what is asked for.\n<!--",
    )
}

/// A repository with one commit.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Project {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        project.git(&["init", "-q", "-b", "main"]);
        project.write(files);
        project.commit("Begin");
        project.git(&["tag", "begin"]);
        project
    }

    fn git(&self, args: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(self.folder.path()).args([
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@example.com",
        ]);
        let output = command
            .args(["-c", "commit.gpgsign=false"])
            .args(args)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = self.folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// One more commit on the branch; its id.
    pub fn next(&self, files: &[(&str, &str)]) -> String {
        self.write(files);
        self.commit("Next");
        Git::at(self.path()).unwrap().commit("HEAD").unwrap()
    }

    pub fn branch(&self, name: &str) {
        self.git(&["checkout", "-q", "-b", name]);
    }

    fn changed(&self, how: impl FnOnce()) -> Changes<'_> {
        self.git(&["checkout", "-q", "--detach", "begin"]);
        how();
        self.commit("Change");
        self.changes("begin")
    }

    /// A change made by hand in the folder of the repository.
    pub fn doing(&self, how: impl FnOnce(&Path)) -> Changes<'_> {
        self.changed(|| how(self.folder.path()))
    }

    /// A change that writes these files.
    pub fn change(&self, files: &[(&str, &str)]) -> Changes<'_> {
        self.changed(|| self.write(files))
    }

    /// A commit with a message on top of another than the first one.
    pub fn change_after(&self, base: &str, message: &str, files: &[(&str, &str)]) -> Changes<'_> {
        self.git(&["checkout", "-q", "--detach", base]);
        self.write(files);
        self.commit(message);
        self.changes(base)
    }

    fn changes(&self, base: &str) -> Changes<'_> {
        Changes {
            project: self,
            base: base.to_owned(),
            head: Git::at(self.path()).unwrap().commit("HEAD").unwrap(),
        }
    }

    pub fn without(&self, path: &str) -> Changes<'_> {
        self.changed(|| std::fs::remove_file(self.folder.path().join(path)).unwrap())
    }

    pub fn moved(&self, from: &str, to: &str) -> Changes<'_> {
        self.changed(|| {
            let text = std::fs::read_to_string(self.folder.path().join(from)).unwrap();
            self.write(&[(to, text.as_str())]);
            std::fs::remove_file(self.folder.path().join(from)).unwrap();
        })
    }
}

/// A commit on top of the first one.
pub struct Changes<'a> {
    project: &'a Project,
    base: String,
    pub head: String,
}

impl Changes<'_> {
    pub fn by(&self, agent: &str) -> Judged<'_> {
        Judged {
            changes: self,
            agent: agent.to_owned(),
            pull: Pull::default(),
        }
    }

    pub fn kinds(&self) -> Vec<String> {
        self.by("contributor")
            .with(|v| v.assessment.kinds.iter().map(|h| h.kind.clone()).collect())
    }

    pub fn tier(&self) -> String {
        self.by("contributor").with(|v| v.tier.name.clone())
    }
}

/// A change and what is told of it.
pub struct Judged<'a> {
    changes: &'a Changes<'a>,
    agent: String,
    pull: Pull,
}

impl Judged<'_> {
    pub fn labels(mut self, labels: &[&str]) -> Self {
        self.pull.labels = Some(labels.iter().map(ToString::to_string).collect());
        self
    }

    pub fn approvals(mut self, approvals: &[&str]) -> Self {
        self.pull.approvals = Some(approvals.iter().map(ToString::to_string).collect());
        self
    }

    pub fn body(mut self, body: &str) -> Self {
        self.pull.body = Some(body.to_owned());
        self
    }

    pub fn with<T>(&self, what: impl FnOnce(&check::Verdict<'_>) -> T) -> T {
        let git = Git::at(self.changes.project.folder.path()).unwrap();
        let change = Change::between(
            git,
            &self.changes.base,
            &self.changes.head,
            &self.agent,
            self.pull.clone(),
        )
        .unwrap();
        let policies = policies_with(None).unwrap();
        what(&check::judge(&policies, &change).unwrap())
    }

    fn findings(&self, rule: &str) -> Vec<Finding> {
        assert!(
            crate::rules::RULES.iter().any(|r| r.id == rule),
            "no rule {rule}"
        );
        self.with(|v| {
            v.findings
                .iter()
                .filter(|f| f.rule == rule)
                .cloned()
                .collect()
        })
    }

    #[track_caller]
    pub fn passes(&self, rule: &str) {
        let said = self.findings(rule);
        assert!(said.is_empty(), "{said:#?}");
    }

    /// The rule refuses the change at a path that starts so.
    #[track_caller]
    pub fn fails(&self, rule: &str, path: &str) -> Vec<Finding> {
        let said = self.findings(rule);
        let fits = |f: &Finding| f.level == Level::Error && f.path.starts_with(path);
        assert!(
            said.iter().any(fits),
            "{rule} did not refuse {path}: {said:#?}"
        );
        said
    }

    #[track_caller]
    pub fn warns(&self, rule: &str) {
        let said = self.findings(rule);
        assert!(
            !said.is_empty() && said.iter().all(|f| f.level == Level::Warning),
            "{said:#?}"
        );
    }
}
