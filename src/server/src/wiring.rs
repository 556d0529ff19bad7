//! Puts the layers together: storage, files, hub, domain and API from the settings. The only place that knows them all.

use anyhow::{Context, Result, bail};
use axum::Router;
use blob::{BlobStore, Studio};
use config::{Config, ConfigHandle, settings::SqlSettings};
use domain::{
    App, audience::Audience, busy::Busy, passwords::Passwords, presence::Presence, push::Signer,
    system::Installation,
};
use realtime::Hub;
use std::sync::Arc;
use std::time::Duration;
use store::{Db, Engine, Store, instance::Instance};

/// The parts of a server that have to be closed.
pub(crate) struct Wired {
    pub router: Router,
    app: Arc<App>,
    instance: Instance,
}

impl Wired {
    /// Closes the websockets, so that their clients come back elsewhere or later.
    pub(crate) fn hang_up(&self) {
        self.app.hub.shutdown();
    }

    /// Resolves when an administrator wants the server to start again.
    pub(crate) async fn restart_wanted(&self) {
        self.app.restart.notified().await;
    }

    pub(crate) async fn upkeep(&self) {
        domain::upkeep::once(&self.app).await;
    }

    pub(crate) async fn send_reminders(&self, now_seconds: i64) -> Result<()> {
        Ok(domain::posts::send_due_reminders(&self.app, now_seconds).await?)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    /// Waits until what was written is safe.
    pub(crate) async fn close(self) {
        self.app.notifier.close(&self.app).await;
        self.app.mail.close().await;
        self.app.store.close().await;
        drop(self.instance);
    }
}

/// Fewer rounds of hashing than this are for tests; the default has six times as many.
const FEW_ITERATIONS: i64 = 100_000;

/// Refuses settings that ask for what this version cannot do, where ignoring them would be a surprise.
fn check(config: &Config) -> Result<()> {
    let unable = [
        (
            !config.service.connection_security.is_empty(),
            "ServiceSettings.ConnectionSecurity",
            "\"\" (let a reverse proxy do TLS)",
        ),
        (
            config.cache.cache_type != "lru",
            "CacheSettings.CacheType",
            "\"lru\"",
        ),
        (config.cluster.enable, "ClusterSettings.Enable", "false"),
        (
            config.file.driver_name == "amazons3" && config.file.amazon_s3_sign_v2,
            "FileSettings.AmazonS3SignV2",
            "false",
        ),
    ];
    if let Some((_, setting, allowed)) = unable.into_iter().find(|(asked, ..)| *asked) {
        bail!("{setting} asks for what this version does not do yet; it has to be {allowed}")
    }
    if config.rustchat.password_hash_iterations < FEW_ITERATIONS {
        tracing::warn!(
            "RustchatSettings.PasswordHashIterations is low: stolen password hashes would be guessed quickly. It is for tests"
        );
    }
    let client = &config.rustchat.client_directory;
    if !client.is_empty() && !std::path::Path::new(client).join("root.html").is_file() {
        bail!(
            "RustchatSettings.ClientDirectory is {client:?}, but has to be the folder of a web client, with its root.html"
        );
    }
    Ok(())
}

/// Opens everything the settings ask for.
pub(crate) async fn wire(config: ConfigHandle) -> Result<Wired> {
    let settings = config.get();
    check(&settings)?;
    let instance = alone(&settings).await?;
    let app = app(config, &settings).await?;
    let router = api::router(Arc::clone(&app));
    Ok(Wired {
        router,
        app,
        instance,
    })
}

/// The limit on pixels follows the settings while the server runs, the number of pictures at once is that of the start.
fn studio(config: &ConfigHandle, settings: &Config) -> Studio {
    let usual = blob::picture::Limits::default();
    let most = move |settings: &Config| match u64::try_from(settings.file.max_image_resolution) {
        Ok(pixels) if pixels > 0 => pixels,
        _ => usual.max_pixels,
    };
    let studio = Studio::new(blob::picture::Limits {
        max_pixels: most(settings),
        ..usual
    });
    let followed = studio.clone();
    config.on_change(move |change| followed.set_max_pixels(most(&change.after)));
    studio
}

async fn app(config: ConfigHandle, settings: &Config) -> Result<Arc<App>> {
    let blobs = blobs(settings).await?;
    let store = Store::new(migrated(settings).await?);
    let hub = Hub::new(realtime::Options::default());
    let signer = Signer::load(&store).await?;
    let app = Arc::new(App {
        hub: hub.clone(),
        blobs,
        studio: studio(&config, settings),
        passwords: Passwords::new(
            u32::try_from(settings.rustchat.password_hash_iterations).unwrap_or(u32::MAX),
        ),
        busy: Busy::default(),
        installation: Installation::load(&store, signer.public_key()).await?,
        logs: crate::logging::recent(),
        restart: Arc::default(),
        statistics: domain::analytics::Memory::default(),
        typing: domain::typing::Memory::default(),
        posts: domain::posts::Memory::default(),
        previews: domain::previews::Memory::default(),
        outgoing: outgoing::Client::new(config.clone()),
        mail: domain::mail::Mailer::start(config.clone()),
        notifier: domain::notify::Notifier::default(),
        push: domain::push::Proxy::new(signer),
        callbacks: domain::webhooks::Callbacks::default(),
        store: store.clone(),
        config,
    });
    hub.start(Audience::new(store), Presence::start(Arc::clone(&app)));
    domain::posts::upkeep::start(&app);
    domain::upkeep::start(&app);
    domain::notify::start(&app);
    domain::webhooks::start(&app);
    Ok(app)
}

/// The store of files that the settings name.
async fn blobs(config: &Config) -> Result<BlobStore> {
    if config.file.driver_name == "amazons3" {
        if config.file.amazon_s3_bucket.is_empty() {
            bail!(
                "FileSettings.AmazonS3Bucket has to be given with FileSettings.DriverName \"amazons3\""
            );
        }
        return BlobStore::s3(&config.file)
            .context("the object store of FileSettings.AmazonS3* cannot be used");
    }
    let directory = config.file.directory.clone();
    BlobStore::directory(&directory)
        .await
        .with_context(|| format!("FileSettings.Directory {directory:?} cannot be used"))
}

/// Opens the database and brings it to this binary's schema.
pub(crate) async fn migrated(config: &Config) -> Result<Db> {
    let db = open(config).await?;
    let origin = store::migrate::migrate(&db)
        .await
        .context("the database could not be brought to this version's schema")?;
    tracing::debug!(?origin, "the schema is current");
    Ok(db)
}

/// A server that was told to stop needs a few seconds to let its requests finish.
const PREDECESSOR: Duration = Duration::from_secs(15);

/// Sees to it that this is the only server on the database.
async fn alone(config: &Config) -> Result<Instance> {
    let options = folder_made(options(&config.sql)?).await?;
    store::instance::alone(&options, PREDECESSOR)
        .await
        .with_context(|| unusable(&config.sql))
}

async fn open(config: &Config) -> Result<Db> {
    let options = folder_made(options(&config.sql)?).await?;
    Db::open(&options)
        .await
        .with_context(|| unusable(&config.sql))
}

fn unusable(sql: &SqlSettings) -> String {
    format!(
        "cannot open the {} database of SqlSettings.DataSource",
        sql.driver_name
    )
}

async fn folder_made(options: store::Options) -> Result<store::Options> {
    if options.engine == Engine::Sqlite
        && let Some(folder) = std::path::Path::new(&options.data_source).parent()
        && !folder.as_os_str().is_empty()
    {
        let shown = folder.display().to_string();
        tokio::fs::create_dir_all(folder)
            .await
            .with_context(|| format!("cannot make the database's folder {shown}"))?;
    }
    Ok(options)
}

fn options(sql: &SqlSettings) -> Result<store::Options> {
    let Some(mut options) = store::Options::for_driver(&sql.driver_name, &sql.data_source) else {
        bail!(
            "SqlSettings.DriverName is {:?}, but has to be \"sqlite\" or \"postgres\"",
            sql.driver_name
        );
    };
    let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let milliseconds = |value: i64| Duration::from_millis(u64::try_from(value).unwrap_or_default());
    if options.engine == Engine::Postgres {
        options.max_open = count(sql.max_open_conns);
        options.max_idle = count(sql.max_idle_conns);
        options.lifetime = milliseconds(sql.conn_max_lifetime_milliseconds);
        options.idle_time = milliseconds(sql.conn_max_idle_time_milliseconds);
    }
    options.query_timeout = Duration::from_secs(u64::try_from(sql.query_timeout).unwrap_or(30));
    Ok(options)
}
