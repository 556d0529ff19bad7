//! Sessions: signing in and out, and the list of where somebody is signed in. Cookies are made here.

use crate::{Api, Refused, gate::token};
use contract::{
    AttachDeviceExtraProps, GetLoginType, GetSessions, Login, Logout, Raw, Reply,
    RevokeAllSessions, RevokeSession, RevokeSessionsFromAllUsers, StatusOk, SwitchAccountType,
};
use domain::{Caller, sessions};
use http::StatusCode;
use http::header::{HeaderName, SET_COOKIE};
use model::{Session, User};
use rustchat_core::clock;
use std::collections::BTreeMap;

fn text(body: &mut BTreeMap<String, String>, key: &str) -> String {
    body.remove(key).unwrap_or_default()
}

/// The cookies of a browser's session: the token, out of reach of scripts, and what its scripts need.
fn cookies(session: &Session, site_url: &str, secure: bool) -> [String; 3] {
    let path = token::cookie_path(site_url);
    let seconds = (session.expires_at - clock::now_ms()).max(0) / clock::SECOND;
    let csrf = session
        .props
        .as_ref()
        .and_then(|props| props.get("csrf"))
        .map_or("", String::as_str);
    let tail = if secure { "; Secure" } else { "" };
    let cookie = |name: &str, value: &str, more: &str| {
        format!("{name}={value}; Path={path}; Max-Age={seconds}{more}{tail}")
    };
    [
        cookie(token::SESSION_COOKIE, &session.token, "; HttpOnly"),
        cookie("MMUSERID", &session.user_id, ""),
        cookie("MMCSRF", csrf, ""),
    ]
}

impl contract::Sessions for Api {
    async fn login(&self, caller: Caller, req: Login) -> Result<Reply<User>, Refused> {
        let mut body = req.body;
        let given = sessions::Credentials {
            id: text(&mut body, "id"),
            login_id: text(&mut body, "login_id"),
            password: text(&mut body, "password"),
            device_id: text(&mut body, "device_id"),
            token: text(&mut body, "token"),
        };
        let signed = sessions::login(self.app(), &caller, &given).await?;
        let token = HeaderName::from_static("token");
        let mut reply = Reply::from(signed.user).with_header(token, &signed.session.token);
        if caller.scripted {
            let config = self.app().config.get();
            for cookie in cookies(&signed.session, &config.service.site_url, caller.secure) {
                reply = reply.with_header(SET_COOKIE, cookie);
            }
        }
        Ok(reply)
    }

    async fn logout(&self, caller: Caller, _req: Logout) -> Result<Reply<StatusOk>, Refused> {
        if let Some(session) = &caller.session {
            sessions::end(self.app(), session).await?;
        }
        let config = self.app().config.get();
        let cookie = token::cleared(&config.service.site_url);
        Ok(Reply::from(StatusOk::default()).with_header(SET_COOKIE, cookie))
    }

    async fn get_sessions(
        &self,
        _caller: Caller,
        req: GetSessions,
    ) -> Result<Reply<Vec<Session>>, Refused> {
        Ok(sessions::list(self.app(), &req.user_id).await?.into())
    }

    async fn revoke_session(
        &self,
        _caller: Caller,
        mut req: RevokeSession,
    ) -> Result<Reply<StatusOk>, Refused> {
        let id = text(&mut req.body, "session_id");
        sessions::revoke(self.app(), &req.user_id, &id).await?;
        Ok(StatusOk::default().into())
    }

    async fn revoke_all_sessions(
        &self,
        _caller: Caller,
        req: RevokeAllSessions,
    ) -> Result<Reply<StatusOk>, Refused> {
        sessions::revoke_all(self.app(), &req.user_id).await?;
        Ok(StatusOk::default().into())
    }

    async fn revoke_sessions_from_all_users(
        &self,
        _caller: Caller,
        _req: RevokeSessionsFromAllUsers,
    ) -> Result<Reply<StatusOk>, Refused> {
        sessions::revoke_everybodys(self.app()).await?;
        Ok(StatusOk::default().into())
    }

    async fn attach_device_extra_props(
        &self,
        caller: Caller,
        mut req: AttachDeviceExtraProps,
    ) -> Result<Reply<StatusOk>, Refused> {
        let device = sessions::Device {
            id: req.body.remove("device_id"),
            notifications_off: req.body.remove("device_notification_disabled"),
            app_version: req.body.remove("mobile_version"),
        };
        sessions::attach_device(self.app(), &caller, device).await?;
        Ok(StatusOk::default().into())
    }

    async fn switch_account_type(
        &self,
        caller: Caller,
        req: SwitchAccountType,
    ) -> Result<Reply<BTreeMap<String, String>>, Refused> {
        Err(sessions::switch(self.app(), &caller, &req.body)
            .await?
            .into())
    }

    /// Where guests sign in by links, this tells so; elsewhere there is nothing to tell.
    async fn get_login_type(&self, _caller: Caller, _req: GetLoginType) -> Result<Raw, Refused> {
        Ok(Raw::new("application/json", "").status(StatusCode::NOT_FOUND))
    }
}
