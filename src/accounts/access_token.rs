//! Access tokens: short-lived JWTs (RFC 7519) that carry a session's id and nothing that could go stale.

use chrono::TimeDelta;
use diesel::prelude::*;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{MemberId, SessionId};
use crate::db::schema::signing_keys;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;

/// The only algorithm we make or accept (RFC 8725 section 3.1).
const ALGORITHM: Algorithm = Algorithm::HS256;
const ISSUER: &str = "kakehashi";
const AUDIENCE: &str = "kakehashi-api";
/// The `typ` header, so that no other token of ours can pass for an access token (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: MemberId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = signing_keys, check_for_backend(crate::db::MultiBackend))]
struct SigningKey {
    id: String,
    secret: Vec<u8>,
}

/// A token, and how long it holds.
#[derive(Debug)]
pub struct Issued {
    /// The compact JWT.
    pub token: String,
    /// Seconds until it ends.
    pub expires_in: i64,
}

/// Makes a token for a session with the newest key that is not retired; makes the first key when there is none.
///
/// # Errors
/// `Internal` when the key cannot be read or used.
pub fn issue(
    conn: &mut DbConn,
    now: Timestamp,
    lifetime: TimeDelta,
    member: MemberId,
    session: SessionId,
) -> Result<Issued, Failure> {
    let key = current_key(conn, now)?;
    let iat = now.utc().timestamp();
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: member,
        sid: session,
        iat,
        exp: iat.saturating_add(lifetime.num_seconds()),
    };
    let header = Header { typ: Some(TYPE.to_owned()), kid: Some(key.id), ..Header::new(ALGORITHM) };
    let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key.secret))
        .map_err(Failure::internal)?;
    Ok(Issued { token, expires_in: lifetime.num_seconds() })
}

/// The member and session a token stands for, if it is ours and still holds. Whether the session itself still
/// lives is for the caller to look up.
///
/// # Errors
/// `Unauthenticated`: `token_invalid` or `token_expired`.
pub fn verify(conn: &mut DbConn, now: Timestamp, token: &str) -> Result<(MemberId, SessionId), Failure> {
    let invalid = || Failure::Unauthenticated("token_invalid");
    let header = jsonwebtoken::decode_header(token).map_err(|_| invalid())?;
    if header.alg != ALGORITHM || header.typ.as_deref() != Some(TYPE) {
        return Err(invalid());
    }
    let kid = header.kid.ok_or_else(invalid)?;
    let secret: Vec<u8> = signing_keys::table
        .find(kid)
        .filter(signing_keys::retired_at.is_null())
        .select(signing_keys::secret)
        .first(conn)
        .optional()?
        .ok_or_else(invalid)?;
    let mut validation = Validation::new(ALGORITHM);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The service's own clock decides, below.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&secret), &validation)
        .map_err(|_| invalid())?
        .claims;
    let seconds = now.utc().timestamp();
    if claims.exp <= seconds {
        return Err(Failure::Unauthenticated("token_expired"));
    }
    // Another node's clock may be a little ahead.
    if claims.iat > seconds.saturating_add(30) {
        return Err(invalid());
    }
    Ok((claims.sub, claims.sid))
}

/// Retires all keys but a fresh one: every access token given out so far ends at once.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub fn rotate_keys(conn: &mut DbConn, now: Timestamp) -> Result<(), Failure> {
    diesel::update(signing_keys::table.filter(signing_keys::retired_at.is_null()))
        .set(signing_keys::retired_at.eq(Some(now)))
        .execute(conn)?;
    make_key(conn, now)?;
    Ok(())
}

fn current_key(conn: &mut DbConn, now: Timestamp) -> Result<SigningKey, Failure> {
    let newest = signing_keys::table
        .filter(signing_keys::retired_at.is_null())
        .order(signing_keys::created_at.desc())
        .select(SigningKey::as_select())
        .first(conn)
        .optional()?;
    match newest {
        Some(key) => Ok(key),
        None => make_key(conn, now),
    }
}

fn make_key(conn: &mut DbConn, now: Timestamp) -> Result<SigningKey, Failure> {
    let mut secret = vec![0_u8; 32];
    rand::fill(secret.as_mut_slice());
    let key = SigningKey { id: uuid::Uuid::now_v7().to_string(), secret };
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::id.eq(&key.id),
            signing_keys::secret.eq(&key.secret),
            signing_keys::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(key)
}
