//! Amendments: what was changed on a published challenge, field by field, as one reader may see it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::store::{self, Amendment, Known};
use super::view::{ContentView, Eyes};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::Actor;

/// One field that an amendment changed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChallengeFieldChange)]
pub struct FieldChange {
    /// JSON pointer of the field, e.g. `/budget/max`.
    pub field: String,
    /// Its value before.
    #[schema(value_type = Object)]
    pub before: Value,
    /// Its value after.
    #[schema(value_type = Object)]
    pub after: Value,
}

/// One amendment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ChallengeAmendment)]
pub struct AmendmentView {
    /// Its number, from 1.
    pub amendment: i32,
    /// What was amended and why, in the municipality's words; empty for an extension without a reason.
    pub note: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub amended_at: Timestamp,
    /// The fields that changed, as far as the reader may see them.
    pub changes: Vec<FieldChange>,
}

/// Every amendment of `known` as `actor` may see it, the newest first.
pub(super) fn of(conn: &mut DbConn, actor: &Actor, known: &Known) -> Result<Vec<AmendmentView>, Failure> {
    let eyes = Eyes::of(actor, known);
    let versions = store::versions(conn, known.challenge.id)?;
    let mut amendments = Vec::new();
    for (before, after) in versions.iter().zip(versions.iter().skip(1)) {
        amendments.push(AmendmentView {
            amendment: after.amendment,
            note: after.note.clone(),
            amended_at: after.amended_at,
            changes: changes(&shown(before, eyes)?, &shown(after, eyes)?),
        });
    }
    amendments.reverse();
    Ok(amendments)
}

fn shown(version: &Amendment, eyes: Eyes) -> Result<Value, Failure> {
    serde_json::to_value(ContentView::of(&version.content.0, eyes)).map_err(Failure::internal)
}

/// The fields in which two documents differ, in the order of the document; objects are compared member by member,
/// lists as wholes.
fn changes(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(at: &str, before: &Value, after: &Value, found: &mut Vec<FieldChange>) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before != after {
            let (before, after) = (before.clone(), after.clone());
            found.push(FieldChange { field: at.to_owned(), before, after });
        }
        return;
    };
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    for name in new.keys().chain(gone) {
        let value_in =
            |members: &serde_json::Map<String, Value>| members.get(name).cloned().unwrap_or(Value::Null);
        compare(&format!("{at}/{name}"), &value_in(old), &value_in(new), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_names_the_innermost_field_and_lists_as_wholes() {
        let before = json!({"title": "a", "budget": {"band": "none", "max": 1}, "sectors": ["x"]});
        let after = json!({"title": "a", "budget": {"band": "none", "min": 2}, "sectors": ["x", "y"]});
        let found: Vec<(String, Value, Value)> =
            changes(&before, &after).into_iter().map(|one| (one.field, one.before, one.after)).collect();
        assert_eq!(
            found,
            [
                ("/budget/min".to_owned(), json!(null), json!(2)),
                ("/budget/max".to_owned(), json!(1), json!(null)),
                ("/sectors".to_owned(), json!(["x"]), json!(["x", "y"])),
            ]
        );
        assert!(changes(&before, &before).is_empty());
    }
}
