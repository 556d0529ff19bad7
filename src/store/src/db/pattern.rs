//! "Has this text in it": what a search term becomes on each engine. SQLite's `LIKE` folds ASCII only and always, PostgreSQL's
//! never; `GLOB` with a class for each letter finds the same on SQLite as `ILIKE` does on PostgreSQL.

use super::{Arg, like_escape};
use crate::options::Engine;

/// A term, ready to be compared with columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    operator: &'static str,
    text: String,
}

impl Pattern {
    /// Anywhere in a column, in capitals or not.
    pub(crate) fn anywhere(engine: Engine, term: &str) -> Self {
        match engine {
            Engine::Postgres => Self::like("ILIKE", "%", term),
            Engine::Sqlite if term.is_ascii() => Self::like("LIKE", "%", term),
            Engine::Sqlite => Self::glob("*", term, any_case),
        }
    }

    /// As it is written, anywhere or only at the beginning of a column.
    pub(crate) fn exact(engine: Engine, term: &str, only_at_start: bool) -> Self {
        match engine {
            Engine::Postgres => Self::like("LIKE", if only_at_start { "" } else { "%" }, term),
            Engine::Sqlite => Self::glob(if only_at_start { "" } else { "*" }, term, literal),
        }
    }

    fn like(operator: &'static str, before: &str, term: &str) -> Self {
        Self {
            operator,
            text: format!("{before}{}%", like_escape(term)),
        }
    }

    fn glob(before: &str, term: &str, write: fn(char, &mut String)) -> Self {
        let mut text = String::from(before);
        term.chars().for_each(|c| write(c, &mut text));
        text.push('*');
        Self {
            operator: "GLOB",
            text,
        }
    }

    /// What is bound to the placeholder.
    pub(crate) fn arg(&self) -> Arg {
        self.text.as_str().into()
    }

    /// Whether a column has it; `placeholder` is `$n`.
    pub(crate) fn on(&self, column: &str, placeholder: &str) -> String {
        let escape = if self.operator == "GLOB" {
            ""
        } else {
            " ESCAPE '\\'"
        };
        format!("{column} {} {placeholder}{escape}", self.operator)
    }
}

fn literal(c: char, out: &mut String) {
    if matches!(c, '*' | '?' | '[') {
        out.extend(['[', c, ']']);
    } else {
        out.push(c);
    }
}

/// The class of a letter's forms. One whose other form is several letters stands for itself.
fn any_case(c: char, out: &mut String) {
    let single = |mut forms: Box<dyn Iterator<Item = char>>| match (forms.next(), forms.next()) {
        (Some(form), None) => form,
        _ => c,
    };
    let mut forms = vec![
        c,
        single(Box::new(c.to_lowercase())),
        single(Box::new(c.to_uppercase())),
    ];
    if forms.contains(&'Σ') {
        // One letter with two small forms.
        forms.extend(['σ', 'ς']);
    }
    forms.sort_unstable();
    forms.dedup();
    match forms.as_slice() {
        [one] => literal(*one, out),
        several => {
            out.push('[');
            out.extend(several);
            out.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_become_patterns() {
        let of = |engine, term| Pattern::anywhere(engine, term).on("c", "$1");
        assert_eq!(of(Engine::Postgres, "ö"), "c ILIKE $1 ESCAPE '\\'");
        assert_eq!(of(Engine::Sqlite, "o"), "c LIKE $1 ESCAPE '\\'");
        assert_eq!(of(Engine::Sqlite, "ö"), "c GLOB $1");
        let text = |term| Pattern::anywhere(Engine::Sqlite, term).text;
        assert_eq!(text("50%_"), r"%50\%\_%");
        assert_eq!(text("öß*a[]天"), "*[Öö]ß[*][Aa][[]]天*");
        assert_eq!(text("σ"), "*[Σςσ]*");
        assert_eq!(Pattern::exact(Engine::Sqlite, "aB?", true).text, "aB[?]*");
        assert_eq!(Pattern::exact(Engine::Postgres, "aB", false).text, "%aB%");
    }
}
