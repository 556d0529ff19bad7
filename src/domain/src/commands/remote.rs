//! Commands that programs carry out: the request to the program, its answer, and what it may say later at the address it is
//! given with the request. Tokens, addresses and answers appear in no log.

use std::sync::Arc;
use std::time::Duration;

use model::{Channel, Command, CommandArgs, CommandResponse, Wire};
use outgoing::Request;
use rustchat_core::error::{ErrorDef, Result};
use rustchat_core::{clock, ids, permissions};
use store::commands::Answering;
use url::{Url, form_urlencoded};

use super::execute::IN_CHANNEL;
use crate::integrations::{self, Message};
use crate::posts::{self, Ephemeral, rows};
use crate::{App, Caller, access};

macro_rules! errors {
    ($($vis:vis $name:ident = $id:literal, $status:literal, $text:literal;)*) => {
        $($vis const $name: ErrorDef = ErrorDef::new($id, $status, $text);)*
    };
}

errors! {
    FAILED = "api.command.execute_command.failed.app_error", 500, "The program of the command {Trigger} could not be asked, or its answer not be read.";
    EMPTY = "api.command.execute_command.failed_empty.app_error", 500, "The program of the command {Trigger} answered nothing.";
    REFUSED = "api.command.execute_command.failed_resp.app_error", 500, "The program of the command {Trigger} answered {Status}.";
    NO_ADDRESS = "api.command.execute_command.site_url_required.app_error", 400, "The server does not know its own address; an administrator has to set SiteURL.";
    ELSEWHERE = "api.command.command_post.forbidden.app_error", 403, "The command may not write there.";
    pub UNREADABLE = "web.command_webhook.parse.app_error", 400, "What was sent as the answer of a command could not be read.";
    LATE = "web.command_webhook.general.app_error", 404, "There is no command to answer here: {Reason}";
}

/// How long a program may answer, and how often.
const MAY_ANSWER: i64 = 30 * clock::MINUTE;
const MOST_ANSWERS: i64 = 5;
/// Most bytes of an answer, and further messages in one.
const MAX_ANSWER: usize = 1 << 20;
const MAX_MESSAGES: usize = 20;
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Has the program of a command do what was asked, and shows what it answers.
pub(super) async fn run(
    app: &App,
    caller: &Caller,
    channel: &Arc<Channel>,
    args: &CommandArgs,
    (command, text): (&Command, &str),
) -> Result<CommandResponse> {
    let fields = fields(app, caller, channel, args, (command, text)).await?;
    let mut answer = ask(app, command, fields).await?;
    let place = Place {
        caller,
        channel,
        root_id: &args.root_id,
    };
    show(app, &place, command, &mut answer).await?;
    Ok(answer)
}

/// What the program is told.
async fn fields(
    app: &App,
    caller: &Caller,
    channel: &Arc<Channel>,
    args: &CommandArgs,
    (command, text): (&Command, &str),
) -> Result<Vec<(&'static str, String)>> {
    let config = app.config.get();
    let site = config.service.site_url.trim_end_matches('/');
    if site.is_empty() {
        return Err(NO_ADDRESS.err());
    }
    let now = clock::now_ms();
    let answering = Answering {
        id: ids::new_id(),
        create_at: now,
        command_id: command.id.clone(),
        user_id: caller.user_id().to_owned(),
        channel_id: channel.id.clone(),
        root_id: args.root_id.clone(),
    };
    store::commands::insert_answering(&app.store, &answering, now - MAY_ANSWER).await?;
    let team = rows::team(app, &command.team_id).await?;
    let trigger = args.command.split_whitespace().next();
    Ok(vec![
        ("token", command.token.clone()),
        ("team_id", command.team_id.clone()),
        (
            "team_domain",
            team.map_or_else(String::new, |team| team.name.clone()),
        ),
        ("channel_id", channel.id.clone()),
        ("channel_name", channel.name.clone()),
        ("root_id", args.root_id.clone()),
        ("user_id", caller.user_id().to_owned()),
        ("user_name", caller.user()?.username.clone()),
        ("command", trigger.unwrap_or_default().to_owned()),
        ("text", text.to_owned()),
        ("trigger_id", ids::new_id()),
        (
            "response_url",
            format!("{site}/hooks/commands/{}", answering.id),
        ),
    ])
}

