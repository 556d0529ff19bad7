//! Starts and stops a server: settings, wiring, listening, signals.

use crate::{bodies, connections, cors, edge, listen, rate_limit, wiring};
use anyhow::{Context, Result};
use axum::{Router, middleware};
use config::{Config, ConfigError, ConfigHandle};
use serde_json::Value;
use std::{
    net::SocketAddr,
    path::PathBuf,
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

/// What a server is started with.
pub struct ServerOptions {
    pub config: ConfigHandle,
    /// Where to listen instead of `ServiceSettings.ListenAddress`.
    pub listen: Option<SocketAddr>,
}

impl ServerOptions {
    /// Settings from a file and the process's `MM_*` variables.
    pub fn from_file(path: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        Ok(Self {
            config: ConfigHandle::load(path)?,
            listen: None,
        })
    }

    /// The defaults under `patch`, without file and variables, on a free port of this machine alone.
    pub fn in_memory(patch: &Value) -> Result<Self, ConfigError> {
        Ok(Self {
            config: ConfigHandle::memory(patch)?,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
        })
    }
}

/// A server that may be started.
pub struct Server;

impl Server {
    /// Opens storage and the socket, and serves in tasks of the current runtime until `Running::stop`.
    pub async fn start(options: ServerOptions) -> Result<Running> {
        let begun = Instant::now();
        let config = options.config.get();
        let address = options.listen.map_or_else(
            || config.service.listen_address.clone(),
            |address| address.to_string(),
        );
        // before the database is touched: a second server or a wrong address must not migrate it
        let listener = listen::bind(&address).await?;
        let addr = listener
            .local_addr()
            .context("the listening socket has no address")?;
        let wired = wiring::wire(options.config.clone()).await?;
        let router = outer(wired.router.clone(), options.config.clone());
        let stop = CancellationToken::new();
        let serving = tokio::spawn(connections::serve(
            listener,
            router,
            bounds(&config),
            stop.clone(),
        ));
        tracing::info!(%addr, milliseconds = begun.elapsed().as_millis(), version = env!("CARGO_PKG_VERSION"), "rustchat is listening");
        Ok(Running {
            addr,
            config: options.config,
            stop,
            serving,
            wired,
        })
    }
}

/// A server that serves.
pub struct Running {
    pub addr: SocketAddr,
    pub config: ConfigHandle,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    wired: wiring::Wired,
}

impl Running {
    /// Stops accepting, lets requests finish for a few seconds, closes the sockets and then the storage.
    pub async fn stop(self) {
        self.wired.hang_up();
        self.stop.cancel();
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the listener ended badly");
        }
        self.wired.close().await;
    }

    /// The storage beneath, for embedding programs and tests.
    pub fn store(&self) -> &store::Store {
        self.wired.store()
    }

    /// Does at once what is otherwise done every hour.
    pub async fn upkeep(&self) {
        self.wired.upkeep().await;
    }

    /// Sends the reminders that are due by then (in seconds), as otherwise happens now and then; for tests.
    pub async fn send_reminders(&self, now_seconds: i64) -> Result<()> {
        self.wired.send_reminders(now_seconds).await
    }

    /// The address to reach it by.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

/// The router with what surrounds every request: the outermost layer comes last.
fn outer(router: Router, handle: ConfigHandle) -> Router {
    let config = handle.get();
    let router = router
        .layer(middleware::from_fn_with_state(
            seconds(config.service.read_timeout),
            bodies::hurry,
        ))
        .layer(middleware::from_fn_with_state(
            handle.clone(),
            edge::check_address,
        ))
        .layer(middleware::from_fn_with_state(
            rate_limit::Limiter::new(handle),
            rate_limit::limit,
        ))
        .layer(CatchPanicLayer::new());
    let router = match cors::layer(&config.service) {
        Some(layer) => router.layer(layer),
        None => router,
    };
    if config.service.webserver_mode != "gzip" {
        return router;
    }
    let worth_it = SizeAbove::new(1400)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::new("video/"))
        .and(NotForContentType::new("audio/"));
    router.layer(
        CompressionLayer::new()
            .quality(CompressionLevel::Fastest)
            .compress_when(worth_it),
    )
}

fn seconds(value: i64) -> Duration {
    Duration::from_secs(u64::try_from(value).unwrap_or_default().clamp(1, 24 * 3600))
}

fn bounds(config: &Config) -> connections::Bounds {
    let seconds =
        |value: i64| Duration::from_secs(u64::try_from(value).unwrap_or_default().clamp(1, 3600));
    connections::Bounds {
        head_timeout: seconds(config.service.idle_timeout.max(10)),
        head_bytes: 64 * 1024,
        headers: 100,
        write_timeout: seconds(config.service.write_timeout),
        connections: connections::most(),
    }
}

/// Runs until the process is told to end.
pub(crate) async fn run(config: ConfigHandle) -> Result<()> {
    // before anything is started, so that an early signal is not lost
    let signal = signal()?;
    // asked later, the system would name a file that an upgrade has replaced meanwhile
    let program = std::env::current_exe();
    let running = Server::start(ServerOptions {
        config,
        listen: None,
    })
    .await?;
    let again = tokio::select! {
        () = signal => false,
        () = running.wired.restart_wanted() => true,
    };
    tracing::info!(again, "rustchat is stopping");
    running.stop().await;
    if again {
        start_again(program.context("cannot find the program to start it again")?)
    } else {
        Ok(())
    }
}

/// Puts a new run of the program in this process's place, so that whoever watches over it notices nothing.
fn start_again(program: PathBuf) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let mut words = std::env::args_os();
    let name = words.next();
    let mut command = std::process::Command::new(program);
    command.args(words);
    if let Some(name) = name {
        command.arg0(name);
    }
    Err(command.exec()).context("cannot start again")
}

/// Resolves at the first SIGTERM or SIGINT.
fn signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
