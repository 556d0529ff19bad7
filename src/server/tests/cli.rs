//! The program as an administrator meets it: real processes, real files, real signals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests and their helpers may fail loudly"
)]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rustchat"));
    command
        .current_dir(folder)
        .env_clear()
        .env("MM_SERVICESETTINGS_LISTENADDRESS", "127.0.0.1:0");
    command
}

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    program(folder)
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// A running server; killed if the test fails before it stops it.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = program(folder)
            .args(arguments)
            .env("MM_LOGSETTINGS_CONSOLELEVEL", "INFO")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stdout.take().unwrap());
        let address = log
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
            .find_map(|line| line["addr"].as_str().map(str::to_owned))
            .expect("the log names the address");
        Self { child, address }
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Sends a signal and waits; how long it took and whether the exit code was 0.
    fn signal(mut self, name: &str) -> (Duration, bool) {
        let begun = Instant::now();
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &id])
                .status()
                .unwrap()
                .success()
        );
        let status = self.child.wait().unwrap();
        (begun.elapsed(), status.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn version_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let version = run(folder.path(), &["version"], &[]);
    assert!(version.status.success());
    let text = String::from_utf8(version.stdout).unwrap();
    assert!(
        text.starts_with("rustchat ") && text.contains("11.6.0"),
        "{text}"
    );
    let help = String::from_utf8(run(folder.path(), &["--help"], &[]).stdout).unwrap();
    for word in [
        "server",
        "config",
        "version",
        "--config",
        "--client",
        "MM_CONFIG",
    ] {
        assert!(help.contains(word), "{word} is not in {help}");
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is written for these"
    );
}

#[test]
fn a_bad_setting_ends_the_start_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (
            "MM_SQLSETTINGS_DRIVERNAME",
            "oracle",
            "SqlSettings.DriverName",
        ),
        ("MM_TEAMSETTINGS_MAXUSERSPERTEAM", "lots", "a whole number"),
        (
            "MM_SERVICESETTINGS_LISTENADDRESS",
            "nowhere",
            "ServiceSettings.ListenAddress",
        ),
        (
            "MM_FILESETTINGS_DRIVERNAME",
            "amazons3",
            "FileSettings.AmazonS3Bucket",
        ),
        (
            "MM_CLUSTERSETTINGS_ENABLE",
            "true",
            "ClusterSettings.Enable",
        ),
        (
            "MM_RUSTCHATSETTINGS_CLIENTDIRECTORY",
            "/no/such/folder",
            "RustchatSettings.ClientDirectory",
        ),
        ("MM_CONFIG", "postgres://x", "a file"),
        (
            "MM_CONFIG",
            "/proc/no/such/folder/config.json",
            "/proc/no/such/folder/config.json",
        ),
    ];
    for (name, value, word) in cases {
        let output = run(folder.path(), &[], &[(name, value)]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        assert!(text.contains(word), "{word} is not in {text}");
    }
    fs::write(folder.path().join("config.json"), "{").unwrap();
    let output = run(folder.path(), &["config", "show"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("config.json")
    );
}

#[test]
fn config_show_hides_secrets_and_shows_what_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/settings.json");
    let variables = [
        ("MM_CONFIG", path.to_str().unwrap()),
        ("MM_TEAMSETTINGS_SITENAME", "Here"),
        ("MM_SQLSETTINGS_DATASOURCE", "hush.db"),
    ];
    let output = run(
        folder.path(),
        &["config", "show", "--client", "/web"],
        &variables,
    );
    assert!(output.status.success());
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(shown["TeamSettings"]["SiteName"], "Here");
    assert_eq!(shown["RustchatSettings"]["ClientDirectory"], "/web");
    assert!(!shown.to_string().contains("hush"));
    let written: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(written["TeamSettings"]["SiteName"], "Mattermost");
    let salt = written["FileSettings"]["PublicLinkSalt"].as_str().unwrap();
    assert!(salt.len() == 32 && !shown.to_string().contains(salt));
}

#[test]
fn a_server_starts_answers_and_stops_at_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &[], &[]);
    assert!(
        folder.path().join("config.json").exists()
            && folder.path().join("data/rustchat.db").exists()
    );
    #[cfg(unix)]
    for private in ["config.json", "data/rustchat.db"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join(private))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{private}: {mode:o}");
    }

    let missing = server.get("/api/v4/no_such_operation");
    assert!(
        missing.starts_with("HTTP/1.1 404") && missing.contains("api.context.404.app_error"),
        "{missing}"
    );
    let long = server.get(&format!("/api/v4/system/ping?x={}", "q".repeat(2048)));
    assert!(
        long.starts_with("HTTP/1.1 414")
            && long.contains("basic_security_check.url.too_long_error"),
        "{long}"
    );
    let doubled = server.get("/api/v4//users/me?a=b").to_lowercase();
    assert!(
        doubled.starts_with("http/1.1 301") && doubled.contains("location: /api/v4/users/me?a=b"),
        "{doubled}"
    );
    let headers: String = (0..200).map(|i| format!("X-{i}: y\r\n")).collect();
    let many = server.ask(&format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n"));
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");

    // an idle connection does not hold the server up
    let _idle = TcpStream::connect(&server.address).unwrap();
    let (took, clean) = server.signal("-TERM");
    assert!(clean && took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn two_servers_side_by_side_stop_at_sigint() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = Process::start(one.path(), &["server"], &[]);
    let second = Process::start(two.path(), &["--config", "other.json"], &[]);
    assert_ne!(first.address, second.address);
    assert!(two.path().join("other.json").exists());
    assert!(first.signal("-INT").1 && second.signal("-INT").1);
}
