//! Finding people by parts of their names: for search and for completing what somebody types.

use model::User;

use super::list::{self, Filter};
use crate::args;
use crate::db::{Arg, Db, Pattern};
use crate::error::StoreError;
use crate::options::Engine;

/// Which names are looked at besides username and nickname.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    pub full_name: bool,
    pub email: bool,
}

/// Words of a search; a user matches who has each of them somewhere in a name.
const MAX_WORDS: usize = 16;

/// The best matches of a filter and a term, by username. An empty term matches everybody.
pub async fn search(
    db: &Db,
    filter: &Filter,
    term: &str,
    names: Names,
) -> Result<Vec<User>, StoreError> {
    let words = words(term);
    let engine = db.engine();
    list::list_where(db, filter, |args| conditions(&words, engine, names, args)).await
}

/// Members of a channel, and members of its team who are not in it, who match; two lists.
pub async fn complete_in_channel(
    db: &Db,
    filter: &Filter,
    channel_id: &str,
    term: &str,
    names: Names,
) -> Result<(Vec<User>, Vec<User>), StoreError> {
    let inside = Filter {
        in_channel: channel_id.to_owned(),
        ..filter.clone()
    };
    let outside = Filter {
        not_in_channel: channel_id.to_owned(),
        ..filter.clone()
    };
    Ok((
        search(db, &inside, term, names).await?,
        search(db, &outside, term, names).await?,
    ))
}

/// `*` stands for nothing at all, and a leading `@` is how people write names.
fn words(term: &str) -> Vec<String> {
    term.split_whitespace()
        .map(|word| word.replace('*', "").trim_start_matches('@').to_lowercase())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .collect()
}

fn conditions(words: &[String], engine: Engine, names: Names, args: &mut Vec<Arg>) -> Vec<String> {
    let mut columns = vec!["u.username", "u.nickname"];
    if names.full_name {
        columns.extend(["u.firstname", "u.lastname"]);
    }
    if names.email {
        columns.push("u.email");
    }
    words
        .iter()
        .map(|word| {
            let pattern = Pattern::anywhere(engine, word);
            args.push(pattern.arg());
            let placeholder = format!("${}", args.len());
            let any: Vec<String> = columns
                .iter()
                .map(|column| pattern.on(column, &placeholder))
                .collect();
            format!("({})", any.join(" OR "))
        })
        .collect()
}

/// Ids of users whose username or e-mail address contains the term; for searching what belongs to them.
pub async fn ids_by_name(db: &Db, term: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let pattern = Pattern::anywhere(db.engine(), term);
    let sql = format!(
        "SELECT id FROM users WHERE {} OR {} ORDER BY username LIMIT $2",
        pattern.on("username", "$1"),
        pattern.on("email", "$1")
    );
    db.all(&sql, args![pattern.arg(), limit])
        .await?
        .iter()
        .map(|row| row.get("id"))
        .collect()
}
