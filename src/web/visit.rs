//! The door of the pages: who reads, in which language, and the two ways in. [`Sent`] is the same with a form.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::cookies::{self, Flash};
use super::forms::Typed;
use super::idempotency::{self, Key};
use super::page::{Frame, SignedIn, locale_of};
use super::{Answer, Lapsed, Reply, Shell, csrf, origin_of};
use crate::accounts::{Locale, Secret, session};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{ActingMember, Actor, Who};
use crate::services::{Deed, Services};
use crate::{moderation, notices};

/// How old the note of a session's last use may be before it is written anew.
const TOUCH_AFTER: TimeDelta = TimeDelta::minutes(15);

/// A page request whose reader is known: nobody in particular, or a member whose session holds at this moment.
pub struct Visit {
    services: Services,
    actor: Actor,
    locale: Locale,
    frame: Frame,
    cookie: Option<Secret>,
    request: HttpRequest,
}

impl Visit {
    /// Who reads.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The member who reads.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody is signed in; a page then leads to sign-in and back.
    pub fn member(&self) -> Result<&ActingMember, Failure> {
        self.actor.member().ok_or(Failure::Unauthenticated("sign_in"))
    }

    /// The language of the page.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The shared parts.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The request itself.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The secret of the session's cookie, when the session holds.
    pub fn cookie(&self) -> Option<&Secret> {
        self.cookie.as_ref()
    }

    /// Whether a script asks, which wants JSON, and not a person who wants a page.
    pub fn is_script(&self) -> bool {
        let accept = self.request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        !accept.is_some_and(|accept| accept.contains("text/html"))
    }

    /// One value of the query string.
    pub fn query(&self, name: &str) -> Option<String> {
        super::page::query_value(&self.request, name)
    }

    /// The frame of the page; `title_key` names its title in the locale files.
    pub fn shell(&self, title_key: &str) -> Shell {
        Shell::framed(&self.request, self.frame.clone(), self.locale, title_key)
    }

    /// Reads.
    ///
    /// # Errors
    /// Whatever `query` answered, or `Busy`.
    pub async fn read<T, F>(&self, query: F) -> Result<T, Failure>
    where
        F: FnOnce(&mut DbConn, &Actor) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let actor = self.actor.clone();
        self.services.read(move |conn| query(conn, &actor)).await
    }

    /// Sends the reader on to `path` with a GET (303).
    pub fn go(&self, path: impl AsRef<str>) -> HttpResponse {
        HttpResponse::SeeOther().insert_header((header::LOCATION, path.as_ref())).finish()
    }

    /// [`Visit::go`], and the page there says what was done.
    pub fn go_saying(&self, path: impl AsRef<str>, flash: &Flash) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, path.as_ref()))
            .cookie(flash.cookie(&self.services))
            .finish()
    }
}

impl Visit {
    /// Remembers the form that is being answered, for its page in the other language. What came with files cannot be had again.
    fn answer(&mut self, typed: &Typed) {
        if is_urlencoded(&self.request) {
            self.frame.answers = Some(typed.clone().without_passwords());
            self.request.extensions_mut().insert(self.frame.clone());
        }
    }

    /// The visit of a request whose body is read by somebody else.
    ///
    /// # Errors
    /// `Busy`.
    pub async fn of(request: &HttpRequest) -> Result<Self, Failure> {
        arrive(request.clone()).await
    }
}

impl FromRequest for Visit {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { arrive(request).await })
    }
}

async fn arrive(request: HttpRequest) -> Result<Visit, Failure> {
    let services = request
        .app_data::<web::Data<Services>>()
        .map(|data| data.get_ref().clone())
        .ok_or_else(|| Failure::internal("the services are not part of the application"))?;
    let mut origin = origin_of(&request);
    let mut cookie = cookies::session_of(&request);
    let (mut who, mut frame, mut chosen) = (Who::Public, Frame::public(), None);
    if let Some(secret) = cookie.clone() {
        let found = here(&services, secret.clone()).await?;
        match found {
            Some((member, signed_in)) => {
                frame = Frame { signed_in: Some(signed_in), csrf: csrf::token(&secret), ..frame };
                frame.places.extend(places(&member));
                chosen = Some(member.locale);
                who = Who::Member(Box::new(member));
            }
            None => cookie = None,
        }
    }
    if services.settings().demonstration.is_some() {
        frame.places.push(("/mailbox", "nav.mailbox"));
    }
    let locale = locale_of(&request, chosen);
    origin.locale = Some(locale);
    super::origin::remember_locale(&request, locale);
    request.extensions_mut().insert(frame.clone());
    Ok(Visit { services, actor: Actor { who, origin }, locale, frame, cookie, request })
}

/// The member behind the cookie and what the header shows of them.
async fn here(services: &Services, secret: Secret) -> Result<Option<(ActingMember, SignedIn)>, Failure> {
    let now = services.clock().now();
    let idle = TimeDelta::days(services.settings().accounts.session_idle_days);
    let found = services
        .read(move |conn| {
            let Some(present) = session::present(conn, now, idle, &secret)? else { return Ok(None) };
            let unread = notices::unread(conn, present.member.member, now)?;
            let waiting = moderation::waiting_for(conn, &present.member)?;
            Ok(Some((present, unread, waiting)))
        })
        .await?;
    let Some((present, unread, waiting)) = found else { return Ok(None) };
    if present.last_used_at.plus(TOUCH_AFTER) < now {
        let session = present.member.session;
        services.perform(Actor::system(), move |deed| session::touch(deed, session)).await?;
    }
    let signed_in = SignedIn { name: present.name, organization: present.organization, unread, waiting };
    Ok(Some((present.member, signed_in)))
}

