//! The door every handler stands in: who asks, under which version and key, and the two ways in.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use chrono::TimeDelta;

use super::idempotency::{self, Key};
use super::{Answer, Reply, origin, origin_of};
use crate::accounts::{Locale, session};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::policy::{ActingMember, Actor, Who};
use crate::services::{Deed, Services};

/// A request whose caller is known: public, or a member whose token and session hold at this moment.
pub struct Door {
    services: Services,
    actor: Actor,
    method: String,
    path: String,
    idempotency_key: Option<String>,
    if_match: Option<String>,
}

impl Door {
    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The member who asks.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody is signed in.
    pub fn member(&self) -> Result<&ActingMember, Failure> {
        self.actor.member().ok_or(Failure::Unauthenticated("sign_in"))
    }

    /// The language to answer in.
    pub fn locale(&self) -> Locale {
        self.actor.locale()
    }

    /// The shared parts.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Reads and answers.
    ///
    /// # Errors
    /// Whatever `query` answered, or `Busy`.
    pub async fn read<F>(self, query: F) -> Answer
    where
        F: FnOnce(&mut DbConn, &Actor) -> Result<Reply, Failure> + Send + 'static,
    {
        let actor = self.actor;
        let reply = self.services.read(move |conn| query(conn, &actor)).await?;
        Ok(HttpResponse::from(reply))
    }

    /// Changes something and answers, once per idempotency key.
    ///
    /// # Errors
    /// Whatever `work` answered, `KeyReused`, or `Busy`.
    pub async fn write<F>(self, fingerprint: Vec<u8>, work: F) -> Answer
    where
        F: FnOnce(&mut Deed<'_>) -> Result<Reply, Failure> + Send + 'static,
    {
        let key = self.key(fingerprint)?;
        let reply = self
            .services
            .perform(self.actor, move |deed| match &key {
                Some(key) => idempotency::once(deed, key, work),
                None => work(deed),
            })
            .await?;
        Ok(HttpResponse::from(reply))
    }

    /// The version `If-Match` names, for a step that may go without (`None` then, or for `*`).
    ///
    /// # Errors
    /// `Malformed` when the header is no tag of ours.
    pub fn version(&self) -> Result<Option<i32>, Failure> {
        let Some(tag) = self.if_match.as_deref().map(str::trim) else { return Ok(None) };
        if tag == "*" {
            return Ok(None);
        }
        let bare = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
        let malformed = || Failure::Malformed { code: "if_match", detail: String::new() };
        bare.parse().map(Some).map_err(|_| malformed())
    }

    /// The version `If-Match` names, for a PATCH, which must name one.
    ///
    /// # Errors
    /// `VersionRequired` without the header, `Malformed` when it is no tag of ours.
    pub fn required_version(&self) -> Result<i32, Failure> {
        self.version()?.ok_or(Failure::VersionRequired)
    }

    fn key(&self, fingerprint: Vec<u8>) -> Result<Option<Key>, Failure> {
        let (Some(key), Some(member)) = (&self.idempotency_key, self.actor.member()) else { return Ok(None) };
        if key.is_empty() || key.len() > 255 || !key.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            return Err(Failure::Malformed { code: "idempotency_key", detail: String::new() });
        }
        Ok(Some(Key {
            member: member.member,
            method: self.method.clone(),
            path: self.path.clone(),
            key: key.clone(),
            fingerprint,
        }))
    }
}

impl FromRequest for Door {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let services = request
                .app_data::<web::Data<Services>>()
                .map(|data| data.get_ref().clone())
                .ok_or_else(|| Failure::internal("the services are not part of the application"))?;
            let who = authenticate(&request, &services).await?;
            if let Who::Member(member) = &who {
                origin::remember_locale(&request, member.locale);
            }
            Ok(Self {
                actor: Actor { who, origin: origin_of(&request) },
                services,
                method: request.method().to_string(),
                path: request.path().to_owned(),
                idempotency_key: header_text(&request, "idempotency-key")?,
                if_match: header_text(&request, header::IF_MATCH.as_str())?,
            })
        })
    }
}

/// One header as text; several of the same name are refused, for they could be read two ways (ASVS 15.3.7).
fn header_text(request: &HttpRequest, name: &'static str) -> Result<Option<String>, Failure> {
    let malformed = || Failure::Malformed { code: "header", detail: name.to_owned() };
    let mut values = request.headers().get_all(name);
    let first = values.next();
    if values.next().is_some() {
        return Err(malformed());
    }
    first.map(|value| value.to_str().map(str::to_owned).map_err(|_| malformed())).transpose()
}

async fn authenticate(request: &HttpRequest, services: &Services) -> Result<Who, Failure> {
    let Some(header) = header_text(request, header::AUTHORIZATION.as_str())? else { return Ok(Who::Public) };
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim().to_owned(),
        _ => return Err(Failure::Unauthenticated("token_invalid")),
    };
    let now = services.clock().now();
    let idle = TimeDelta::days(services.settings().accounts.session_idle_days);
    let member = services.read(move |conn| session::bearer(conn, now, idle, &token)).await?;
    Ok(Who::Member(Box::new(member)))
}

/// The id in a path.
///
/// # Errors
/// `NotFound` for what is no id: nothing is there.
pub fn id_of<T: std::str::FromStr>(path: &actix_web::web::Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}
