//! The command line: arguments, where policies are read from, exit codes.

use crate::base;
use crate::change::{Change, Pull};
use crate::check;
use crate::git::Git;
use crate::policy::Policies;
use crate::report::{self, Format};
use crate::{explain, label_sync, owners, protection, validate};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Judges changes by the policies in .governance.
///
/// Exit codes: 0 it passes; 1 something is refused or out of date; 2 the command or the repository cannot be used (no such
/// commit, no such agent); 3 the policies themselves have mistakes.
#[derive(Debug, Parser)]
#[command(name = "governance", version)]
pub struct Cli {
    /// The repository.
    #[arg(long, global = true, default_value = ".")]
    repo: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge the change between two commits.
    Check(Check),
    /// Check the policies: YAML, schemas, what they say of each other, the pull request template.
    Validate,
    /// Write .github/CODEOWNERS, or see whether it is up to date.
    Codeowners {
        #[arg(long)]
        check: bool,
    },
    /// Print the commands that give a repository the labels of labels.yml.
    Labels {
        /// Nothing but printing is done in any case; said for scripts that read well.
        #[arg(long)]
        dry_run: bool,
        /// JSON of the labels there are: `gh label list --json name,color,description --limit 500`. Without it all are taken for missing.
        #[arg(long)]
        existing: Option<PathBuf>,
    },
    /// Print the commands that set the branch protection of branch-protection.yml.
    Protection,
    /// Say which tier, owners, agents and rules a path has.
    Explain {
        #[arg(required = true)]
        paths: Vec<String>,
    },
    /// List the rules with what each asks.
    Rules,
}

#[derive(Debug, Args)]
struct Check {
    /// What the change is compared with; the merge base counts. `auto`: where the default branch was left, else the commit
    /// that brought the policies, and nothing is checked where neither can be found.
    #[arg(long)]
    base: String,
    #[arg(long, default_value = "HEAD")]
    head: String,
    /// The contract (agent-contracts.yml). Default: the one a label `agent/…` names, else contributor.
    #[arg(long)]
    agent: Option<String>,
    /// Labels of the pull request, separated by commas. Not judged if not given; an empty list is given.
    #[arg(long)]
    labels: Option<String>,
    /// A file with the text of the pull request, `-` for standard input.
    #[arg(long)]
    body: Option<PathBuf>,
    /// Who approved: teams, handles or logins, separated by commas.
    #[arg(long)]
    approvals: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Whose policies judge. `base` keeps a change from loosening the rules for itself.
    #[arg(long, value_enum, default_value = "head")]
    rules_from: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Side {
    Base,
    Head,
}

/// What the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Passes = 0,
    Refused = 1,
    Unusable = 2,
    BadPolicies = 3,
}

impl Cli {
    pub fn run(self) -> Result<Exit> {
        let root = Git::at(&self.repo).map_or_else(|_| self.repo.clone(), |git| git.root);
        match self.command {
            Command::Check(check) => check.run(&self.repo),
            Command::Validate => with_policies(&root, |policies| {
                let problems = validate::problems(policies, &root)?;
                problems.iter().for_each(|p| eprintln!("{p}"));
                let warnings = validate::warnings(policies);
                warnings.iter().for_each(|w| eprintln!("warning: {w}"));
                println!(
                    "policies: {} problems, {} warnings",
                    problems.len(),
                    warnings.len()
                );
                Ok(if problems.is_empty() {
                    Exit::Passes
                } else {
                    Exit::BadPolicies
                })
            }),
            Command::Codeowners { check } => {
                with_policies(&root, |policies| codeowners(policies, &root, check))
            }
            Command::Labels { existing, .. } => with_policies(&root, |policies| {
                let existing = existing.map(std::fs::read_to_string).transpose()?;
                print!("{}", label_sync::commands(policies, existing.as_deref())?);
                Ok(Exit::Passes)
            }),
            Command::Protection => with_policies(&root, |policies| {
                print!("{}", protection::commands(policies)?);
                Ok(Exit::Passes)
            }),
            Command::Explain { paths } => with_policies(&root, |policies| {
                paths
                    .iter()
                    .for_each(|path| print!("{}", explain::path(policies, path)));
                Ok(Exit::Passes)
            }),
            Command::Rules => {
                crate::rules::RULES
                    .iter()
                    .for_each(|r| println!("{:<18} {}", r.id, r.asks));
                Ok(Exit::Passes)
            }
        }
    }
}

