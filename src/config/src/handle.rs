//! The current settings and the ways to change them. Updates block on the disk: call them from a thread that may.

use crate::{
    env::{self, Variables},
    error::{ConfigError, Problem},
    file,
    snapshot::Config,
};
use parking_lot::{Mutex, RwLock};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// What an update did.
#[derive(Clone, Debug)]
pub struct Change {
    pub before: Arc<Config>,
    pub after: Arc<Config>,
}

impl Change {
    /// False for an update that left every setting as it was.
    pub fn is_real(&self) -> bool {
        self.before.document() != self.after.document()
    }
}

type Listener = Box<dyn Fn(&Change) + Send + Sync>;

struct Inner {
    path: Option<PathBuf>,
    variables: Variables,
    current: RwLock<Arc<Config>>,
    /// Held through an update, so that two do not undo each other.
    updating: Mutex<()>,
    listeners: RwLock<Vec<Listener>>,
    /// What was odd when the settings were loaded, and did not keep them from counting.
    warnings: Vec<String>,
}

/// Shared access to the settings.
#[derive(Clone)]
pub struct ConfigHandle(Arc<Inner>);

impl ConfigHandle {
    /// The settings of a server: the file (made with defaults if there is none) under the process's `MM_*` variables.
    pub fn load(path: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        Self::load_with(path, env::of_process())
    }

    /// As `load`, with settings from the command line, which win over everything: pairs of `Section.Name` and text.
    pub fn load_over(
        path: impl Into<PathBuf>,
        given: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        Self::load_with(path, Self::variables_over(given))
    }

    fn variables_over(given: &[(&str, String)]) -> Variables {
        let mut variables = env::of_process();
        variables.extend(
            given
                .iter()
                .map(|(setting, text)| (env::variable(setting), text.clone())),
        );
        variables
    }

    /// As `load`, with given variables instead of the process's.
    pub fn load_with(
        path: impl Into<PathBuf>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let (path, found, mut loaded) = Self::read(path, variables)?;
        let current = loaded.get();
        match &found {
            None => file::write(&path, current.file())?,
            // a read-only file is a choice; its missing settings are as good in memory
            Some(found) if found != current.file() => {
                if let Err(error) = file::write(&path, current.file())
                    && let Some(inner) = Arc::get_mut(&mut loaded.0)
                {
                    inner.warnings.push(format!(
                        "the settings file could not be completed with defaults: {error}"
                    ));
                }
            }
            Some(_) => {}
        }
        Ok(loaded)
    }

    /// As `load_over`, but neither makes the file nor completes it.
    pub fn look(path: impl Into<PathBuf>, given: &[(&str, String)]) -> Result<Self, ConfigError> {
        Ok(Self::read(path, Self::variables_over(given))?.2)
    }

    fn read(
        path: impl Into<PathBuf>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(PathBuf, Option<Value>, Self), ConfigError> {
        let path = path.into();
        let variables: Variables = variables.into_iter().collect();
        let warnings = env::unknown(&variables)
            .into_iter()
            .map(|name| format!("the variable {name} names no setting"))
            .collect();
        let found = file::read(&path)?;
        let config = Config::build(found.clone().unwrap_or_default(), &variables)
            .map_err(ConfigError::Invalid)?;
        let loaded = Self::new(Some(path.clone()), variables, config, warnings);
        Ok((path, found, loaded))
    }

    /// Settings without a file and without variables: the defaults under `patch`. For tests and tools.
    pub fn memory(patch: &Value) -> Result<Self, ConfigError> {
        let variables = Variables::new();
        let config = Config::build(patch.clone(), &variables).map_err(ConfigError::Invalid)?;
        Ok(Self::new(None, variables, config, Vec::new()))
    }

    fn new(
        path: Option<PathBuf>,
        variables: Variables,
        config: Config,
        warnings: Vec<String>,
    ) -> Self {
        Self(Arc::new(Inner {
            path,
            variables,
            current: RwLock::new(Arc::new(config)),
            updating: Mutex::new(()),
            listeners: RwLock::default(),
            warnings,
        }))
    }

    /// The current settings. Cheap; take it once per request.
    pub fn get(&self) -> Arc<Config> {
        self.0.current.read().clone()
    }

    /// What was odd when the settings were loaded: loading comes before the log, which has to say it.
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// Calls `listener` after each update, in the updating thread.
    pub fn on_change(&self, listener: impl Fn(&Change) + Send + Sync + 'static) {
        self.0.listeners.write().push(Box::new(listener));
    }

    /// Changes the settings that `patch` has. Unknown ones are ignored, masked secrets stay.
    pub fn update(&self, patch: &Value) -> Result<Change, ConfigError> {
        self.swap(|current| Ok(current.patched(patch)))
    }

    /// Replaces all settings; what `whole` leaves out falls back to its default.
    pub fn replace(&self, whole: &Value) -> Result<Change, ConfigError> {
        self.swap(|current| Ok(current.replaced(whole)))
    }

    /// Reads the file again.
    pub fn reload(&self) -> Result<Change, ConfigError> {
        let path = self.0.path.clone();
        self.swap(|current| match &path {
            Some(path) => Ok(file::read(path)?.unwrap_or_else(|| current.file().clone())),
            None => Ok(current.file().clone()),
        })
    }

    fn swap(
        &self,
        next: impl FnOnce(&Config) -> Result<Value, ConfigError>,
    ) -> Result<Change, ConfigError> {
        let _updating = self.0.updating.lock();
        let before = self.get();
        let after =
            Config::build(next(&before)?, &self.0.variables).map_err(ConfigError::Invalid)?;
        self.check_address(&before, &after)?;
        if let Some(path) = &self.0.path
            && after.file() != before.file()
        {
            file::write(path, after.file())?;
        }
        let change = Change {
            before,
            after: Arc::new(after),
        };
        *self.0.current.write() = change.after.clone();
        if change.is_real() {
            self.0
                .listeners
                .read()
                .iter()
                .for_each(|listener| listener(&change));
        }
        Ok(change)
    }

    /// An address, once set, may be changed but not removed: clients were given links with it.
    fn check_address(&self, before: &Config, after: &Config) -> Result<(), ConfigError> {
        if before.service.site_url.is_empty() || !after.service.site_url.is_empty() {
            return Ok(());
        }
        Err(ConfigError::Invalid(vec![Problem {
            setting: "ServiceSettings.SiteURL".to_owned(),
            variable: None,
            given: "\"\"".to_owned(),
            allowed: "an address, since there was one before".to_owned(),
            id: "api.config.update_config.clear_siteurl.app_error",
        }]))
    }
}
