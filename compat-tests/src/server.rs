//! Starts a server in this process, set up as the recorded one was. Knows its settings, not its insides.

use crate::engine::Engine;
use crate::replay::Target;
use ::server::{Running, Server, ServerOptions};
use anyhow::{Context, Result, bail};
use config::ConfigHandle;
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use tempfile::TempDir;

/// The administrator every scenario shares.
pub const ADMIN: &str = "admin:Admin-Passw0rd";

/// A server for tests: fresh database, fresh files, gone afterwards.
pub struct TestServer {
    running: Running,
    place: Place,
    settings: Value,
    address: SocketAddr,
    pub url: String,
}

/// Where a test server keeps its things.
pub struct Place {
    folder: TempDir,
    engine: Engine,
    database: Option<String>,
    data_source: String,
}

impl Place {
    /// An empty folder and an empty database.
    pub async fn new(engine: Engine) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (database, data_source) = match engine {
            Engine::Sqlite => (
                None,
                folder.path().join("rustchat.db").display().to_string(),
            ),
            Engine::Postgres => {
                let Some((options, name)) = store::testing::empty_postgres().await else {
                    bail!(
                        "RUSTCHAT_TEST_POSTGRES names no server: eval \"$(scripts/postgres.sh start)\""
                    );
                };
                (Some(name), options.data_source)
            }
        };
        Ok(Place {
            folder,
            engine,
            database,
            data_source,
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The settings of the recorded server, for a server at `url`.
    pub fn settings(&self, url: &str) -> Result<Value> {
        let client = self.folder().join("client");
        std::fs::create_dir_all(&client)?;
        std::fs::write(
            client.join("root.html"),
            "<html><head></head><body></body></html>",
        )?;
        let driver = self.engine.name();
        Ok(json!({
            "ServiceSettings": {
                "SiteURL": url, "EnableLocalMode": true, "EnableAPITeamDeletion": true,
                "LocalModeSocketLocation": self.folder().join("local.socket"),
                "EnableAPIUserDeletion": true, "EnableAPIChannelDeletion": true, "EnableUserAccessTokens": true,
                "EnableBotAccountCreation": true, "EnableSecurityFixAlert": false,
            },
            "SqlSettings": {"DriverName": driver, "DataSource": self.data_source},
            "TeamSettings": {"EnableOpenServer": true, "MaxUsersPerTeam": 1_000_000, "MaxChannelsPerTeam": 100_000},
            "FileSettings": {"Directory": format!("{}/", self.folder().join("files").display())},
            "PluginSettings": {"Enable": false, "AutomaticPrepackagedPlugins": false},
            "RateLimitSettings": {"Enable": false},
            "EmailSettings": {"SendPushNotifications": false},
            "AnnouncementSettings": {"AdminNoticesEnabled": false, "UserNoticesEnabled": false},
            "LogSettings": {
                "EnableFile": false, "EnableDiagnostics": false, "EnableSentry": false, "ConsoleLevel": "ERROR",
            },
            "RustchatSettings": {"ClientDirectory": client, "PasswordHashIterations": 10},
        }))
    }

    /// The settings as the recorded server had them: of its environment, but for those that only a test needs, which are in
    /// the file.
    fn config(&self, settings: &Value) -> Result<ConfigHandle> {
        let mut file = Map::new();
        let mut variables = Vec::new();
        for (section, values) in settings.as_object().into_iter().flatten() {
            if ["FileSettings", "RustchatSettings"].contains(&section.as_str()) {
                file.insert(section.clone(), values.clone());
                continue;
            }
            for (name, value) in values.as_object().into_iter().flatten() {
                let variable = format!("MM_{section}_{name}").to_uppercase();
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                variables.push((variable, text));
            }
        }
        let path = self.folder().join("config.json");
        std::fs::write(&path, Value::Object(file).to_string())?;
        Ok(ConfigHandle::load_with(path, variables)?)
    }

    /// Removes the database; the folder goes by itself.
    pub async fn remove(self) {
        if let Some(name) = self.database {
            store::testing::drop_postgres(&name).await;
        }
    }
}

/// A port of this machine that was free a moment ago; the address has to be known before the start, for it is a setting.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl TestServer {
    /// Starts a server on an empty database, set up as the recorded one was.
    pub async fn start(engine: Engine) -> Result<Self> {
        Self::start_with(engine, &Value::Null).await
    }

    /// The same with other settings: `{Section: {Name: value}}`.
    pub async fn start_with(engine: Engine, patch: &Value) -> Result<Self> {
        let place = Place::new(engine).await?;
        let address = free_address()?;
        let url = format!("http://{address}");
        let mut settings = place.settings(&url)?;
        for (section, values) in patch.as_object().into_iter().flatten() {
            for (name, value) in values.as_object().into_iter().flatten() {
                settings[section][name] = value.clone();
            }
        }
        let running = start_in(&place, &settings, address).await?;
        Ok(TestServer {
            running,
            place,
            settings,
            address,
            url,
        })
    }

    /// Stops it and starts it again with all it kept.
    pub async fn restart(self) -> Result<Self> {
        self.running.stop().await;
        let running = start_in(&self.place, &self.settings, self.address).await?;
        Ok(TestServer { running, ..self })
    }

    /// Where it keeps its things.
    pub fn folder(&self) -> &Path {
        self.place.folder()
    }

    /// The storage beneath it, to look at what it does there.
    pub fn store(&self) -> &store::Store {
        self.running.store()
    }

    /// The server itself, to look at its settings.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The server as a target of replays.
    pub fn target(&self) -> Result<Target> {
        Target::new(&self.url, ADMIN)
    }

    /// Stops it and removes what it kept.
    pub async fn stop(self) {
        self.running.stop().await;
        self.place.remove().await;
    }
}

async fn start_in(place: &Place, settings: &Value, address: SocketAddr) -> Result<Running> {
    let config = place.config(settings).context("settings")?;
    Server::start(ServerOptions {
        config,
        listen: Some(address),
    })
    .await
}