fn with_policies(root: &Path, what: impl FnOnce(&Policies) -> Result<Exit>) -> Result<Exit> {
    let read = |path: &str| match std::fs::read_to_string(root.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.to_owned()),
    };
    judged_by(Policies::load(&read)?, what)
}

fn judged_by(
    policies: Result<Policies, Vec<crate::yaml::Problem>>,
    what: impl FnOnce(&Policies) -> Result<Exit>,
) -> Result<Exit> {
    match policies {
        Ok(policies) => what(&policies),
        Err(problems) => {
            problems.iter().for_each(|p| eprintln!("{p}"));
            Ok(Exit::BadPolicies)
        }
    }
}

fn codeowners(policies: &Policies, root: &Path, check: bool) -> Result<Exit> {
    let file = root.join(owners::CODEOWNERS);
    let text = owners::codeowners(policies);
    if !check {
        std::fs::write(&file, text).with_context(|| file.display().to_string())?;
        return Ok(Exit::Passes);
    }
    if std::fs::read_to_string(&file).is_ok_and(|is| is == text) {
        return Ok(Exit::Passes);
    }
    eprintln!(
        "{}:1: not what ownership.yml makes; run `cargo run -p governance -- codeowners`",
        owners::CODEOWNERS
    );
    Ok(Exit::Refused)
}

impl Check {
    fn run(self, repo: &Path) -> Result<Exit> {
        let found = match self.base.as_str() {
            "auto" => base::auto(repo, &self.head),
            name => Ok((Git::at(repo)?, name.to_owned())),
        };
        let (git, base) = match found {
            Ok(found) => found,
            Err(why) => {
                println!("nothing to compare with ({why}); no change was checked");
                return Ok(Exit::Passes);
            }
        };
        let pull = self.pull()?;
        let labelled = pull
            .labels
            .iter()
            .flatten()
            .find_map(|l| l.strip_prefix("agent/"));
        let agent = self.agent.clone().or(labelled.map(str::to_owned));
        let change = Change::between(
            git,
            &base,
            &self.head,
            agent.as_deref().unwrap_or("contributor"),
            pull,
        )?;
        // not those of the merge base: a change that starts from old policies is judged by today's
        let side = &match self.rules_from {
            Side::Base => change.git.commit(&base)?,
            Side::Head => change.head.clone(),
        };
        let read = |path: &str| {
            let bytes = change.git.file(side, path)?;
            Ok(bytes.map(|b| String::from_utf8_lossy(&b).into_owned()))
        };
        judged_by(Policies::load(&read)?, |policies| {
            let verdict = check::judge(policies, &change)?;
            print!("{}", report::render(&verdict, self.format)?);
            Ok(if verdict.passes() {
                Exit::Passes
            } else {
                Exit::Refused
            })
        })
    }

    fn pull(&self) -> Result<Pull> {
        let list = |text: &String| {
            let names = text.split(',').map(str::trim).filter(|n| !n.is_empty());
            names.map(str::to_owned).collect()
        };
        let body = match &self.body {
            None => None,
            Some(path) if path.as_os_str() == "-" => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                Some(text)
            }
            Some(path) => {
                Some(std::fs::read_to_string(path).with_context(|| path.display().to_string())?)
            }
        };
        Ok(Pull {
            labels: self.labels.as_ref().map(list),
            body,
            approvals: self.approvals.as_ref().map(list),
        })
    }
}
