//! The table of rules for single settings.

use super::Rule::{self, Address, AtLeast, Between, MaxLength, MinLength, NotEmpty, OneOf};

const HTTP: &[&str] = &["http://", "https://"];
const LEVELS: &[&str] = &[
    "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "FATAL", "PANIC", "trace", "debug",
    "info", "warn", "error", "critical", "fatal", "panic",
];

/// The id that clients of the original know.
macro_rules! id {
    ($name:literal) => {
        concat!("model.config.is_valid.", $name, ".app_error")
    };
}

/// Setting, rule, id.
#[rustfmt::skip]
pub(super) const RULES: &[(&str, Rule, &str)] = &[
    ("ServiceSettings.SiteURL", Address(HTTP), id!("site_url")),
    ("ServiceSettings.WebsocketURL", Address(&["ws://", "wss://"]), id!("websocket_url")),
    ("ServiceSettings.ListenAddress", NotEmpty, id!("listen_address")),
    ("ServiceSettings.ConnectionSecurity", OneOf(&["", "TLS"]), id!("webserver_security")),
    ("ServiceSettings.WebserverMode", OneOf(&["gzip", "uncompressed", "regular", "disabled"]), "rustchat.config.webserver_mode"),
    ("ServiceSettings.MaximumLoginAttempts", AtLeast(1), id!("login_attempts")),
    ("ServiceSettings.ReadTimeout", AtLeast(1), id!("read_timeout")),
    ("ServiceSettings.WriteTimeout", AtLeast(1), id!("write_timeout")),
    ("ServiceSettings.MaximumURLLength", AtLeast(1), id!("max_url_length")),
    ("ServiceSettings.MaximumPayloadSizeBytes", AtLeast(1), id!("max_payload_size")),
    ("ServiceSettings.TimeBetweenUserTypingUpdatesMilliseconds", AtLeast(1000), id!("time_between_user_typing")),
    ("ServiceSettings.OutgoingIntegrationRequestsTimeout", AtLeast(1), id!("outgoing_integrations_request_timeout")),
    ("ServiceSettings.CollapsedThreads", OneOf(&["disabled", "default_off", "default_on", "always_on"]), id!("collapsed_threads")),
    ("ServiceSettings.ExperimentalGroupUnreadChannels", OneOf(&["disabled", "default_on", "default_off"]), id!("group_unread_channels")),
    ("ServiceSettings.UniqueEmojiReactionLimitPerPost", Between(0, 500), "rustchat.config.unique_emoji_reaction_limit"),
    ("TeamSettings.MaxUsersPerTeam", AtLeast(1), id!("max_users")),
    ("TeamSettings.MaxChannelsPerTeam", AtLeast(1), id!("max_channels")),
    ("TeamSettings.UserStatusAwayTimeout", AtLeast(1), id!("user_status_away_timeout")),
    ("TeamSettings.MaxNotificationsPerChannel", AtLeast(1), id!("max_notify_per_channel")),
    ("TeamSettings.RestrictDirectMessage", OneOf(&["any", "team"]), id!("restrict_direct_message")),
    ("TeamSettings.TeammateNameDisplay", OneOf(&["username", "nickname_full_name", "full_name"]), id!("teammate_name_display")),
    ("TeamSettings.SiteName", MaxLength(30), id!("sitename_length")),
    ("SqlSettings.DriverName", OneOf(&["sqlite", "postgres"]), id!("sql_driver")),
    ("SqlSettings.DataSource", NotEmpty, id!("sql_data_src")),
    ("SqlSettings.MaxIdleConns", AtLeast(1), id!("sql_idle")),
    ("SqlSettings.MaxOpenConns", AtLeast(1), id!("sql_max_conn")),
    ("SqlSettings.ConnMaxLifetimeMilliseconds", AtLeast(0), id!("sql_conn_max_lifetime_milliseconds")),
    ("SqlSettings.ConnMaxIdleTimeMilliseconds", AtLeast(0), id!("sql_conn_max_idle_time_milliseconds")),
    ("SqlSettings.QueryTimeout", AtLeast(1), id!("sql_query_timeout")),
    ("SqlSettings.AtRestEncryptKey", MinLength(32), id!("encrypt_sql")),
    ("FileSettings.DriverName", OneOf(&["local", "amazons3"]), id!("file_driver")),
    ("FileSettings.Directory", NotEmpty, id!("directory")),
    ("FileSettings.MaxFileSize", AtLeast(1), id!("max_file_size")),
    ("FileSettings.PublicLinkSalt", MinLength(32), id!("file_salt")),
    ("FileSettings.AmazonS3RequestTimeoutMilliseconds", AtLeast(1), id!("amazons3_timeout")),
    ("EmailSettings.ConnectionSecurity", OneOf(&["", "TLS", "STARTTLS", "PLAIN"]), id!("email_security")),
    ("EmailSettings.EmailBatchingBufferSize", AtLeast(1), id!("email_batching_buffer_size")),
    ("EmailSettings.EmailBatchingInterval", AtLeast(30), id!("email_batching_interval")),
    ("EmailSettings.EmailNotificationContentsType", OneOf(&["full", "generic"]), id!("email_notification_contents_type")),
    ("RateLimitSettings.MemoryStoreSize", AtLeast(1), id!("rate_mem")),
    ("RateLimitSettings.PerSec", AtLeast(1), id!("rate_sec")),
    ("RateLimitSettings.MaxBurst", AtLeast(1), id!("max_burst")),
    ("PasswordSettings.MinimumLength", Between(5, 72), id!("password_length")),
    ("CacheSettings.CacheType", OneOf(&["lru", "redis"]), id!("cache_type")),
    ("ImportSettings.Directory", NotEmpty, id!("import.directory")),
    ("ImportSettings.RetentionDays", AtLeast(1), id!("import.retention_days_too_low")),
    ("ExportSettings.Directory", NotEmpty, id!("export.directory")),
    ("ExportSettings.RetentionDays", AtLeast(1), id!("export.retention_days_too_low")),
    ("DataRetentionSettings.MessageRetentionDays", AtLeast(0), id!("data_retention.message_retention_days_too_low")),
    ("DataRetentionSettings.FileRetentionDays", AtLeast(0), id!("data_retention.file_retention_days_too_low")),
    ("ExperimentalSettings.LinkMetadataTimeoutMilliseconds", AtLeast(1), id!("link_metadata_timeout")),
    ("LogSettings.ConsoleLevel", OneOf(LEVELS), "rustchat.config.log_level"),
    ("LogSettings.FileLevel", OneOf(LEVELS), "rustchat.config.log_level"),
    ("RustchatSettings.PasswordHashIterations", Between(1, 100_000_000), "rustchat.config.password_hash_iterations"),
];
