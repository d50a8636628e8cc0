//! Rate limits: by member where somebody is signed in, by address otherwise.
//!
//! Kept in memory per node: they protect the node. What protects accounts (the growing delay of sign-in) is in
//! the database, see `accounts`.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};

use super::origin_of;
use crate::failure::Failure;
use crate::settings::Limits;

type Keyed = RateLimiter<Vec<u8>, DefaultKeyedStateStore<Vec<u8>>, DefaultClock, StateInformationMiddleware>;

/// How many times the quota of an anonymous address the signed-in requests of one address may take together: a
/// prefecture may share one address.
const SHARING: u32 = 50;

/// The counters of one node.
#[derive(Clone)]
pub struct RateLimits(Arc<Inner>);

struct Inner {
    by_member: Keyed,
    by_address: Keyed,
    in_all: Keyed,
    sign_ups: Keyed,
    link_mails: Keyed,
    clock: DefaultClock,
}

/// How much of a quota is left.
struct Left {
    limit: u32,
    remaining: u32,
}

impl RateLimits {
    /// Counters with the bounds of the settings.
    pub fn new(limits: &Limits) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let keyed = |quota| RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        let per_second =
            |rate, burst| keyed(Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst)));
        Self(Arc::new(Inner {
            by_member: per_second(limits.member_per_second, limits.member_burst),
            by_address: per_second(limits.address_per_second, limits.address_burst),
            in_all: per_second(
                limits.address_per_second.saturating_mul(SHARING),
                limits.address_burst.saturating_mul(SHARING),
            ),
            sign_ups: keyed(Quota::per_minute(at_least_one(limits.sign_ups_per_minute))),
            link_mails: keyed(Quota::per_minute(at_least_one(limits.sign_ups_per_minute))),
            clock: DefaultClock::default(),
        }))
    }

    /// Counts one sign-up from `address`.
    ///
    /// # Errors
    /// `TooMany` over the bound.
    pub fn count_sign_up(&self, address: Option<IpAddr>) -> Result<(), Failure> {
        self.count(&self.0.sign_ups, key_of(address)).map(|_| ())
    }

    /// Counts one request from `address` for another link by mail: apart from sign-ups, so that an office that signs
    /// up can still reset a password.
    ///
    /// # Errors
    /// `TooMany` over the bound, which is that of sign-ups.
    pub fn count_link_mail(&self, address: Option<IpAddr>) -> Result<(), Failure> {
        self.count(&self.0.link_mails, key_of(address)).map(|_| ())
    }

    /// Forgets keys that have their whole quota again.
    pub fn forget_idle(&self) {
        let all =
            [&self.0.by_member, &self.0.by_address, &self.0.in_all, &self.0.sign_ups, &self.0.link_mails];
        for limiter in all {
            limiter.retain_recent();
        }
    }

    fn count(&self, limiter: &Keyed, key: Vec<u8>) -> Result<Left, Failure> {
        match limiter.check_key(&key) {
            Ok(state) => Ok(Left {
                limit: state.quota().burst_size().get(),
                remaining: state.remaining_burst_capacity(),
            }),
            Err(refused) => {
                let wait = refused.wait_time_from(self.0.clock.now());
                Err(Failure::TooMany { retry_after: wait.max(Duration::from_secs(1)) })
            }
        }
    }
}

/// An address as a key. Who has an IPv6 address has its whole /64 (RFC 6177), so that is counted as one.
fn key_of(address: Option<IpAddr>) -> Vec<u8> {
    match address {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(8).collect(),
        None => Vec::new(),
    }
}

/// Counts every request and tells what is left (`RateLimit-Limit`, `RateLimit-Remaining`).
///
/// A bearer token, or the secret of a browser's cookie, is counted by its hash before anything is verified: a flood with one token, valid or not,
/// costs no database read. Its address is counted too, with room for the many members of an office that share
/// one, so that inventing a token for each request buys little.
///
/// # Errors
/// Those of the inner service; over the bound the answer is `TooMany`.
pub async fn rate_limit<B: MessageBody>(
    limits: web::Data<RateLimits>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let bearer = request.headers().get(actix_web::http::header::AUTHORIZATION);
    let token = bearer.map(|token| token.as_bytes().to_vec()).or_else(|| {
        super::cookies::session_of(request.request()).map(|secret| secret.reveal().as_bytes().to_vec())
    });
    let address = key_of(origin_of(request.request()).address);
    let counted = match token {
        Some(token) => limits
            .count(&limits.0.in_all, address)
            .and_then(|_| limits.count(&limits.0.by_member, Sha256::digest(&token).to_vec())),
        None => limits.count(&limits.0.by_address, address),
    };
    let left = match counted {
        Ok(left) => left,
        Err(failure) => return Ok(request.error_response(failure).map_into_right_body()),
    };
    let mut response = next.call(request).await?.map_into_left_body();
    for (name, value) in [("ratelimit-limit", left.limit), ("ratelimit-remaining", left.remaining)] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    Ok(response)
}
