//! One client's conversation (RFC 5321; AUTH after RFC 4954).

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Delivery, Fault, Refusal, Shared};
use crate::support::patience;

/// Speaks with a client until it leaves, then closes the connection.
pub(super) fn serve(stream: TcpStream, shared: &Shared) {
    // A client that goes away in the middle ends its own conversation, nothing else.
    let _ = converse(&stream, shared);
    // Closed by hand: the sink holds the connection too, to break it when it stops.
    let _ = stream.shutdown(Shutdown::Both);
}

fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut session = Session {
        shared,
        input: BufReader::new(stream),
        output: stream,
        greeted: false,
        login: None,
        envelope: None,
    };
    session.say("220 sink ESMTP")?;
    while let Some(line) = session.line()? {
        if !session.obey(&line)? {
            break;
        }
    }
    Ok(())
}

struct Session<'s> {
    shared: &'s Shared,
    input: BufReader<&'s TcpStream>,
    output: &'s TcpStream,
    greeted: bool,
    login: Option<String>,
    envelope: Option<Envelope>,
}

#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

impl Session<'_> {
    /// Obeys one command; `false` when the conversation is over.
    fn obey(&mut self, line: &str) -> io::Result<bool> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet("250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN")?,
            "HELO" => self.greet("250 sink")?,
            "AUTH" => self.authenticate(rest)?,
            "MAIL" => self.begin(rest)?,
            "RCPT" => self.add_recipient(rest)?,
            "DATA" => return self.receive(),
            "RSET" => {
                self.envelope = None;
                self.say("250 2.0.0 forgotten")?;
            }
            "NOOP" => self.say("250 2.0.0 nothing done")?,
            "QUIT" => {
                self.say("221 2.0.0 bye")?;
                return Ok(false);
            }
            _ => self.say("500 5.5.1 unknown command")?,
        }
        Ok(true)
    }

    fn greet(&mut self, answer: &str) -> io::Result<()> {
        self.greeted = true;
        self.envelope = None;
        self.say(answer)
    }

    fn authenticate(&mut self, rest: &str) -> io::Result<()> {
        let (mechanism, first) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let response = if first.is_empty() { self.ask("")? } else { decode(first) };
                plain(&response)
            }
            "LOGIN" => Some((self.ask("Username:")?, self.ask("Password:")?)),
            _ => return self.say("504 5.5.4 PLAIN or LOGIN"),
        };
        let required = self.shared.lock().credentials.clone();
        if given.is_none() || required.is_some() && given != required {
            return self.say("535 5.7.8 wrong user or password");
        }
        self.login = given.map(|(user, _)| user);
        self.say("235 2.7.0 welcome")
    }

    fn begin(&mut self, rest: &str) -> io::Result<()> {
        if !self.greeted {
            return self.say("503 5.5.1 say EHLO first");
        }
        if self.login.is_none() && self.shared.lock().credentials.is_some() {
            return self.say("530 5.7.0 sign in first");
        }
        let Some(from) = path(rest) else { return self.say("501 5.5.4 MAIL FROM:<address>") };
        self.envelope = Some(Envelope { from, to: Vec::new() });
        self.say("250 2.1.0 ok")
    }

    fn add_recipient(&mut self, rest: &str) -> io::Result<()> {
        let Some(to) = path(rest) else { return self.say("501 5.5.4 RCPT TO:<address>") };
        let refusal = self.shared.lock().refusals.get(&to).copied();
        match (refusal, &mut self.envelope) {
            (_, None) => self.say("503 5.5.1 say MAIL first"),
            (Some(Refusal::Permanent), _) => self.say("550 5.1.1 no such mailbox"),
            (Some(Refusal::Temporary), _) => self.say("451 4.3.0 try again later"),
            (None, Some(envelope)) => {
                envelope.to.push(to);
                self.say("250 2.1.5 ok")
            }
        }
    }

    fn receive(&mut self) -> io::Result<bool> {
        let Some(Envelope { from, to }) = self.envelope.take_if(|envelope| !envelope.to.is_empty()) else {
            self.say("503 5.5.1 no recipient")?;
            return Ok(true);
        };
        self.say("354 end with a line of one dot")?;
        let Some(data) = self.message()? else { return Ok(false) };
        let fault = self.shared.lock().faults.pop_front();
        if let Some(Fault::Delay(time)) = fault {
            patience::pause(time);
        }
        let acknowledged = !matches!(fault, Some(Fault::DropBeforeAnswer));
        let delivery = Delivery { login: self.login.clone(), from, to, data, acknowledged };
        // Before the answer: whoever has the answer finds the delivery.
        self.shared.lock().unread.push(delivery);
        if acknowledged {
            self.say("250 2.0.0 queued")?;
        }
        Ok(acknowledged)
    }

    /// A message up to the lonely dot, dots unstuffed; `None` when the client left before it.
    fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        let mut line = Vec::new();
        while self.input.read_until(b'\n', &mut line)? > 0 {
            if line == b".\r\n" {
                return Ok(Some(message));
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            line.clear();
        }
        Ok(None)
    }

    /// Sends a challenge of AUTH and reads its answer.
    fn ask(&mut self, challenge: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(challenge)))?;
        Ok(decode(&self.line()?.unwrap_or_default()))
    }

    fn say(&mut self, answer: &str) -> io::Result<()> {
        self.output.write_all(format!("{answer}\r\n").as_bytes())
    }

    /// The client's next line, without its end; `None` when it left.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let length = self.input.read_until(b'\n', &mut line)?;
        Ok((length > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }
}

/// The address of `FROM:<address> PARAMETERS`.
fn path(rest: &str) -> Option<String> {
    let (_, rest) = rest.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.to_owned())
}

/// User and password of AUTH PLAIN: `authorization NUL user NUL password` (RFC 4616).
fn plain(response: &str) -> Option<(String, String)> {
    let mut parts = response.split('\0').skip(1).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}

/// What a client sends during AUTH; nothing when it is no base64.
fn decode(text: &str) -> String {
    STANDARD.decode(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
