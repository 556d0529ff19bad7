//! Searching files by the words of their names and contents. What counts as a word is `core::search`'s matter; `fileinfo.content`
//! holds the words, so that a search is one pass over the files of the person's own channels, newest first.

use model::FileInfo;
use rustchat_core::search::{Phrase, Search};

use super::{info_columns, info_from_row};
use crate::db::{Arg, like_escape};
use crate::search::{MAX_FOUND, Scope, narrow};
use crate::{Store, StoreError, args};

/// Words between blanks; rows the original wrote hold plain text, and their names are looked at as well.
const WORDS: &str = "' ' || lower(COALESCE(f.content, '')) || ' '";

/// The newest attached files that meet the search, in channels the person is a member of.
pub async fn search(
    store: &Store,
    search: &Search,
    scope: &Scope,
) -> Result<Vec<FileInfo>, StoreError> {
    if search.nothing {
        return Ok(Vec::new());
    }
    let mut args: Vec<Arg> = args![&scope.user_id];
    let mut sql = format!(
        "SELECT {} FROM (SELECT *, creatorid AS userid FROM fileinfo) f \
         JOIN channelmembers m ON m.channelid = f.channelid AND m.userid = $1 JOIN channels c ON c.id = f.channelid \
         WHERE f.deleteat = 0 AND f.postid <> ''",
        info_columns!()
    );
    narrow(&mut sql, &mut args, search, scope, "f");
    if !search.extensions.is_empty() {
        args.push((&search.extensions).into());
        sql.push_str(&format!(" AND f.extension = ANY(${})", args.len()));
    }
    if !search.not_extensions.is_empty() {
        args.push((&search.not_extensions).into());
        sql.push_str(&format!(" AND f.extension <> ALL(${})", args.len()));
    }
    let wanted = phrases(&search.words, &search.tags);
    if !wanted.is_empty() {
        let any = if search.any { " OR " } else { " AND " };
        let conditions: Vec<String> = wanted.iter().map(|one| contains(&mut args, one)).collect();
        sql.push_str(&format!(" AND ({})", conditions.join(any)));
    }
    for unwanted in phrases(&search.not_words, &search.not_tags) {
        let condition = contains(&mut args, &unwanted);
        sql.push_str(&format!(" AND NOT {condition}"));
    }
    args.push(MAX_FOUND.into());
    sql.push_str(&format!(
        " ORDER BY f.createat DESC, f.id LIMIT ${}",
        args.len()
    ));
    let rows = store.db().all(&sql, args).await?;
    rows.iter().map(info_from_row).collect()
}

/// Files have no hashtags: in a search for them they are words.
fn phrases(words: &[Phrase], tags: &[String]) -> Vec<Phrase> {
    let tags = tags
        .iter()
        .filter_map(|tag| Phrase::of(tag.trim_start_matches('#'), false));
    words.iter().cloned().chain(tags).collect()
}

fn contains(args: &mut Vec<Arg>, phrase: &Phrase) -> String {
    let text = like_escape(&phrase.words.join(" "));
    let end = if phrase.prefix { "" } else { " " };
    args.push(format!("% {text}{end}%").into());
    let words = args.len();
    args.push(format!("%{text}%").into());
    let name = args.len();
    format!(
        "({WORDS} LIKE ${words} ESCAPE '\\' OR (COALESCE(f.content, '') = '' AND lower(f.name) LIKE ${name} ESCAPE '\\'))"
    )
}
