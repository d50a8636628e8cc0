//! The canonical text of a document, and its hash: so that anybody who has the text can prove later what was submitted.
//!
//! The text is the JSON Canonicalization Scheme (RFC 8785) for what occurs here: UTF-8 without a byte order mark, no space
//! between tokens, members sorted by name, texts escaped only where JSON demands it, whole numbers in decimal. Texts are in
//! NFC, as the parsers of `fields` leave them.

use serde_json::Value;

/// The canonical text.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            // Every name of ours is ASCII, for which the order of bytes is that of UTF-16.
            names.sort_unstable();
            out.push('{');
            for (at, name) in names.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(&Value::String(name.clone()), out);
                out.push(':');
                write(members.get(name).unwrap_or(&Value::Null), out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        // serde_json escapes exactly what RFC 8785 section 3.2.2.2 asks for.
        simple => out.push_str(&simple.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_and_nothing_stands_between() {
        let document = json!({"b": [1, {"z": null, "a": true}], "a": "除雪\n\"\u{1}\\/"});
        assert_eq!(text(&document), "{\"a\":\"除雪\\n\\\"\\u0001\\\\/\",\"b\":[1,{\"a\":true,\"z\":null}]}");
    }

    #[test]
    fn the_hash_is_that_of_any_other_tool() {
        assert_eq!(
            crate::audit::digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
