//! Says where what came differs from what was recorded. Both sides are normalised already.

use super::value::canonical;
use serde_json::Value;

/// Every difference, as `path: what`.
pub fn differences(want: &Value, got: &Value, path: &str) -> Vec<String> {
    let mut out = Vec::new();
    collect(want, got, path, &mut out);
    out
}

fn collect(want: &Value, got: &Value, path: &str, out: &mut Vec<String>) {
    match (want, got) {
        (Value::String(any), _) if any == "<any>" => {}
        (Value::Object(w), Value::Object(g)) => {
            for (key, inner) in w {
                match g.get(key) {
                    Some(other) => collect(inner, other, &format!("{path}.{key}"), out),
                    None => out.push(format!("{path}.{key}: missing, {} expected", brief(inner))),
                }
            }
            for (key, inner) in g.iter().filter(|(k, _)| !w.contains_key(*k)) {
                out.push(format!("{path}.{key}: unexpected {}", brief(inner)));
            }
        }
        (Value::Array(w), Value::Array(g)) if w.len() != g.len() => out.push(format!(
            "{path}: {} items expected, got {}: {} / {}",
            w.len(),
            g.len(),
            brief(want),
            brief(got)
        )),
        (Value::Array(w), Value::Array(g)) => {
            for (i, (a, b)) in w.iter().zip(g).enumerate() {
                collect(a, b, &format!("{path}[{i}]"), out);
            }
        }
        (Value::Number(a), Value::Number(b)) if a == b || a.as_f64() == b.as_f64() => {}
        _ if want == got => {}
        _ => out.push(format!(
            "{path}: {} expected, got {}",
            brief(want),
            brief(got)
        )),
    }
}

/// A value short enough for one line.
pub fn brief(value: &Value) -> String {
    let text = canonical(value);
    if text.chars().count() < 160 {
        return text;
    }
    text.chars().take(157).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_types_and_lengths_count() {
        let d = |a, b| differences(&a, &b, "$").len();
        assert_eq!(
            d(json!({"a": 1, "b": "<any>"}), json!({"a": 1.0, "b": [1]})),
            0
        );
        assert_eq!(d(json!({"a": 1}), json!({"b": 1})), 2);
        assert_eq!(d(json!([1]), json!([1, 2])), 1);
        assert_eq!(d(json!(true), json!(1)), 1);
        assert_eq!(d(json!({"a": null}), json!({})), 1);
    }
}
