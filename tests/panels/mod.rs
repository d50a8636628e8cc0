//! How a municipality reads proposals: criteria, sheets, conflicts, agreement; and whom it invites to propose.

mod invitations;
mod reading;

use serde_json::{Value, json};

use crate::proposals::{World, path};
use crate::support::app::Actor;
use crate::support::http::Answer;

fn criteria() -> Value {
    json!({"criteria": [{"name": "課題との適合", "weight": 30}, {"name": "費用", "weight": 10}]})
}

fn set_criteria(world: &World, actor: &Actor, version: i32, body: &Value) -> Answer {
    let path = format!("/api/v1/challenges/{}/criteria", world.id());
    actor.patch(&path).header("If-Match", &format!("\"{version}\"")).json(body).send()
}

/// A sheet with these scores, one for each criterion.
fn sheet(scores: &[u8]) -> Value {
    let scores: Vec<Value> =
        scores.iter().map(|score| json!({"score": score, "comment": "現地に合う"})).collect();
    json!({"scores": scores, "remark": "全体によい"})
}

fn score(actor: &Actor, proposal: &Value, version: i32, body: &Value) -> Answer {
    let path = format!("{}/sheet", path(proposal));
    actor.patch(&path).header("If-Match", &format!("\"{version}\"")).json(body).send()
}

fn hand_in(actor: &Actor, proposal: &Value, version: i32, body: &Value) -> Answer {
    let path = format!("{}/sheet/hand-in", path(proposal));
    actor.post(&path).header("If-Match", &format!("\"{version}\"")).json(body).send()
}

fn agree(actor: &Actor, proposal: &Value, version: i32, body: &Value) -> Answer {
    let path = format!("{}/agreement", path(proposal));
    actor.patch(&path).header("If-Match", &format!("\"{version}\"")).json(body).send()
}

fn reading(actor: &Actor, proposal: &Value) -> Answer {
    actor.get(&format!("{}/sheet", path(proposal))).send()
}
