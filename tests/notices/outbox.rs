//! An outbox of its own, without a running service: a test takes every step itself.

use std::time::Duration;

use actix_web::rt::System;
use chrono::TimeDelta;
use diesel::prelude::*;
use kakehashi::accounts::{Locale, Secret};
use kakehashi::clock::Clock;
use kakehashi::db::schema::mails;
use kakehashi::db::{DatabaseUrl, Db, DbConn, Mode};
use kakehashi::fields::Email;
use kakehashi::notices::{self, Kind, Lane, Letter, Link, MailState, Postman};
use kakehashi::policy::Actor;
use kakehashi::services::Services;
use kakehashi::settings::{Settings, Transport};
use uuid::Uuid;

use crate::support::postgres::TestDatabase;
use crate::support::sink::SmtpSink;

/// The outbox on the engine under test.
pub struct Outbox {
    services: Services,
    url: DatabaseUrl,
    folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

/// A mail as the database has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub state: MailState,
    pub attempts: i32,
    pub text: String,
    pub last_error: Option<String>,
}

impl Outbox {
    /// One that sends to `sink`.
    pub fn to(sink: &SmtpSink) -> Self {
        Self::to_url(&sink.url())
    }

    /// One that sends to the SMTP server at `url`.
    pub fn to_url(url: &str) -> Self {
        Self::with(|settings| {
            settings.mail.transport = Transport::Smtp;
            settings.mail.smtp_url = url.to_owned();
        })
    }

    /// One with other settings.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database =
            (std::env::var("TEST_DATABASE").as_deref() == Ok("postgres")).then(TestDatabase::create);
        let mut settings = Settings::load(None).unwrap();
        settings.paths.var = folder.path().to_path_buf();
        settings.mail.dir = folder.path().join("mail");
        settings.database.url = database.as_ref().map(TestDatabase::url).unwrap_or_default();
        change(&mut settings);
        let settings = settings.checked().unwrap();
        let url = DatabaseUrl::parse(&settings.database.url).unwrap();
        DbConn::open(&url, Mode::ReadWrite).unwrap().migrate().unwrap();
        let services = services(&url, settings, Clock::system());
        Self { services, url, folder, _database: database }
    }

    /// The same outbox as another process sees it, with connections of its own.
    pub fn seen_from_elsewhere(&self) -> Services {
        services(&self.url, self.services.settings().clone(), self.services.clock().clone())
    }

    pub fn services(&self) -> &Services {
        &self.services
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Queues an ordinary mail about `solution`.
    pub fn queue(&self, to: &str, solution: &str) {
        let link = Link::Page("/solutions/1".to_owned());
        let letter = Letter::new(Kind::SolutionPublished, ("solution", Uuid::now_v7()), link);
        self.mail(to, letter.with("solution", solution));
    }

    /// Queues a mail that somebody waits for, with a secret link.
    pub fn queue_urgent(&self, to: &str) {
        let link = Link::Secret { path: "/password-reset", token: Secret::generate() };
        self.mail(to, Letter::new(Kind::PasswordReset, ("member", Uuid::now_v7()), link));
    }

    fn mail(&self, to: &str, letter: Letter) {
        let (to, services) = (Email::parse(to).unwrap(), self.services.clone());
        run(async move {
            let deed =
                move |deed: &mut kakehashi::services::Deed<'_>| notices::mail(deed, &to, Locale::Ja, &letter);
            services.perform(Actor::system(), deed).await.unwrap();
        });
    }

    /// One step of a postman; whether there may be more.
    pub fn step(&self) -> bool {
        self.step_in(Lane::All)
    }

    pub fn step_in(&self, lane: Lane) -> bool {
        let (postman, services) = (self.postman(), self.services.clone());
        run(async move { postman.step(&services, lane).await.unwrap() })
    }

    pub fn postman(&self) -> Postman {
        Postman::new(&self.services.settings().mail).unwrap()
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.services.clock().advance(by);
    }

    /// Every mail, oldest first.
    pub fn rows(&self) -> Vec<Row> {
        let mut conn = DbConn::open(&self.url, Mode::ReadOnly).unwrap();
        let rows: Vec<(MailState, i32, String, Option<String>)> = mails::table
            .order(mails::id)
            .select((mails::state, mails::attempts, mails::body_text, mails::last_error))
            .load(&mut conn)
            .unwrap();
        rows.into_iter()
            .map(|(state, attempts, text, last_error)| Row { state, attempts, text, last_error })
            .collect()
    }

    /// The only mail.
    pub fn row(&self) -> Row {
        let mut rows = self.rows();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0)
    }
}

fn services(url: &DatabaseUrl, settings: Settings, clock: Clock) -> Services {
    let db = Db::new(url.clone(), 2, Duration::from_secs(10));
    Services::new(db, clock, settings, "https://kakehashi.example".to_owned())
}

/// Runs a step to its end.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    System::new().block_on(work)
}
