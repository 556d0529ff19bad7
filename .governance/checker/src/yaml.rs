//! YAML with the place of every key and value, so that a mistake can be pointed at. Not a general YAML library: one
//! document, text keys, no anchors and no tags; that is all the policies and `spec/` use.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Value as Json};
use std::fmt;

/// Where something stands in a file; both count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    fn of(span: &Span) -> Place {
        Place {
            line: span.start.line(),
            column: span.start.col() + 1,
        }
    }
}

/// A mistake at a place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    pub at: Place,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { file, at, message } = self;
        write!(f, "{file}:{}:{}: {message}", at.line, at.column)
    }
}

#[derive(Clone, Debug)]
pub struct Node {
    pub at: Place,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub at: Place,
    pub value: Node,
}

impl Node {
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|e| e.key == key)
            .map(|e| &e.value)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The place of what a path of keys and indexes leads to; of the last thing that exists on the way.
    pub fn place(&self, path: &[&str]) -> Place {
        let Some((first, rest)) = path.split_first() else {
            return self.at;
        };
        let next = match &self.value {
            Value::List(items) => first.parse::<usize>().ok().and_then(|i| items.get(i)),
            _ => self.get(first),
        };
        next.map_or(self.at, |node| node.place(rest))
    }

    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(i) => Json::from(*i),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Map(entries) => {
                let pairs = entries.iter().map(|e| (e.key.clone(), e.value.to_json()));
                Json::Object(pairs.collect::<Map<_, _>>())
            }
        }
    }
}

/// Reads one document.
pub fn parse(file: &str, text: &str) -> Result<Node, Problem> {
    let mut reader = Reader {
        file,
        parser: Parser::new_from_str(text),
    };
    reader.document()
}

struct Reader<'a> {
    file: &'a str,
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn problem(&self, at: Place, message: impl Into<String>) -> Problem {
        Problem {
            file: self.file.to_owned(),
            at,
            message: message.into(),
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Place), Problem> {
        let unreadable = |file: &str, e: ScanError| Problem {
            file: file.to_owned(),
            at: Place {
                line: e.marker().line(),
                column: e.marker().col() + 1,
            },
            message: format!("not YAML: {}", e.info()),
        };
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, Place::of(&span))),
            Some(Err(error)) => Err(unreadable(self.file, error)),
            None => Ok((Event::StreamEnd, Place { line: 1, column: 1 })),
        }
    }

    fn document(&mut self) -> Result<Node, Problem> {
        let root = loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
                Event::StreamEnd => return Err(self.problem(at, "the file is empty")),
                other => break self.node(other, at)?,
            }
        };
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(root),
                (Event::DocumentStart(_), at) => {
                    return Err(self.problem(at, "a second document; one file holds one"));
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'a>, at: Place) -> Result<Node, Problem> {
        let value = match event {
            Event::Scalar(text, style, anchor, tag) => {
                if anchor != 0 || tag.is_some() {
                    return Err(self.problem(at, "anchors and tags are not used here"));
                }
                scalar(&text, style)
            }
            Event::SequenceStart(0, None) => self.list()?,
            Event::MappingStart(0, None) => self.map()?,
            _ => return Err(self.problem(at, "anchors, aliases and tags are not used here")),
        };
        Ok(Node { at, value })
    }

    fn list(&mut self) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, at) => items.push(self.node(event, at)?),
            }
        }
    }

    fn map(&mut self) -> Result<Value, Problem> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (key, at) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Map(entries)),
                (Event::Scalar(key, ..), at) => (key.into_owned(), at),
                (_, at) => return Err(self.problem(at, "a key has to be text")),
            };
            if entries.iter().any(|e| e.key == key) {
                return Err(self.problem(at, format!("`{key}` is there twice")));
            }
            let (event, value_at) = self.next()?;
            let value = self.node(event, value_at)?;
            entries.push(Entry { key, at, value });
        }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if !matches!(style, ScalarStyle::Plain) {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => text
            .parse()
            .map_or_else(|_| Value::Text(text.to_owned()), Value::Int),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one() {
        let node = parse("x.yml", "# first\na:\n  b: [one, 2, \"3\"]\n").unwrap();
        assert_eq!(
            node.place(&["a", "b", "1"]),
            Place {
                line: 3,
                column: 12
            }
        );
        assert_eq!(
            node.to_json(),
            serde_json::json!({"a": {"b": ["one", 2, "3"]}})
        );
    }

    #[test]
    fn mistakes_say_where() {
        let twice = parse("x.yml", "a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(twice.to_string(), "x.yml:3:1: `a` is there twice");
        let broken = parse("x.yml", "a: [1\nb: 2\n").unwrap_err();
        assert!(broken.to_string().starts_with("x.yml:2:"), "{broken}");
        assert!(parse("x.yml", "").is_err());
        assert!(parse("x.yml", "a: &x 1\nb: *x\n").is_err());
    }
}
