//! What can be wrong with settings, said so that an administrator can put it right: the setting, what was given, what is allowed.

use rustchat_core::AppError;
use std::{fmt, io, path::PathBuf};

/// One wrong setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `Section.Name`.
    pub setting: String,
    /// The `MM_*` variable it came from, if it did.
    pub variable: Option<String>,
    /// What was given; hidden for secrets.
    pub given: String,
    /// What is allowed, in words.
    pub allowed: String,
    /// The id clients get; empty when the type is wrong.
    pub id: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.setting)?;
        if let Some(variable) = &self.variable {
            write!(f, " (from {variable})")?;
        }
        write!(f, " is {}, but has to be {}", self.given, self.allowed)
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        if problem.id.is_empty() {
            return rustchat_core::common::invalid_body("config").detail(problem.to_string());
        }
        let text = "The setting {Setting} is {Given}, but has to be {Allowed}.";
        AppError::dynamic(problem.id, 400, text)
            .with("Setting", &problem.setting)
            .with("Given", &problem.given)
            .with("Allowed", &problem.allowed)
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings in {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write the settings to {path}: {source}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is not a settings file: {reason}")]
    Parse { path: PathBuf, reason: String },
    #[error("settings are wrong:\n{}", list(.0))]
    Invalid(Vec<Problem>),
    #[error("the settings are fixed: {0}")]
    Fixed(String),
}

fn list(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("  {problem}"))
        .collect::<Vec<_>>()
        .join("\n")
}

impl From<ConfigError> for AppError {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Invalid(problems) => match problems.into_iter().next() {
                Some(problem) => problem.into(),
                None => rustchat_core::common::invalid_body("config"),
            },
            other => AppError::dynamic(
                "app.save_config.app_error",
                500,
                "The settings could not be saved.",
            )
            .caused_by(other),
        }
    }
}
