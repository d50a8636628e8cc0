//! The service under test: booted as production boots it, on a port and a database of its own, and the people
//! who use it.
//!
//! ```ignore
//! let app = TestApp::start();
//! let town = app.municipality("岩見沢市");
//! let bureau = app.bureau("hokkaido");
//! town.post("/api/v1/challenges").json(&json!({ "title": "除雪" })).send().expect(201);
//! ```

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use chrono::TimeDelta;
use diesel::prelude::*;
use kakehashi::accounts::passwords::{NewPassword, PasswordHash};
use kakehashi::accounts::{
    self, Locale, MemberId, MemberStatus, NewMember, NewOrganization, OrganizationId, OrganizationKind,
    OrganizationStatus, Role,
};
use kakehashi::app::Application;
use kakehashi::clock::Clock;
use kakehashi::db::schema::organizations;
use kakehashi::fields::Email;
use kakehashi::policy::Actor as DeedActor;
use kakehashi::reference::{Bureau, MunicipalityCode};
use kakehashi::services::Services;
use kakehashi::settings::Settings;
use serde_json::{Value, json};

use super::http::{Client, Request};
use super::mail::Mail;
use super::mailbox::Mailbox;
use super::postgres::TestDatabase;

/// Everybody's password, so that it is hashed once for all tests.
pub const PASSWORD: &str = "turnip lantern 7 rivers";

static PASSWORD_HASH: LazyLock<PasswordHash> =
    LazyLock::new(|| wait_for(NewPassword::parse(PASSWORD, &[]).unwrap().hash()).unwrap());

/// Far above what the outbox needs, also on a busy machine.
const MAIL_LIMIT: Duration = Duration::from_secs(20);

