//! Typed sections about people and how the site presents itself.

use super::sections;

sections! {
    TeamSettings {
        site_name: String = "SiteName",
        max_users_per_team: i64 = "MaxUsersPerTeam",
        enable_join_leave_message_by_default: bool = "EnableJoinLeaveMessageByDefault",
        enable_user_creation: bool = "EnableUserCreation",
        enable_open_server: bool = "EnableOpenServer",
        enable_user_deactivation: bool = "EnableUserDeactivation",
        restrict_creation_to_domains: String = "RestrictCreationToDomains",
        enable_custom_user_statuses: bool = "EnableCustomUserStatuses",
        enable_custom_brand: bool = "EnableCustomBrand",
        custom_brand_text: String = "CustomBrandText",
        custom_description_text: String = "CustomDescriptionText",
        restrict_direct_message: String = "RestrictDirectMessage",
        enable_last_active_time: bool = "EnableLastActiveTime",
        user_status_away_timeout: i64 = "UserStatusAwayTimeout",
        max_channels_per_team: i64 = "MaxChannelsPerTeam",
        max_notifications_per_channel: i64 = "MaxNotificationsPerChannel",
        enable_confirm_notifications_to_channel: bool = "EnableConfirmNotificationsToChannel",
        teammate_name_display: String = "TeammateNameDisplay",
        experimental_view_archived_channels: bool = "ExperimentalViewArchivedChannels",
        experimental_enable_automatic_replies: bool = "ExperimentalEnableAutomaticReplies",
        lock_teammate_name_display: bool = "LockTeammateNameDisplay",
        experimental_primary_team: String = "ExperimentalPrimaryTeam",
        experimental_default_channels: Vec<String> = "ExperimentalDefaultChannels",
    }
    PasswordSettings {
        minimum_length: i64 = "MinimumLength",
        lowercase: bool = "Lowercase",
        number: bool = "Number",
        uppercase: bool = "Uppercase",
        symbol: bool = "Symbol",
        enable_forgot_link: bool = "EnableForgotLink",
    }
    PrivacySettings {
        show_email_address: bool = "ShowEmailAddress",
        show_full_name: bool = "ShowFullName",
        use_anonymous_urls: bool = "UseAnonymousURLs",
    }
    SupportSettings {
        terms_of_service_link: String = "TermsOfServiceLink",
        privacy_policy_link: String = "PrivacyPolicyLink",
        about_link: String = "AboutLink",
        help_link: String = "HelpLink",
        report_a_problem_link: String = "ReportAProblemLink",
        report_a_problem_type: String = "ReportAProblemType",
        report_a_problem_mail: String = "ReportAProblemMail",
        allow_download_logs: bool = "AllowDownloadLogs",
        forgot_password_link: String = "ForgotPasswordLink",
        support_email: String = "SupportEmail",
        custom_terms_of_service_enabled: bool = "CustomTermsOfServiceEnabled",
        custom_terms_of_service_re_acceptance_period: i64 = "CustomTermsOfServiceReAcceptancePeriod",
        enable_ask_community_link: bool = "EnableAskCommunityLink",
    }
    AnnouncementSettings {
        enable_banner: bool = "EnableBanner",
        banner_text: String = "BannerText",
        banner_color: String = "BannerColor",
        banner_text_color: String = "BannerTextColor",
        allow_banner_dismissal: bool = "AllowBannerDismissal",
        admin_notices_enabled: bool = "AdminNoticesEnabled",
        user_notices_enabled: bool = "UserNoticesEnabled",
        notices_url: String = "NoticesURL",
        notices_fetch_frequency: i64 = "NoticesFetchFrequency",
        notices_skip_cache: bool = "NoticesSkipCache",
    }
    ThemeSettings {
        enable_theme_selection: bool = "EnableThemeSelection",
        default_theme: String = "DefaultTheme",
        allow_custom_themes: bool = "AllowCustomThemes",
        allowed_themes: Vec<String> = "AllowedThemes",
    }
    LocalizationSettings {
        default_server_locale: String = "DefaultServerLocale",
        default_client_locale: String = "DefaultClientLocale",
        available_locales: String = "AvailableLocales",
        enable_experimental_locales: bool = "EnableExperimentalLocales",
    }
    NativeAppSettings {
        app_custom_url_schemes: Vec<String> = "AppCustomURLSchemes",
        app_download_link: String = "AppDownloadLink",
        android_app_download_link: String = "AndroidAppDownloadLink",
        ios_app_download_link: String = "IosAppDownloadLink",
        mobile_external_browser: bool = "MobileExternalBrowser",
        mobile_enable_biometrics: bool = "MobileEnableBiometrics",
        mobile_prevent_screen_capture: bool = "MobilePreventScreenCapture",
        mobile_jailbreak_protection: bool = "MobileJailbreakProtection",
        mobile_enable_secure_file_preview: bool = "MobileEnableSecureFilePreview",
        mobile_allow_pdf_link_navigation: bool = "MobileAllowPdfLinkNavigation",
        enable_intune_mam: bool = "EnableIntuneMAM",
    }
    ClientRequirements {
        android_latest_version: String = "AndroidLatestVersion",
        android_min_version: String = "AndroidMinVersion",
        ios_latest_version: String = "IosLatestVersion",
        ios_min_version: String = "IosMinVersion",
    }
    GuestAccountsSettings {
        enable: bool = "Enable",
        hide_tags: bool = "HideTags",
        allow_email_accounts: bool = "AllowEmailAccounts",
        enforce_multifactor_authentication: bool = "EnforceMultifactorAuthentication",
        restrict_creation_to_domains: String = "RestrictCreationToDomains",
        enable_guest_magic_link: bool = "EnableGuestMagicLink",
    }
    DisplaySettings {
        custom_url_schemes: Vec<String> = "CustomURLSchemes",
        max_markdown_nodes: i64 = "MaxMarkdownNodes",
    }
    ExperimentalSettings {
        client_side_cert_enable: bool = "ClientSideCertEnable",
        link_metadata_timeout_milliseconds: i64 = "LinkMetadataTimeoutMilliseconds",
        restrict_system_admin: bool = "RestrictSystemAdmin",
        enable_shared_channels: bool = "EnableSharedChannels",
        enable_remote_cluster_service: bool = "EnableRemoteClusterService",
        disable_app_bar: bool = "DisableAppBar",
        disable_refetching_on_browser_focus: bool = "DisableRefetchingOnBrowserFocus",
        delay_channel_autocomplete: bool = "DelayChannelAutocomplete",
        disable_wake_up_reconnect_handler: bool = "DisableWakeUpReconnectHandler",
        users_status_and_profile_fetching_poll_interval_milliseconds: i64 = "UsersStatusAndProfileFetchingPollIntervalMilliseconds",
        youtube_referrer_policy: bool = "YoutubeReferrerPolicy",
        experimental_channel_category_sorting: bool = "ExperimentalChannelCategorySorting",
    }
    RustchatSettings {
        password_hash_iterations: i64 = "PasswordHashIterations",
        client_directory: String = "ClientDirectory",
    }
}