fn is_urlencoded(request: &HttpRequest) -> bool {
    let sent = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    sent.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Where a member goes beyond what everybody may see.
fn places(member: &ActingMember) -> Vec<(&'static str, &'static str)> {
    use crate::accounts::OrganizationKind::{Bureau, Municipality, Operator, Vendor};
    match member.kind {
        Vendor => vec![
            ("/our-solutions", "nav.our_solutions"),
            ("/for-you", "nav.for_you"),
            ("/matches", "nav.matches"),
            ("/proposals", "nav.proposals"),
            ("/our-sessions", "nav.our_sessions"),
        ],
        Municipality => vec![
            ("/our-challenges", "nav.our_challenges"),
            ("/matches", "nav.matches"),
            ("/proposals", "nav.proposals"),
            ("/our-sessions", "nav.our_sessions"),
        ],
        Bureau => vec![
            ("/moderation", "nav.moderation"),
            ("/matches", "nav.matches"),
            ("/proposals", "nav.proposals"),
            ("/organizations", "nav.organizations"),
            ("/imports", "nav.imports"),
        ],
        Operator => vec![
            ("/moderation", "nav.moderation"),
            ("/organizations", "nav.organizations"),
            ("/operations", "nav.operations"),
        ],
    }
}

/// A form that was sent from a page of ours, and the [`Visit`] it belongs to.
///
/// Refuses other sites (403), bodies of another type (415) or over the limit (413). A form that was shown to a
/// session which has ended since is not lost: its sender signs in and sends it on ([`Lapsed`]).
pub struct Sent {
    /// Who sent it.
    pub visit: Visit,
    /// What was typed.
    pub typed: Typed,
    fingerprint: Vec<u8>,
}

impl Sent {
    /// A form that was read already, if it was sent from a page that we showed to this session.
    ///
    /// # Errors
    /// `Forbidden` (`cross_site`), [`Lapsed`].
    pub fn admit(mut visit: Visit, typed: Typed) -> Result<Self, actix_web::Error> {
        if !csrf::same_origin(&visit.request, visit.services.public_url()) {
            return Err(Failure::Forbidden("cross_site").into());
        }
        let token = typed.get("csrf").to_owned();
        // The language switch sends the form whole, as it came.
        let typed = match typed.has("again") {
            true => Typed::parse(typed.get("again").as_bytes()),
            false => typed.without("csrf"),
        };
        visit.answer(&typed);
        let shown_to_us = match &visit.cookie {
            Some(session) => csrf::holds(session, &token),
            // Nobody is signed in, and nobody was when the form was written.
            None => token.is_empty(),
        };
        if !shown_to_us {
            return Err(Lapsed::new(&visit, typed).into());
        }
        let fingerprint = Sha256::digest(typed.encoded().as_bytes()).to_vec();
        Ok(Self { visit, typed, fingerprint })
    }

    /// Changes something.
    ///
    /// # Errors
    /// Whatever `work` answered, or `Busy`.
    pub async fn perform<T, F>(&self, work: F) -> Result<T, Failure>
    where
        F: FnOnce(&mut Deed<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        self.visit.services.perform(self.visit.actor.clone(), work).await
    }

    /// Changes something once, however often the same form is sent; answers the path to go to.
    ///
    /// # Errors
    /// Whatever `work` answered, or `Busy`.
    pub async fn once<F>(&self, work: F) -> Result<String, Failure>
    where
        F: FnOnce(&mut Deed<'_>) -> Result<String, Failure> + Send + 'static,
    {
        let once = self.typed.get("once").to_owned();
        let key =
            self.visit.actor.member().filter(|_| !once.is_empty() && once.len() <= 64).map(|member| Key {
                member: member.member,
                method: "POST".to_owned(),
                path: self.visit.request.path().to_owned(),
                // Whoever goes back, changes the form and sends it again means it.
                key: format!("{once}:{}", crate::audit::hex(&self.fingerprint)),
                fingerprint: self.fingerprint.clone(),
            });
        let work = |deed: &mut Deed<'_>| {
            let path = work(deed)?;
            Ok(Reply { status: 303, location: Some(path), etag: None, body: String::new() })
        };
        let reply = self
            .perform(move |deed| match &key {
                Some(key) => idempotency::once(deed, key, work),
                None => work(deed),
            })
            .await?;
        reply.location.ok_or_else(|| Failure::internal("a kept answer of a form leads nowhere"))
    }
}

impl FromRequest for Sent {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let visit = arrive(request.clone()).await?;
            // Percent-encoding triples what is not ASCII.
            let limit = visit.services.settings().server.max_body_bytes.saturating_mul(3);
            let bytes = super::body::read_form(&request, &mut payload, limit).await?;
            Self::admit(visit, Typed::parse(&bytes))
        })
    }
}

/// A rendered page.
///
/// # Errors
/// `Internal` when the template fails.
pub fn shown(template: &impl askama::Template) -> Answer {
    super::page::html(200, template)
}