/// A running service with its own database, folder and clock. Stops when dropped.
pub struct TestApp {
    origin: String,
    services: Services,
    clock: Clock,
    mailbox: Mailbox,
    people: AtomicU32,
    server: Option<(ServerHandle, JoinHandle<()>)>,
    // Dropped after the server: fields go in the order they are named, and Drop has joined it by then.
    folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

impl TestApp {
    /// Starts one with the settings of tests.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// Starts one after `change` has had its way with the settings.
    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database =
            (std::env::var("TEST_DATABASE").as_deref() == Ok("postgres")).then(TestDatabase::migrated);
        let mut settings = settings(&folder, database.as_ref());
        change(&mut settings);
        let clock = Clock::system();
        let (tell, told) = mpsc::channel();
        let booted = (settings.checked().unwrap(), clock.clone());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let application = Application::build(booted.0, booted.1).await.unwrap();
                let services = application.services().clone();
                tell.send((application.address(), services, application.handle())).unwrap();
                application.run().await.unwrap();
            });
        });
        let mail_dir = folder.path().join("mail");
        let (address, services, handle) = told.recv().expect("the service did not start");
        Self {
            origin: format!("http://{address}"),
            services,
            clock,
            mailbox: Mailbox::watch(mail_dir),
            people: AtomicU32::new(0),
            server: Some((handle, thread)),
            folder,
            _database: database,
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The inside, for what has no door: workers' steps, and rows that no caller may see.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The folder of its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Runs something of the inside to its end.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        wait_for(work)
    }

    /// The oldest unread mail to `recipient` with `words` in its subject; waits until the service has sent it.
    pub fn mail(&self, recipient: &str, words: &str) -> Mail {
        self.mailbox.wait_for(recipient, words, MAIL_LIMIT)
    }

    /// The mails that [`TestApp::mail`] has not handed out, oldest first.
    pub fn unread_mails(&self) -> Vec<Mail> {
        self.mailbox.unread()
    }

    /// Somebody without an account.
    pub fn public(&self) -> Client {
        Client::of(self.origin.clone())
    }

    /// An admin of an approved municipality, by its name; the name must be the only one of its kind. A second
    /// call gives a colleague.
    pub fn municipality(&self, name: &str) -> Actor {
        let mut found = MunicipalityCode::all().filter(|code| code.municipality().name == name);
        let code = found.next().unwrap_or_else(|| panic!("no municipality is called {name}"));
        assert!(found.next().is_none(), "{name} is the name of several; use its code");
        self.municipality_code(code.as_str())
    }

    /// An admin of an approved municipality, by its code. A second call gives a colleague.
    pub fn municipality_code(&self, code: &str) -> Actor {
        self.organization(&NewOrganization::municipality(MunicipalityCode::parse(code).unwrap()))
    }

    /// An admin of a fresh approved vendor with its head office in Tokyo (Chiyoda).
    pub fn vendor(&self, name: &str) -> Actor {
        self.vendor_in(name, "131016")
    }

    /// An admin of a fresh approved vendor with its head office in a municipality.
    pub fn vendor_in(&self, name: &str, code: &str) -> Actor {
        self.organization(&NewOrganization::vendor(name, MunicipalityCode::parse(code).unwrap()))
    }

    /// An admin of a bureau.
    pub fn bureau(&self, slug: &str) -> Actor {
        let bureau = Bureau::parse(slug).unwrap();
        let organization = self.find_organization(OrganizationKind::Bureau, slug);
        self.colleague_in(organization, bureau.name_ja(), Role::Admin)
    }

    /// An admin of the operator.
    pub fn operator(&self) -> Actor {
        self.colleague_in(accounts::OPERATOR, "operator", Role::Admin)
    }

    /// An admin of an approved organization of any kind.
    pub fn organization(&self, new: &NewOrganization) -> Actor {
        self.organization_in(new, OrganizationStatus::Approved)
    }

    /// An admin of an organization of any kind and standing. Where a municipality exists already, a colleague.
    pub fn organization_in(&self, new: &NewOrganization, status: OrganizationStatus) -> Actor {
        let member = self.new_member(Role::Admin);
        let (wanted, first) = (new.clone(), member.clone());
        let enrolled = wait_for(
            self.services
                .perform(DeedActor::system(), move |deed| accounts::enrol(deed, &wanted, status, &first)),
        );
        match enrolled {
            Ok((organization, id)) => self.sign_in(member, id, organization, &new.name),
            Err(_) => {
                let code = new.municipality_code.expect("only municipalities are met again");
                let organization = self.find_organization(OrganizationKind::Municipality, code.as_str());
                self.colleague_in(organization, &new.name, Role::Admin)
            }
        }
    }

    /// Another member of `actor`'s organization.
    pub fn colleague(&self, actor: &Actor, role: Role) -> Actor {
        self.colleague_in(actor.organization, &actor.organization_name, role)
    }

    fn colleague_in(&self, organization: OrganizationId, name: &str, role: Role) -> Actor {
        let member = self.new_member(role);
        let new = member.clone();
        let id = wait_for(self.services.perform(DeedActor::system(), move |deed| {
            accounts::add_member(deed, organization, &new, MemberStatus::Active)
        }))
        .unwrap();
        self.sign_in(member, id, organization, name)
    }

    fn new_member(&self, role: Role) -> NewMember {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        NewMember {
            email: Email::parse(&format!("member{number}@office{number}.example.jp")).unwrap(),
            name: format!("担当 {number}"),
            department: Some("企画課".to_owned()),
            locale: Locale::Ja,
            role,
            password: PASSWORD_HASH.clone(),
        }
    }

    /// The organization of a kind that stands for `place`: a bureau's slug or a municipality's code.
    fn find_organization(&self, kind: OrganizationKind, place: &str) -> OrganizationId {
        let place = place.to_owned();
        let found = self.services.read(move |conn| {
            let here = organizations::bureau.eq(&place).or(organizations::municipality_code.eq(&place));
            let rows = organizations::table.filter(organizations::kind.eq(kind)).filter(here);
            Ok(rows.select(organizations::id).first(conn)?)
        });
        wait_for(found).unwrap()
    }

    fn sign_in(&self, member: NewMember, id: MemberId, organization: OrganizationId, name: &str) -> Actor {
        let email = member.email.to_string();
        Actor {
            client: self.public().with_token(self.access_token(&email)),
            email,
            member: id,
            organization,
            organization_name: name.to_owned(),
        }
    }

    /// The answer to signing in with everybody's password.
    pub fn signed_in(&self, email: &str) -> Value {
        let credentials = json!({ "email": email, "password": PASSWORD });
        self.public().post("/api/v1/auth/sign-in").json(&credentials).send().expect(200).body
    }

    fn access_token(&self, email: &str) -> String {
        self.signed_in(email)["access_token"].as_str().unwrap().to_owned()
    }

    /// The same person after time has passed: with a fresh access token.
    pub fn again(&self, actor: &Actor) -> Actor {
        Actor { client: self.public().with_token(self.access_token(&actor.email)), ..actor.clone() }
    }

    /// Moves the service's time.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            wait_for(handle.stop(false));
            let ended = thread.join();
            if !std::thread::panicking() {
                ended.expect("the service crashed");
            }
        }
    }
}

