//! The audit trail: sealed, and whatever is done to it afterwards is found.

use std::path::PathBuf;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kakehashi::audit::{self, Event, Finding, Report};
use kakehashi::clock::Clock;
use kakehashi::db::{DatabaseUrl, Db, DbConn, Mode};
use kakehashi::policy::Actor;
use kakehashi::services::Services;
use kakehashi::settings::Settings;

use crate::support::postgres::TestDatabase;

/// A trail of its own on the engine under test, without a running service.
struct Trail {
    services: Services,
    url: DatabaseUrl,
    folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

impl Trail {
    /// `events` deeds, all sealed.
    fn sealed(events: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database =
            (std::env::var("TEST_DATABASE").as_deref() == Ok("postgres")).then(TestDatabase::create);
        let address = match &database {
            Some(database) => database.url(),
            None => format!("sqlite:{}", folder.path().join("test.db").display()),
        };
        let mut settings = Settings::load(None).unwrap();
        settings.paths.var = folder.path().to_path_buf();
        let url = DatabaseUrl::parse(&address).unwrap();
        DbConn::open(&url, Mode::ReadWrite).unwrap().migrate().unwrap();
        let db = Db::new(url.clone(), 2, Duration::from_secs(5));
        let services = Services::new(db, Clock::system(), settings, "http://localhost".to_owned());
        let trail = Self { services, url, folder, _database: database };
        trail.act(events);
        trail.seal();
        trail
    }

    fn act(&self, events: usize) {
        let services = self.services.clone();
        actix_web::rt::System::new().block_on(async move {
            for number in 0..events {
                let deed = move |deed: &mut kakehashi::services::Deed<'_>| {
                    let event = Event::new("challenge.publish", "challenge", uuid::Uuid::now_v7());
                    audit::record(deed, event.change(None, serde_json::json!({ "number": number })))
                };
                services.perform(Actor::system(), deed).await.unwrap();
            }
        });
    }

    fn seal(&self) {
        let services = self.services.clone();
        actix_web::rt::System::new().block_on(async move { while audit::seal(&services).await.unwrap() {} });
    }

    fn tamper(&self, statement: &str) {
        DbConn::open(&self.url, Mode::ReadWrite).unwrap().batch_execute(statement).unwrap();
    }

    fn verify(&self) -> Report {
        let mut conn = DbConn::open(&self.url, Mode::ReadOnly).unwrap();
        audit::verify(&mut conn, self.services.settings()).unwrap()
    }

    /// An SQL condition that picks the event at `position`.
    fn at(position: i64) -> String {
        format!("id = (SELECT event_id FROM audit_seals WHERE position = {position})")
    }

    fn checkpoints(&self) -> PathBuf {
        self.folder.path().join("audit").join("checkpoints")
    }
}

#[test]
fn an_untouched_trail_is_intact() {
    let trail = Trail::sealed(5);
    assert_eq!(trail.verify(), Report { links: 5, waiting: 0, findings: Vec::new() });
}

#[test]
fn a_trail_longer_than_one_batch_is_sealed_and_read_to_its_end() {
    let trail = Trail::sealed(1_203);
    assert_eq!(trail.verify(), Report { links: 1_203, waiting: 0, findings: Vec::new() });
}

#[test]
fn events_that_wait_for_the_sealer_are_counted_not_reported() {
    let trail = Trail::sealed(2);
    trail.act(3);
    assert_eq!(trail.verify(), Report { links: 2, waiting: 3, findings: Vec::new() });
}

#[test]
fn an_altered_event_is_named() {
    let trail = Trail::sealed(5);
    trail.tamper(&format!("UPDATE audit_events SET action = 'challenge.return' WHERE {}", Trail::at(3)));
    let findings = trail.verify().findings;
    assert!(matches!(findings.as_slice(), [Finding::Altered { position: 3, .. }]), "{findings:?}");
}

#[test]
fn a_removed_event_is_named() {
    let trail = Trail::sealed(5);
    trail.tamper(&format!("DELETE FROM audit_events WHERE {}", Trail::at(2)));
    let findings = trail.verify().findings;
    assert!(matches!(findings.as_slice(), [Finding::Removed { position: 2, .. }]), "{findings:?}");
}

#[test]
fn the_newest_events_cannot_be_removed_with_their_links() {
    let trail = Trail::sealed(5);
    trail.tamper(&format!("DELETE FROM audit_events WHERE {}", Trail::at(5)));
    trail.tamper("DELETE FROM audit_seals WHERE position = 5");
    assert_eq!(trail.verify().findings, [Finding::Truncated { ends_at: 4, reached: 5 }]);
}

#[test]
fn an_event_removed_from_the_middle_with_its_link_is_missed() {
    let trail = Trail::sealed(5);
    trail.tamper(&format!("DELETE FROM audit_events WHERE {}", Trail::at(3)));
    trail.tamper("DELETE FROM audit_seals WHERE position = 3");
    assert_eq!(trail.verify().findings, [Finding::LinkMissing { position: 3 }]);
}

#[test]
fn two_events_that_changed_places_are_both_named() {
    let trail = Trail::sealed(5);
    trail.tamper(
        "UPDATE audit_seals SET position = 99 WHERE position = 2;
         UPDATE audit_seals SET position = 2 WHERE position = 4;
         UPDATE audit_seals SET position = 4 WHERE position = 99;",
    );
    let findings = trail.verify().findings;
    let named =
        |at| findings.iter().any(|f| matches!(f, Finding::Altered { position, .. } if *position == at));
    assert!(named(2) && named(4), "{findings:?}");
}

#[test]
fn an_event_put_in_by_hand_is_named() {
    let trail = Trail::sealed(2);
    trail.tamper(
        "INSERT INTO audit_events (id, happened_at, actor_kind, action, subject_kind, subject_id)
         SELECT subject_id, happened_at, actor_kind, action, subject_kind, subject_id FROM audit_events LIMIT 1",
    );
    let findings = trail.verify().findings;
    assert!(matches!(findings.as_slice(), [Finding::NeverSealed { .. }]), "{findings:?}");
}

#[test]
fn a_forged_checkpoint_is_named_by_its_line() {
    let trail = Trail::sealed(2);
    let text = std::fs::read_to_string(trail.checkpoints()).unwrap();
    std::fs::write(trail.checkpoints(), text.replacen("2 ", "1 ", 1)).unwrap();
    assert_eq!(trail.verify().findings, [Finding::CheckpointForged { line: 1 }]);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    action: String,
}

#[test]
fn a_deed_that_fails_leaves_no_event() {
    let trail = Trail::sealed(0);
    let services = trail.services.clone();
    let failed = actix_web::rt::System::new().block_on(async move {
        let deed = |deed: &mut kakehashi::services::Deed<'_>| {
            audit::record(deed, Event::new("challenge.publish", "challenge", uuid::Uuid::now_v7()))?;
            Err::<(), _>(kakehashi::failure::Failure::NotFound)
        };
        services.perform(Actor::system(), deed).await
    });
    assert!(failed.is_err());
    let mut conn = DbConn::open(&trail.url, Mode::ReadOnly).unwrap();
    let rows: Vec<Named> = diesel::sql_query("SELECT action FROM audit_events").load(&mut conn).unwrap();
    assert!(rows.is_empty(), "{:?}", rows.iter().map(|row| &row.action).collect::<Vec<_>>());
    let waiting: Count =
        diesel::sql_query("SELECT count(*) AS count FROM audit_unsealed").get_result(&mut conn).unwrap();
    assert_eq!(waiting.count, 0);
}
