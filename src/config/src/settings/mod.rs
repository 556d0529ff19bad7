//! Typed sections, read from the effective document. The tables name each setting once; defaults are not here.

mod service;
mod site;
mod storage;

use serde_json::Value;

pub use service::*;
pub use site::*;
pub use storage::*;

/// Rows of `Section { field: type = "Name", }` become structs with `read`.
macro_rules! sections {
    ($($section:ident { $($field:ident: $kind:ty = $name:literal,)* })*) => {$(
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $section { $(pub $field: $kind,)* }

        impl $section {
            /// Reads the section; a setting that is missing becomes its type's zero.
            pub(super) fn read(document: &serde_json::Value) -> Self {
                let section = &document[stringify!($section)];
                Self { $($field: super::Setting::read(&section[$name]),)* }
            }

            #[cfg(test)]
            pub(super) fn names() -> (&'static str, &'static [(&'static str, &'static str)]) {
                (stringify!($section), &[$(($name, stringify!($kind)),)*])
            }
        }
    )*};
}
use sections;

/// A type a setting can have.
trait Setting {
    fn read(value: &Value) -> Self;
}

impl Setting for String {
    fn read(value: &Value) -> Self {
        value.as_str().unwrap_or_default().to_owned()
    }
}

impl Setting for bool {
    fn read(value: &Value) -> Self {
        value.as_bool().unwrap_or_default()
    }
}

impl Setting for i64 {
    fn read(value: &Value) -> Self {
        value.as_i64().unwrap_or_default()
    }
}

impl Setting for Vec<String> {
    fn read(value: &Value) -> Self {
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}

macro_rules! settings {
    ($($field:ident: $section:ident,)*) => {
        /// Every typed section; `Config` dereferences to it.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Settings { $(pub $field: $section,)* }

        impl Settings {
            pub(crate) fn read(document: &Value) -> Self {
                Self { $($field: $section::read(document),)* }
            }
        }

        #[cfg(test)]
        fn all_names() -> Vec<(&'static str, &'static [(&'static str, &'static str)])> {
            vec![$($section::names(),)*]
        }
    };
}

settings! {
    service: ServiceSettings,
    team: TeamSettings,
    password: PasswordSettings,
    privacy: PrivacySettings,
    support: SupportSettings,
    announcement: AnnouncementSettings,
    theme: ThemeSettings,
    localization: LocalizationSettings,
    native_app: NativeAppSettings,
    client_requirements: ClientRequirements,
    guest_accounts: GuestAccountsSettings,
    display: DisplaySettings,
    experimental: ExperimentalSettings,
    rustchat: RustchatSettings,
    sql: SqlSettings,
    file: FileSettings,
    email: EmailSettings,
    rate_limit: RateLimitSettings,
    image_proxy: ImageProxySettings,
    cache: CacheSettings,
    cluster: ClusterSettings,
    metrics: MetricsSettings,
    log: LogSettings,
    analytics: AnalyticsSettings,
    data_retention: DataRetentionSettings,
    job: JobSettings,
    plugin: PluginSettings,
    import: ImportSettings,
    export: ExportSettings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_typed_setting_has_a_default_of_its_type() {
        let defaults = crate::defaults::document();
        for (section, names) in all_names() {
            for (name, kind) in names {
                let value = &defaults[section][*name];
                let fits = match *kind {
                    "bool" => value.is_boolean(),
                    "i64" => value.is_i64(),
                    "String" => value.is_string(),
                    _ => value.is_array(),
                };
                assert!(fits, "{section}.{name} is {value}, not {kind}");
            }
        }
    }
}
