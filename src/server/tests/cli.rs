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
        let mut command = program(folder);
        command.args(arguments).envs(variables.iter().copied());
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .env("MM_LOGSETTINGS_CONSOLELEVEL", "INFO")
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
        (
            "MM_SQLSETTINGS_DRIVERNAME",
            "postgres",
            "SqlSettings.DataSource",
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
    assert!(
        !folder.path().join("data/rustchat.db").exists(),
        "no database is made for a server that does not start"
    );
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
    assert!(!path.exists(), "to look is not to write");
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

    for hosts in ["", "Host: x\r\nHost: y\r\n"] {
        let answer = server.ask(&format!(
            "GET /api/v4/system/ping HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }

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

#[test]
fn an_unknown_variable_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("MM_SERVICESETTINGS_SITEURI", "x")];
    let output = run(folder.path(), &["config", "show"], &variables);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && text.contains("MM_SERVICESETTINGS_SITEURI"),
        "{text}"
    );
    let output = run(folder.path(), &["db", "migrate"], &variables);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && text.contains("MM_SERVICESETTINGS_SITEURI"),
        "{text}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_limit_of_open_files_is_raised() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -Sn 256; exec \"$0\"",
            env!("CARGO_BIN_EXE_rustchat"),
        ])
        .current_dir(folder.path())
        .env("MM_SERVICESETTINGS_LISTENADDRESS", "127.0.0.1:0");
    let server = Process::of(command);
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    let [soft, hard] = [3, 4].map(|n| line.split_whitespace().nth(n).unwrap());
    assert_eq!(soft, hard);
}

/// The first account, signed in: its token.
fn administrator(server: &Process) -> String {
    let post = |path: &str, body: &str| {
        server.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    let account = r#"{"email": "a@example.com", "username": "first", "password": "Passw0rd-1"}"#;
    assert!(post("/api/v4/users", account).starts_with("HTTP/1.1 201"));
    let answer = post(
        "/api/v4/users/login",
        r#"{"login_id": "first", "password": "Passw0rd-1"}"#,
    );
    let token = answer
        .lines()
        .find_map(|line| line.strip_prefix("token: "))
        .unwrap();
    token.to_owned()
}

#[test]
fn an_upgraded_program_is_started_in_the_place_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("rustchat"), folder.path().join("new"));
    fs::copy(env!("CARGO_BIN_EXE_rustchat"), &old).unwrap();
    fs::copy(&old, &new).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let mut command = Command::new(&old);
    command
        .current_dir(folder.path())
        .env("MM_SERVICESETTINGS_LISTENADDRESS", &address)
        .env("MM_RUSTCHATSETTINGS_PASSWORDHASHITERATIONS", "10")
        .stderr(Stdio::null());
    let mut server = Process::of(command);
    let token = administrator(&server);
    fs::rename(&new, &old).unwrap();
    let answer = server.ask(&format!(
        "POST /api/v4/restart HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
    ));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    std::thread::sleep(Duration::from_millis(500));
    let answered = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect(&address).is_ok()
    });
    assert!(answered && server.child.try_wait().unwrap().is_none());
    assert!(
        server
            .get("/api/v4/system/ping")
            .starts_with("HTTP/1.1 200")
    );
    assert!(server.signal("-TERM").1);
}
