//! The running service: built from its settings, the same in production and in every test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, NormalizePath, TrailingSlash, from_fn};
use actix_web::{App, HttpServer, web};

use crate::accounts;
use crate::attachments::{self, Vault, VaultError};
use crate::audit;
use crate::challenges;
use crate::clock::Clock;
use crate::db::{DatabaseUrl, Db, DbError};
use crate::failure::Failure;
use crate::fields_wanted;
use crate::housekeeping;
use crate::matches::{self, Ranking};
use crate::notices;
use crate::proposals;
use crate::questions;
use crate::rounds;
use crate::router;
use crate::services::Services;
use crate::sessions;
use crate::settings::Settings;
use crate::telemetry;
use crate::watches;
use crate::web::{
    RateLimits, TrustedProxies, keep_cookies, problem_details, rate_limit, security_headers, trace_request,
};
use crate::work::Workers;

/// Why the service could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] DbError),
    /// The address to listen on, or a folder.
    #[error("{what}: {cause}")]
    Io {
        /// Which address or folder.
        what: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The reference data or the first rows.
    #[error("preparing the data: {0}")]
    Data(#[from] Failure),
    /// The database's address.
    #[error(transparent)]
    Url(#[from] crate::db::UnknownScheme),
    /// The folder of the attachments.
    #[error("uploads: {0}")]
    Uploads(#[from] VaultError),
    /// The way mails leave.
    #[error("mail: {0}")]
    Mail(#[from] notices::Unusable),
}

fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> StartError {
    let what = what.into();
    move |cause| StartError::Io { what, cause }
}

/// A service that listens and waits to be run.
pub struct Application {
    server: Server,
    address: SocketAddr,
    services: Services,
    workers: Workers,
    metrics: Option<Server>,
}

impl Application {
    /// Opens the database, brings it up to date, binds the address and prepares the workers.
    ///
    /// # Errors
    /// [`StartError`] naming the part that failed.
    pub async fn build(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        prepare_var(&settings)?;
        let db = open_database(&settings)?;
        migrate(&db).await?;
        let listener =
            std::net::TcpListener::bind(&settings.server.bind).map_err(io(&settings.server.bind))?;
        let address = listener.local_addr().map_err(io(&settings.server.bind))?;
        let public_url = settings.public_url(&address.to_string());
        let services = Services::new(db, clock, settings, public_url);
        accounts::seed(&services).await?;
        let ranking = Ranking::load(services.db(), &services.settings().paths.var).await?;
        services.listen(Box::new(ranking.clone()));
        let limits = RateLimits::new(&services.settings().limits);
        let vault = Vault::open(&services.settings().paths.var.join("uploads"))?;
        let server = serve(&services, &ranking, &limits, &vault, listener)?;
        let metrics = telemetry::serve_metrics(&services);
        let mut workers = start_workers(&services, &ranking)?;
        let sweeper = services.clone();
        workers.start("attachments", attachments::SWEEP_EVERY, move || {
            let (services, vault) = (sweeper.clone(), vault.clone());
            async move { attachments::sweep(&services, &vault).await }
        });
        workers.start("rate limits", LIMITS_FORGET_EVERY, move || {
            let limits = limits.clone();
            async move {
                limits.forget_idle();
                Ok(false)
            }
        });
        Ok(Self { server, address, services, workers, metrics })
    }

    /// The address it listens on, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The shared parts.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Stops it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is told to stop: no new connections, requests in flight finish, then the workers stop.
    ///
    /// # Errors
    /// [`StartError::Io`] when the server fails.
    pub async fn run(self) -> Result<(), StartError> {
        let metrics = self.metrics.map(|server| {
            let handle = server.handle();
            actix_web::rt::spawn(server);
            handle
        });
        let outcome = self.server.await.map_err(io("server"));
        self.workers.stop(WORKERS_END_WITHIN).await;
        seal_the_rest(&self.services).await;
        if let Some(handle) = metrics {
            handle.stop(false).await;
        }
        outcome
    }
}

/// What the workers get to finish their step, after the requests had `server.shutdown_seconds`.
const WORKERS_END_WITHIN: Duration = Duration::from_secs(2);

/// How often addresses and tokens that have their whole quota again are forgotten, so that the counters stay small.
const LIMITS_FORGET_EVERY: Duration = Duration::from_secs(60);

/// So that nothing is left open for whoever touches the tables while the service is down.
async fn seal_the_rest(services: &Services) {
    while let Ok(true) =
        audit::seal(services).await.inspect_err(|failure| tracing::warn!(%failure, "not sealed"))
    {}
}

/// Every loop of a node on one page.
fn start_workers(services: &Services, ranking: &Ranking) -> Result<Workers, StartError> {
    let mut workers = Workers::default();
    let sealer = services.clone();
    workers.start("audit sealer", Duration::from_millis(500), move || {
        let services = sealer.clone();
        async move { audit::seal(&services).await }
    });
    workers.start("metrics upkeep", telemetry::UPKEEP_EVERY, || async {
        telemetry::upkeep();
        Ok(false)
    });
    let sweeper = services.clone();
    workers.start("housekeeping", housekeeping::EVERY, move || {
        let services = sweeper.clone();
        async move { housekeeping::sweep(&services).await }
    });
    let closer = services.clone();
    workers.start("challenge deadlines", challenges::DEADLINES_EVERY, move || {
        let services = closer.clone();
        async move { challenges::close_due(&services).await }
    });
    let warner = services.clone();
    workers.start("challenge warnings", challenges::DEADLINES_EVERY, move || {
        let services = warner.clone();
        async move { challenges::warn_closing_soon(&services).await }
    });
    let opener = services.clone();
    workers.start("proposals to open", proposals::LOOK_EVERY, move || {
        let services = opener.clone();
        async move { proposals::open_due(&services).await }
    });
    let reminder = services.clone();
    workers.start("proposals without answer", questions::CHASE_EVERY, move || {
        let services = reminder.clone();
        async move { proposals::chase(&services).await }
    });
    let chaser = services.clone();
    workers.start("questions without answer", questions::CHASE_EVERY, move || {
        let services = chaser.clone();
        async move { questions::chase(&services).await }
    });
    let ender = services.clone();
    workers.start("fields wanted", fields_wanted::CLOSE_EVERY, move || {
        let services = ender.clone();
        async move { fields_wanted::close_due(&services).await }
    });
    let turner = services.clone();
    workers.start("round windows", rounds::TURNS_EVERY, move || {
        let services = turner.clone();
        async move { rounds::turn_due(&services).await }
    });
    let holder = services.clone();
    workers.start("session ends", sessions::ENDS_EVERY, move || {
        let services = holder.clone();
        async move { sessions::hold_due(&services).await }
    });
    matches::start(services, ranking, &mut workers);
    watches::start(services, ranking, &mut workers);
    notices::start(services, &mut workers)?;
    Ok(workers)
}

fn serve(
    services: &Services,
    ranking: &Ranking,
    limits: &RateLimits,
    vault: &Vault,
    listener: std::net::TcpListener,
) -> Result<Server, StartError> {
    let settings = services.settings();
    let shared = web::Data::new(services.clone());
    let ranking = web::Data::new(ranking.clone());
    let limits = web::Data::new(limits.clone());
    let vault = web::Data::new(vault.clone());
    let proxies = web::Data::new(TrustedProxies(Arc::new(settings.server.trusted_proxies.clone())));
    let factory = move || {
        // Outermost last: every answer, also a refused one, is traced, has its headers and is a problem.
        App::new()
            .app_data(shared.clone())
            .app_data(ranking.clone())
            .app_data(limits.clone())
            .app_data(vault.clone())
            .app_data(proxies.clone())
            .configure(router::configure)
            .wrap(NormalizePath::new(TrailingSlash::Trim))
            .wrap(from_fn(rate_limit))
            .wrap(from_fn(problem_details))
            .wrap(from_fn(keep_cookies))
            .wrap(Compress::default())
            .wrap(from_fn(security_headers))
            .wrap(from_fn(trace_request))
    };
    let server = HttpServer::new(factory)
        .workers(2)
        // An answer leaves in more than one write; Nagle's algorithm would hold the rest back until the client's delayed
        // acknowledgement, 40 ms on a connection that is kept.
        .tcp_nodelay(true)
        .shutdown_timeout(settings.server.shutdown_seconds)
        .client_request_timeout(Duration::from_secs(10))
        .disable_signals()
        .listen(listener)
        .map_err(io(&settings.server.bind))?;
    Ok(server.run())
}

/// Opens the database the settings name.
///
/// # Errors
/// [`StartError::Url`]; [`StartError::Io`] when the file cannot be made.
pub fn open_database(settings: &Settings) -> Result<Db, StartError> {
    let url = DatabaseUrl::parse(&settings.database.url)?;
    if let DatabaseUrl::Sqlite(file) = &url {
        keep_private(file)?;
    }
    if url.may_go_unencrypted() {
        tracing::warn!(
            "database.url names a server elsewhere without sslmode=require, verify-ca or verify-full: \
             rows and the password may cross the network in the clear"
        );
    }
    let wait = Duration::from_secs(settings.database.wait_seconds);
    Ok(Db::new(url, settings.database.connections, wait))
}

/// Makes the database file, or narrows its rights, before anything is written: it holds password hashes and keys, and
/// SQLite gives its log the rights of the file.
fn keep_private(file: &std::path::Path) -> Result<(), StartError> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let failed = || file.display().to_string();
    let made =
        std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(file).map_err(io(failed()))?;
    made.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(io(failed()))
}

/// Runs the migrations that are missing.
///
/// # Errors
/// [`StartError::Database`].
pub async fn migrate(db: &Db) -> Result<(), StartError> {
    let db = db.clone();
    let ran = db.on_writer(|conn| conn.migrate()).await?;
    for name in ran {
        tracing::info!(migration = name, "migrated");
    }
    Ok(())
}

/// Makes the folder of keys, database and mails, readable by its owner only.
///
/// # Errors
/// [`StartError::Io`].
pub fn prepare_var(settings: &Settings) -> Result<(), StartError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let var = &settings.paths.var;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(var).map_err(io(var.display().to_string()))
}
