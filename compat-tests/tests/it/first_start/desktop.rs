//! The desktop app: is this a server, which version, what does it run; then it shows the web client.

use super::Site;
use super::ask::Needs::{Keys, List};

pub async fn start(site: &Site) {
    let mut client = site.client();
    for path in [
        "system/ping",
        "config/client?format=old",
        "license/client?format=old",
    ] {
        // other successes than 200 do not count
        assert_eq!(client.send("GET", path, "").await.status(), 200, "{path}");
    }
    client
        .ask("GET", "system/ping", "", Keys(&["status"]))
        .await;
    let config = client
        .ask(
            "GET",
            "config/client?format=old",
            "",
            Keys(&["Version", "SiteURL", "SiteName"]),
        )
        .await;
    let version: Vec<_> = config["Version"].as_str().unwrap().split('.').collect();
    assert!(
        version.len() == 3 && version.iter().all(|part| part.parse::<u32>().is_ok()),
        "{version:?}"
    );
    assert_eq!(config["SiteURL"], site.server.url);
    client
        .ask("GET", "plugins/webapp", "", List(&["id", "version"]))
        .await;
    client
        .ask(
            "GET",
            "license/client?format=old",
            "",
            Keys(&["IsLicensed"]),
        )
        .await;
    let agent = "Mozilla/5.0 Chrome/140.0.0.0 Electron/38.0.0 Safari/537.36 Mattermost/6.4.0";
    client.set("user-agent", agent);
    for path in ["/", "/crew/channels/town-square", "/login/desktop"] {
        let reply = client.send("GET", path, "").await;
        assert_eq!(reply.status(), 200, "{path}");
        assert!(
            reply.text().await.unwrap().contains("id=\"root\""),
            "{path}"
        );
    }
}
