//! The log, by `LogSettings`: levels in Mattermost's words, JSON or text on standard output. Set up once per process by the
//! command line; servers started in process leave it to their host.

use config::ConfigHandle;
use domain::logs::Recent;
use std::{io, sync::LazyLock};
use tracing_subscriber::{
    EnvFilter, Layer, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt,
};

/// The lines an administrator can read over the API; one log per process, so one memory of it.
static RECENT: LazyLock<Recent> = LazyLock::new(Recent::default);

pub(crate) fn recent() -> Recent {
    RECENT.clone()
}

/// Writes each line to the memory.
struct ToMemory;

impl io::Write for ToMemory {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        RECENT.push(&String::from_utf8_lossy(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Our crates; others log warnings only, or the log would be theirs.
const OURS: &[&str] = &[
    "rustchat",
    "rustchat_server",
    "rustchat_core",
    "config",
    "store",
    "blob",
    "realtime",
    "domain",
    "outgoing",
    "api",
    "contract",
    "model",
];

/// Starts the log. `RUST_LOG` overrides the level. A second call does nothing.
pub(crate) fn init(config: &ConfigHandle) {
    let current = config.get();
    let settings = &current.log;
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(directives(&settings.console_level)));
    let console = settings.enable_console.then(|| {
        if settings.console_json {
            fmt::layer().json().flatten_event(true).boxed()
        } else {
            fmt::layer().with_ansi(settings.enable_color).boxed()
        }
    });
    let memory = fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(|| ToMemory);
    let started = registry()
        .with(filter)
        .with(console)
        .with(memory)
        .try_init();
    // an embedding program may have its own subscriber
    let _ = started;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    if settings.enable_file {
        tracing::info!(
            "LogSettings.EnableFile is on, but this version logs to standard output alone; keep that where you want it"
        );
    }
}

fn directives(level: &str) -> String {
    let level = match level.to_ascii_lowercase().as_str() {
        "critical" | "fatal" | "panic" => "error".to_owned(),
        other => other.to_owned(),
    };
    let others = if level == "error" { "error" } else { "warn" };
    let ours = OURS.iter().map(|name| format!("{name}={level}"));
    std::iter::once(others.to_owned())
        .chain(ours)
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_translated() {
        assert!(directives("INFO").starts_with("warn,rustchat=info,"));
        assert!(directives("CRITICAL").starts_with("error,rustchat=error,"));
        for level in ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "PANIC"] {
            assert!(EnvFilter::try_new(directives(level)).is_ok());
        }
    }
}
