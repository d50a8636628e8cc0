//! What a form was written from, so that of two who write at once neither undoes what only the other has changed.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::audit;

/// Hexadecimal digits kept of each value's hash: enough to tell a change from none.
const DIGITS: usize = 16;

/// The members of a document as they stood when a form was made, as hashes. A form carries it as text:
/// `name:hash,name:hash`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base(BTreeMap<String, String>);

impl Base {
    /// That of a document.
    pub fn of(document: &Map<String, Value>) -> Self {
        Self(document.iter().map(|(name, value)| (name.clone(), hash(value))).collect())
    }

    /// Reads it from a form; what cannot be read is left out, and then counts as changed.
    pub fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once(':'));
        Self(pairs.map(|(name, hash)| (name.to_owned(), hash.to_owned())).collect())
    }

    /// Whether it says of no member what it was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with `members` as they stand now.
    #[must_use]
    pub fn with(&self, members: &Map<String, Value>) -> Self {
        let mut base = self.clone();
        base.0.extend(Self::of(members).0);
        base
    }

    /// Whether `value` is what member `name` was.
    pub fn holds(&self, name: &str, value: &Value) -> bool {
        self.0.get(name).is_some_and(|kept| *kept == hash(value))
    }

    /// The members of `ours` that both sides have changed, each in its own way.
    pub fn collisions<'a>(
        &'a self,
        ours: &'a Map<String, Value>,
        theirs: &'a Map<String, Value>,
    ) -> impl Iterator<Item = &'a str> {
        let stands = |name: &str| theirs.get(name).unwrap_or(&Value::Null);
        ours.iter().filter_map(move |(name, value)| {
            let theirs = stands(name);
            let collide = !self.holds(name, value) && !self.holds(name, theirs) && value != theirs;
            collide.then_some(name.as_str())
        })
    }

    /// What of `ours` is to be written over `theirs`: the members that the writer changed and that do not stand so
    /// already.
    pub fn changed(&self, ours: Map<String, Value>, theirs: &Map<String, Value>) -> Map<String, Value> {
        let is_new = |name: &str, value: &Value| !self.holds(name, value) && theirs.get(name) != Some(value);
        ours.into_iter().filter(|(name, value)| is_new(name, value)).collect()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (name, hash)) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(f, "{comma}{name}:{hash}")?;
        }
        Ok(())
    }
}

fn hash(value: &Value) -> String {
    audit::digest(&value.to_string()).chars().take(DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let base = Base::of(&document(json!({ "title": "除雪", "budget": { "max": 1, "min": null } })));
        assert_eq!(Base::parse(&base.to_string()), base);
    }

    #[test]
    fn each_keeps_what_only_one_has_changed() {
        let before = document(json!({ "summary": "a", "background": "b" }));
        let theirs = document(json!({ "summary": "theirs", "background": "b" }));
        let ours = document(json!({ "summary": "a", "background": "ours" }));
        let base = Base::of(&before);
        assert_eq!(base.collisions(&ours, &theirs).count(), 0);
        assert_eq!(base.changed(ours, &theirs), document(json!({ "background": "ours" })));
    }

    #[test]
    fn the_same_member_changed_in_two_ways_collides() {
        let base = Base::of(&document(json!({ "summary": "a" })));
        let (ours, theirs) = (document(json!({ "summary": "b" })), document(json!({ "summary": "c" })));
        assert_eq!(base.collisions(&ours, &theirs).collect::<Vec<_>>(), ["summary"]);
    }

    #[test]
    fn both_writing_the_same_is_no_collision_and_nothing_is_left_to_write() {
        let base = Base::of(&document(json!({ "summary": "a" })));
        let same = document(json!({ "summary": "b" }));
        assert_eq!(base.collisions(&same, &same).count(), 0);
        assert_eq!(base.changed(same.clone(), &same), Map::new());
    }

    #[test]
    fn without_a_base_everything_that_differs_collides() {
        let (ours, theirs) = (document(json!({ "summary": "b" })), document(json!({ "summary": "c" })));
        assert_eq!(Base::parse("").collisions(&ours, &theirs).count(), 1);
    }
}
