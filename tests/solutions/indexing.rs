//! What the matching index takes of a solution.

use kakehashi::matching::SolutionDoc;
use kakehashi::solutions::{self, SolutionId};
use serde_json::json;

use super::{declared, draft, in_iwamizawa, mailbox, next, published};
use crate::support::app::TestApp;

/// The document of the solution at `path`.
fn indexed(app: &TestApp, path: &str) -> SolutionDoc {
    let id: SolutionId = path.rsplit('/').next().unwrap().parse().unwrap();
    let read = app.services().read(move |conn| solutions::for_index(conn, Some(&[id])));
    let mut found = app.run(read).unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0).doc
}

#[test]
fn only_what_is_in_the_catalogue_is_a_candidate() {
    let app = TestApp::start();
    let (path, vendor, bureau) = published(&app, "雪みち");
    let doc = indexed(&app, &path);
    assert!(doc.candidate);
    assert_eq!((doc.name.as_str(), doc.vendor_place.as_str()), ("雪みち", "011002"));
    assert_eq!((doc.price.initial_min, doc.lead_months), (Some(2_000_000), Some(3)));
    assert!(!indexed(&app, &draft(&vendor, &json!({"name": "下書き"}))).candidate);
    bureau.post(&format!("{path}/suspend")).json(&json!({"reason": "調査中"})).send().expect(200);
    assert!(!indexed(&app, &path).candidate);
    let all = app.run(app.services().read(|conn| solutions::for_index(conn, None))).unwrap();
    assert_eq!(all.len(), 2);
}

#[test]
fn a_denied_deployment_is_no_evidence() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    let deployment = declared(&vendor, &path, &in_iwamizawa());
    let evidence = indexed(&app, &path).deployments;
    assert_eq!(evidence.len(), 1);
    assert_eq!(evidence[0].results, "日報の作成 分/日");
    let town = app.municipality("岩見沢市");
    vendor.post(&format!("{deployment}/request-confirmation")).send().expect(202);
    let mail = next(&mailbox(&app), &town.email, "導入実績");
    let denial = json!({"token": mail.token(), "answer": "deny"});
    app.public().post("/api/v1/deployment-confirmations").json(&denial).send().expect(204);
    assert_eq!(indexed(&app, &path).deployments, []);
}
