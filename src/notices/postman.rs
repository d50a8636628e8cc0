//! Taking mails from the outbox and handing them to the transport.

use std::time::Duration;

use super::outbox::{self, Ending, Outgoing};
use super::retry::{self, Next, SendError};
use super::transport::{Transport, Unusable};
use super::{LeaseId, MailId};
use crate::failure::Failure;
use crate::services::Services;
use crate::telemetry::masked;
use crate::work::Workers;

/// A lease is renewed this often while its mail is being sent, several times before it would end.
const RENEW_EVERY: Duration = Duration::from_secs(4);
/// How often the outbox is looked at while it is empty; an urgent mail reaches the transport within 5 s.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// What became of a mail is written down even if the database is away for a while: forgetting that it was sent
/// would send it twice.
const SAVE_AGAIN_AFTER: Duration = Duration::from_millis(500);
const SAVE_ATTEMPTS: u32 = 60;

/// Which mails a step takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Only those a person waits for: slow recipients of other mail cannot hold them up.
    Urgent,
    /// All, urgent ones first.
    All,
}

/// Sends what the outbox holds.
#[derive(Clone)]
pub struct Postman {
    transport: Option<Transport>,
}

impl Postman {
    /// A postman with the transport of the settings.
    ///
    /// # Errors
    /// [`Unusable`] when the settings cannot work.
    pub fn new(mail: &crate::settings::Mail) -> Result<Self, Unusable> {
        Ok(Self { transport: Transport::new(mail)? })
    }

    /// Starts the loops of one node: one for urgent mails, three for all.
    pub fn start(&self, services: &Services, workers: &mut Workers) {
        if self.transport.is_none() {
            tracing::info!("mail.transport is off: mails stay queued");
            return;
        }
        let lanes = [
            ("urgent mail", Lane::Urgent),
            ("mail 1", Lane::All),
            ("mail 2", Lane::All),
            ("mail 3", Lane::All),
        ];
        for (name, lane) in lanes {
            let (postman, services) = (self.clone(), services.clone());
            workers.start(name, LOOK_EVERY, move || {
                let (postman, services) = (postman.clone(), services.clone());
                async move { postman.step(&services, lane).await }
            });
        }
    }

    /// Takes one mail, sends it and writes down how it went. Answers whether there may be more.
    ///
    /// # Errors
    /// `Busy` or `Internal` when the outbox cannot be read or written.
    pub async fn step(&self, services: &Services, lane: Lane) -> Result<bool, Failure> {
        let Some(transport) = &self.transport else { return Ok(false) };
        let (now, urgent_only) = (services.clock().now(), lane == Lane::Urgent);
        if !services.read(move |conn| outbox::has_free(conn, now, urgent_only)).await? {
            return Ok(false);
        }
        let lease = LeaseId::new();
        let taken =
            services.db().write(move |conn| outbox::take(conn, now, urgent_only, lease), |_, _| {}).await?;
        // Somebody else was faster; there may be more behind.
        let Some(mail) = taken else { return Ok(true) };
        let (id, secret, attempt) = (mail.id, mail.secret, mail.attempts);
        let to = masked(&mail.recipient);
        let kind = mail.kind;
        let outcome = send(services, transport.clone(), mail, lease).await;
        let ending = match &outcome {
            Ok(()) => Ending::Sent { secret },
            Err(error) => {
                let attempts = services.settings().mail.attempts;
                match retry::after(error, attempt, attempts, rand::random()) {
                    Next::Again(pause) => Ending::Again {
                        due_at: services.clock().now().plus(pause),
                        cause: error.cause().to_owned(),
                    },
                    Next::Dead => Ending::Dead { cause: error.cause().to_owned() },
                }
            }
        };
        match &ending {
            Ending::Sent { .. } => tracing::info!(mail = %id, %kind, to, attempt, "mail sent"),
            Ending::Again { due_at, .. } => {
                tracing::warn!(mail = %id, %kind, to, attempt, %due_at, "mail failed, tried again later");
            }
            Ending::Dead { .. } => tracing::error!(mail = %id, %kind, to, attempt, "mail is dead"),
        }
        count(&ending);
        save(services, id, lease, ending).await?;
        Ok(true)
    }
}

/// Sends on a thread of its own, and keeps the lease meanwhile.
///
/// Never given up half-way: a connection that was left in the middle of a message must not be used for the next.
/// Not a thread of the runtime's: it would wait for a server that does not answer before it lets the process end.
async fn send(
    services: &Services,
    transport: Transport,
    mail: Outgoing,
    lease: LeaseId,
) -> Result<(), SendError> {
    let (id, now) = (mail.id, services.clock().now());
    let (tell, mut told) = tokio::sync::oneshot::channel();
    let span = tracing::Span::current();
    let sending = move || {
        // Nobody listens any more when the service is going down.
        let _unheard = tell.send(span.in_scope(|| transport.send(&mail, now)));
    };
    std::thread::Builder::new()
        .name("mail".to_owned())
        .spawn(sending)
        .map_err(|error| SendError::Failed(format!("no thread: {error}")))?;
    loop {
        tokio::select! {
            outcome = &mut told => {
                return outcome.unwrap_or_else(|_| Err(SendError::Failed("the sender crashed".to_owned())));
            }
            () = tokio::time::sleep(RENEW_EVERY) => renew(services, id, lease).await,
        }
    }
}

async fn renew(services: &Services, id: MailId, lease: LeaseId) {
    let now = services.clock().now();
    let renewed = services.db().write(move |conn| outbox::renew(conn, id, lease, now), |_, _| {}).await;
    match renewed {
        Ok(true) => {}
        Ok(false) => tracing::warn!(mail = %id, "the lease was lost while the mail was being sent"),
        Err(failure) => tracing::warn!(mail = %id, %failure, "the lease could not be renewed"),
    }
}

async fn save(services: &Services, id: MailId, lease: LeaseId, ending: Ending) -> Result<(), Failure> {
    let mut attempt = 1;
    loop {
        let (now, written) = (services.clock().now(), ending.clone());
        let saved =
            services.db().write(move |conn| outbox::end(conn, id, lease, now, &written), |_, _| {}).await;
        match saved {
            Ok(true) => return Ok(()),
            Ok(false) => {
                tracing::warn!(mail = %id, "somebody else took the mail before its result was saved");
                return Ok(());
            }
            Err(failure) if attempt >= SAVE_ATTEMPTS => return Err(failure),
            Err(failure) => {
                tracing::warn!(mail = %id, %failure, "the result of a mail could not be saved yet");
                attempt += 1;
                tokio::time::sleep(SAVE_AGAIN_AFTER).await;
            }
        }
    }
}

fn count(ending: &Ending) {
    match ending {
        Ending::Sent { .. } => metrics::counter!("kakehashi_mails_sent_total").increment(1),
        Ending::Again { .. } => {
            metrics::counter!("kakehashi_mails_failed_total", "then" => "again").increment(1);
        }
        Ending::Dead { .. } => {
            metrics::counter!("kakehashi_mails_failed_total", "then" => "dead").increment(1);
        }
    }
}
