//! The table of reviewed outcomes as a file. Knows nothing of what the outcomes mean.

use super::cast::ROLES;
use std::fmt::Write as _;
use std::path::PathBuf;

/// A request and what each role was answered.
pub struct Row {
    pub operation: String,
    pub path: String,
    pub body: String,
    pub outcomes: Vec<String>,
}

impl Row {
    pub fn outcome(&self, role: &str) -> &str {
        let number = ROLES.iter().position(|name| *name == role).unwrap();
        self.outcomes.get(number).map_or("", String::as_str)
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("role_matrix.tsv")
}

pub fn read() -> Vec<Row> {
    let text = std::fs::read_to_string(file()).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.split('\t').map(str::to_owned);
            let mut next = || fields.next().unwrap_or_default();
            let (operation, path, body) = (next(), next(), next());
            let mut outcomes: Vec<String> = fields.collect();
            outcomes.resize(ROLES.len(), String::new());
            Row {
                operation,
                path,
                body,
                outcomes,
            }
        })
        .collect()
}

pub fn write(rows: &[Row]) {
    let mut text = format!("operation\tpath\tbody\t{}\n", ROLES.join("\t"));
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by(|a, b| a.operation.cmp(&b.operation));
    for row in sorted {
        let outcomes = row.outcomes.join("\t");
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{outcomes}",
            row.operation, row.path, row.body
        );
    }
    std::fs::write(file(), text).unwrap();
}