/// Somebody with a signed-in session.
#[derive(Clone)]
pub struct Actor {
    client: Client,
    pub email: String,
    pub member: MemberId,
    pub organization: OrganizationId,
    pub organization_name: String,
}

impl Actor {
    pub fn get(&self, path: &str) -> Request<'_> {
        self.client.get(path)
    }

    pub fn post(&self, path: &str) -> Request<'_> {
        self.client.post(path)
    }

    pub fn patch(&self, path: &str) -> Request<'_> {
        self.client.patch(path)
    }

    pub fn delete(&self, path: &str) -> Request<'_> {
        self.client.delete(path)
    }
}

fn settings(folder: &tempfile::TempDir, database: Option<&TestDatabase>) -> Settings {
    let mut settings = Settings::load(None).unwrap();
    settings.server.bind = "127.0.0.1:0".to_owned();
    settings.server.public_url = String::new();
    settings.metrics.bind = String::new();
    settings.paths.var = folder.path().join("var");
    settings.database.url = database.map(TestDatabase::url).unwrap_or_default();
    settings.database.connections = 2;
    settings.mail.dir = folder.path().join("mail");
    settings.limits.member_per_second = 100_000;
    settings.limits.member_burst = 100_000;
    settings.limits.address_per_second = 100_000;
    settings.limits.address_burst = 100_000;
    settings.limits.sign_ups_per_minute = 100_000;
    settings
}

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

mod tests {
    use super::*;

    #[test]
    fn the_actors_are_who_they_say_and_nobody_else() {
        let app = TestApp::start();
        let who = |actor: &Actor| {
            let me = actor.get("/api/v1/me").send().expect(200).body;
            assert_eq!(me["member"]["id"], actor.member.to_string());
            assert_eq!(me["organization"]["id"], actor.organization.to_string());
            let text = |pointer| me.pointer(pointer).unwrap().as_str().unwrap().to_owned();
            (text("/organization/kind"), text("/organization/name"), text("/member/role"))
        };
        let said = |kind: &str, name: &str, role: &str| (kind.to_owned(), name.to_owned(), role.to_owned());
        let town = app.municipality("岩見沢市");
        assert_eq!(who(&town), said("municipality", "岩見沢市", "admin"));
        assert_eq!(app.municipality_code("012106").organization, town.organization);
        assert_eq!(who(&app.colleague(&town, Role::Viewer)), said("municipality", "岩見沢市", "viewer"));
        assert_eq!(who(&app.vendor("除雪技研")), said("vendor", "除雪技研", "admin"));
        assert_eq!(who(&app.bureau("hokkaido")), said("bureau", "北海道総合通信局", "admin"));
        assert_eq!(who(&app.operator()).0, "operator");
        app.public().get("/api/v1/me").send().expect(401);
    }

    #[test]
    fn time_passes_when_the_test_says_so() {
        let app = TestApp::start();
        let town = app.municipality("岩見沢市");
        let before = app.services().clock().now();
        app.advance(TimeDelta::hours(2));
        assert!(app.services().clock().now() >= before.plus(TimeDelta::hours(2)));
        town.get("/api/v1/me").send().expect(401);
        app.again(&town).get("/api/v1/me").send().expect(200);
    }

    #[test]
    fn every_app_has_its_own_folder_address_and_people() {
        let (one, two) =
            (TestApp::start(), TestApp::start_with(|settings| settings.accounts.access_token_minutes = 1));
        assert_ne!(one.origin(), two.origin());
        assert!(one.folder().join("var").is_dir());
        assert_ne!(one.folder(), two.folder());
        assert_eq!(two.signed_in(&two.vendor("除雪技研").email)["expires_in"], 60);
        let known = one.run(one.services().read(|conn| {
            Ok(organizations::table
                .filter(organizations::name.eq("除雪技研"))
                .count()
                .get_result::<i64>(conn)?)
        }));
        assert_eq!(known.unwrap(), 0);
    }

    #[test]
    fn an_actor_speaks_every_method() {
        let app = TestApp::start();
        let town = app.municipality("岩見沢市");
        town.patch("/health/live").json(&json!({})).send().expect(405);
        town.delete("/health/live").send().expect(405);
        town.post("/health/live").send().expect(405);
    }
}
