//! A real SMTP server that keeps what it receives, and refuses or fails when a test asks for it.
//!
//! It speaks the protocol over a socket (RFC 5321, with AUTH PLAIN and LOGIN), so that what the application's
//! transport puts on the wire is what is tested.

mod session;
mod tests;

use std::collections::{HashMap, VecDeque};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::mail::Mail;
use super::patience;

/// One message as it came over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The user who signed in on the connection.
    pub login: Option<String>,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients, without those refused.
    pub to: Vec<String>,
    /// The message, dots unstuffed.
    pub data: Vec<u8>,
    /// Whether the sender was told that we have it; otherwise an honest sender sends it again.
    pub acknowledged: bool,
}

impl Delivery {
    /// The message, decoded.
    pub fn mail(&self) -> Mail {
        Mail::parse(&self.data)
    }

    fn is_about(&self, recipient: &str, words: &str) -> bool {
        self.to.iter().any(|to| to == recipient) && self.mail().subject.contains(words)
    }
}

/// How a recipient is refused.
#[derive(Debug, Clone, Copy)]
pub enum Refusal {
    /// 550: there is no such mailbox, and there will be none.
    Permanent,
    /// 451: not now.
    Temporary,
}

/// What goes wrong after a message has come in whole.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// The connection breaks before the answer: the message is here, and its sender cannot know.
    DropBeforeAnswer,
    /// The answer takes this long.
    Delay(Duration),
}

/// The server. Stops listening and breaks its connections when dropped.
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

impl SmtpSink {
    /// Listens on a free loopback port.
    pub fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let listener = Some(thread::spawn({
            let shared = shared.clone();
            move || listen(&socket, &shared)
        }));
        Self { address, shared, listener }
    }

    /// Where it listens, as `mail.smtp_url` takes it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Refuses `recipient` until [`SmtpSink::accept`].
    pub fn refuse(&self, recipient: &str, refusal: Refusal) {
        self.shared.lock().refusals.insert(recipient.to_owned(), refusal);
    }

    /// Takes mail for `recipient` again.
    pub fn accept(&self, recipient: &str) {
        self.shared.lock().refusals.remove(recipient);
    }

    /// Takes mail only from who signs in with these.
    pub fn require_login(&self, user: &str, password: &str) {
        self.shared.lock().credentials = Some((user.to_owned(), password.to_owned()));
    }

    /// Makes the next message fail; several calls, several messages, one after the other.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.lock().faults.push_back(fault);
    }

    /// Forgets the failures that were ordered and have not come up yet.
    pub fn forgive(&self) {
        self.shared.lock().faults.clear();
    }

    /// The oldest delivery nobody has read yet to `recipient` with `words` in the subject, acknowledged or not.
    ///
    /// Panics when none comes within `limit`, and lists the deliveries that did come.
    pub fn wait_for(&self, recipient: &str, words: &str, limit: Duration) -> Delivery {
        patience::until(limit, || self.take(recipient, words)).unwrap_or_else(|| {
            let unread: Vec<_> = self.unread().into_iter().map(|one| (one.mail().subject, one.to)).collect();
            panic!("no mail to {recipient} about {words:?} within {limit:?}; unread: {unread:?}")
        })
    }

    /// The deliveries that no [`SmtpSink::wait_for`] has handed out, oldest first.
    pub fn unread(&self) -> Vec<Delivery> {
        self.shared.lock().unread.clone()
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections.len()
    }

    fn take(&self, recipient: &str, words: &str) -> Option<Delivery> {
        let unread = &mut self.shared.lock().unread;
        let found = unread.iter().position(|delivery| delivery.is_about(recipient, words))?;
        Some(unread.remove(found))
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        // Wakes the listener, which waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        for connection in &self.shared.lock().connections {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

/// What the sessions, the listener and the test share.
#[derive(Default)]
struct Shared(Mutex<State>);

impl Shared {
    /// A test that panicked with the lock leaves a state that is still whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[derive(Default)]
struct State {
    unread: Vec<Delivery>,
    refusals: HashMap<String, Refusal>,
    credentials: Option<(String, String)>,
    faults: VecDeque<Fault>,
    connections: Vec<TcpStream>,
    stopping: bool,
}

fn listen(socket: &TcpListener, shared: &Arc<Shared>) {
    for connection in socket.incoming() {
        let Ok(connection) = connection else { continue };
        let shared = shared.clone();
        {
            let mut state = shared.lock();
            if state.stopping {
                return;
            }
            state.connections.extend(connection.try_clone());
        }
        thread::spawn(move || session::serve(connection, &shared));
    }
}