async fn ask(
    app: &App,
    command: &Command,
    fields: Vec<(&'static str, String)>,
) -> Result<CommandResponse> {
    let failed = || FAILED.with("Trigger", &command.trigger);
    let mut address = Url::parse(&command.url).map_err(|cause| failed().caused_by(cause))?;
    let request = if command.method == "G" {
        address.query_pairs_mut().extend_pairs(&fields);
        Request::get(address)
    } else {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        Request::post(address, FORM, form)
    };
    let seconds = app
        .config
        .get()
        .service
        .outgoing_integration_requests_timeout;
    let within = Duration::from_secs(u64::try_from(seconds).unwrap_or_default().clamp(1, 600));
    let request = request
        .with("accept", JSON)
        .with("authorization", &format!("Token {}", command.token))
        .timeout(within);
    let answer = app.outgoing.send(request).await;
    let answer = answer.map_err(|cause| failed().caused_by(cause))?;
    if !answer.status.is_success() {
        let status = answer.status;
        return Err(REFUSED
            .with("Trigger", &command.trigger)
            .with("Status", status));
    }
    let kind = answer.content_type();
    let bytes = answer.bytes(MAX_ANSWER).await;
    let bytes = bytes.map_err(|cause| failed().caused_by(cause))?;
    if bytes.is_empty() {
        return Err(EMPTY.with("Trigger", &command.trigger));
    }
    read(&kind, &bytes).ok_or_else(failed)
}

/// An answer: JSON, or the text for who gave the command.
fn read(kind: &str, bytes: &[u8]) -> Option<CommandResponse> {
    if kind.starts_with(JSON) {
        let value = serde_json::from_slice(bytes).ok()?;
        return CommandResponse::from_value(value).ok();
    }
    Some(CommandResponse {
        text: String::from_utf8_lossy(bytes).into_owned(),
        ..CommandResponse::default()
    })
}

/// Reads what a program sends later.
pub fn read_later(kind: &str, bytes: &[u8]) -> Result<CommandResponse> {
    read(&kind.to_ascii_lowercase(), bytes).ok_or_else(|| UNREADABLE.err())
}

/// What a program says later, at the address it was given.
pub async fn answer_later(app: &App, id: &str, mut answer: CommandResponse) -> Result<()> {
    let late = |reason: &str, status| LATE.with("Reason", reason).with_status(status);
    let oldest = clock::now_ms() - MAY_ANSWER;
    let answering = store::commands::answering(&app.store, id, oldest)
        .await?
        .ok_or_else(|| late("the address is unknown or too old.", 404))?;
    let command = store::commands::get(&app.store, &answering.command_id)
        .await?
        .ok_or_else(|| late("the command was deleted.", 400))?;
    if !store::commands::use_answering(&app.store, id, MOST_ANSWERS).await? {
        return Err(late("it was answered often enough.", 400));
    }
    let user = rows::user(app, &answering.user_id).await?;
    let user = user
        .filter(|user| user.delete_at == 0)
        .ok_or_else(|| late("who gave the command is gone.", 404))?;
    let channel = rows::channel(app, &answering.channel_id)
        .await?
        .ok_or_else(|| late("the channel is gone.", 404))?;
    let place = Place {
        caller: &Caller::acting(user),
        channel: &channel,
        root_id: &answering.root_id,
    };
    let shown = show(app, &place, &command, &mut answer).await;
    shown.map_err(|error| late(&error.message(), error.status()))
}

/// Where an answer belongs, and to whom.
struct Place<'a> {
    caller: &'a Caller,
    channel: &'a Arc<Channel>,
    root_id: &'a str,
}

/// Shows the answer and what follows it, each to everybody in its channel or to the caller alone.
async fn show(
    app: &App,
    place: &Place<'_>,
    command: &Command,
    answer: &mut CommandResponse,
) -> Result<()> {
    answer.trigger_id.clear();
    show_one(app, place, command, answer).await?;
    let more = answer.extra_responses.as_deref().unwrap_or_default();
    for one in more.iter().take(MAX_MESSAGES) {
        show_one(app, place, command, one).await?;
    }
    Ok(())
}

async fn show_one(
    app: &App,
    place: &Place<'_>,
    command: &Command,
    answer: &CommandResponse,
) -> Result<()> {
    let attachments = answer.attachments.clone().unwrap_or_default();
    if answer.text.is_empty() && attachments.is_empty() {
        return Ok(());
    }
    let elsewhere = !answer.channel_id.is_empty() && answer.channel_id != place.channel.id;
    let channel = if elsewhere {
        rows::channel(app, &answer.channel_id)
            .await?
            .ok_or_else(|| ELSEWHERE.err())?
    } else {
        Arc::clone(place.channel)
    };
    let write = permissions::CREATE_POST;
    if !access::has_channel_row(app, place.caller, &channel, write).await? {
        return Err(ELSEWHERE.err());
    }
    let first = |one: &str, other: &str| (if one.is_empty() { other } else { one }).to_owned();
    let message = Message {
        author_id: place.caller.user_id().to_owned(),
        root_id: if elsewhere {
            String::new()
        } else {
            place.root_id.to_owned()
        },
        text: answer.text.clone(),
        type_: answer.type_.clone(),
        attachments,
        props: answer.props.clone().unwrap_or_default(),
        username: first(&command.username, &answer.username),
        icon_url: first(&command.icon_url, &answer.icon_url),
        default_name: "",
        verbatim: answer.skip_slack_parsing,
        ..Message::default()
    };
    if answer.response_type == IN_CHANNEL {
        integrations::write(app, &channel, message).await?;
        return Ok(());
    }
    for mut post in integrations::compose(app, &channel, message).await? {
        let to = place.caller.user_id();
        posts::props::hide_integrations(&mut post);
        posts::send_ephemeral(app, Ephemeral { to, post });
    }
    Ok(())
}
