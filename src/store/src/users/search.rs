//! Finding people by parts of their names: for search and for completing what somebody types.

use model::User;

use super::list::{self, Filter};
use crate::args;
use crate::db::{Arg, Db, dialect};
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
    let exact = db.engine() == Engine::Postgres || words.iter().all(|word| word.is_ascii());
    if exact {
        return list::list_where(db, filter, |args| conditions(&words, names, args, true)).await;
    }
    // SQLite folds ASCII only: let any character stand for the others, and look again here
    let wide = Filter {
        limit: 1000,
        ..filter.clone()
    };
    let mut found =
        list::list_where(db, &wide, |args| conditions(&words, names, args, false)).await?;
    found.retain(|user| words.iter().all(|word| has_word(user, word, names)));
    found.truncate(usize::try_from(filter.limit).unwrap_or_default());
    Ok(found)
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

fn conditions(words: &[String], names: Names, args: &mut Vec<Arg>, folds: bool) -> Vec<String> {
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
            let pattern = if folds {
                dialect::like_escape(word)
            } else {
                wildcard(word)
            };
            args.push(Arg::from(format!("%{pattern}%")));
            let value = args.len();
            let any: Vec<String> = columns
                .iter()
                .map(|column| format!("lower({column}) LIKE ${value} ESCAPE '\\'"))
                .collect();
            format!("({})", any.join(" OR "))
        })
        .collect()
}

fn wildcard(word: &str) -> String {
    let escaped = dialect::like_escape(word);
    escaped
        .chars()
        .map(|c| if c.is_ascii() { c } else { '_' })
        .collect()
}

fn has_word(user: &User, word: &str, names: Names) -> bool {
    let has = |name: &str| name.to_lowercase().contains(word);
    has(&user.username)
        || has(&user.nickname)
        || (names.full_name && (has(&user.first_name) || has(&user.last_name)))
        || (names.email && has(&user.email))
}

/// Ids of users whose username or e-mail address contains the term; for searching what belongs to them.
pub async fn ids_by_name(db: &Db, term: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let pattern = format!("%{}%", dialect::like_escape(&term.to_lowercase()));
    let sql = "SELECT id FROM users WHERE lower(username) LIKE $1 ESCAPE '\\' OR lower(email) LIKE $1 ESCAPE '\\' \
        ORDER BY username LIMIT $2";
    db.all(sql, args![pattern, limit])
        .await?
        .iter()
        .map(|row| row.get("id"))
        .collect()
}
