//! TOML with the place of every key and value, as the same tree that YAML becomes. Times and numbers with a point are
//! taken for text; nothing here asks for them.

use crate::yaml::{Entry, Node, Place, Problem, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a file as cargo reads it.
pub fn parse(file: &str, text: &str) -> Result<Node, Problem> {
    let places = Places::of(text);
    match DeTable::parse(text) {
        Ok(table) => Ok(Node {
            at: places.at(&table.span()),
            value: map(table.get_ref(), &places),
        }),
        Err(error) => Err(Problem {
            file: file.to_owned(),
            at: places.at(&error.span().unwrap_or_default()),
            message: error.message().to_owned(),
        }),
    }
}

fn node(value: &Spanned<DeValue<'_>>, places: &Places) -> Node {
    Node {
        at: places.at(&value.span()),
        value: match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
                Ok(n) => Value::Int(n),
                Err(_) => Value::Text(n.as_str().to_owned()),
            },
            DeValue::Float(n) => Value::Text(n.as_str().to_owned()),
            DeValue::Boolean(yes) => Value::Bool(*yes),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|i| node(i, places)).collect()),
            DeValue::Table(table) => map(table, places),
        },
    }
}

fn map(table: &DeTable<'_>, places: &Places) -> Value {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().to_string(),
        at: places.at(&key.span()),
        value: node(value, places),
    });
    Value::Map(entries.collect())
}

/// Where the lines of a text start.
struct Places(Vec<usize>);

impl Places {
    fn of(text: &str) -> Places {
        let after = text.match_indices('\n').map(|(i, _)| i + 1);
        Places([0].into_iter().chain(after).collect())
    }

    fn at(&self, span: &Range<usize>) -> Place {
        let line = self.0.partition_point(|start| *start <= span.start);
        let start = self.0.get(line.saturating_sub(1)).copied();
        Place {
            line,
            column: span.start - start.unwrap_or_default() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_places() {
        let text = "# head\n[a]\nb = \"x\" # path = none\n[a.\"c d\"]\nyes = true\nn = 0x10\n";
        let read = parse("x.toml", text).unwrap();
        let json = read.to_json();
        assert_eq!(
            json,
            serde_json::json!({"a": {"b": "x", "c d": {"yes": true, "n": 16}}})
        );
        assert_eq!(read.place(&["a", "b"]), Place { line: 3, column: 5 });
        let wrong = parse("x.toml", "a = 1\nb =\n").unwrap_err();
        assert_eq!((wrong.file.as_str(), wrong.at.line), ("x.toml", 2));
    }
}
