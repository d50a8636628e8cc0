//! Passwords: which ones are accepted, how they are kept, how one is checked.
//!
//! - At least 15 characters, because there is no second factor (NIST SP 800-63B-4 section 3.1.1.2, ASVS 6.2.1);
//!   any character counts and none is required (6.2.5); taken exactly as typed, never cut or folded (6.2.8).
//! - Refused: what a guesser tries first ([`common`]), and what is little more than the service's name, the mail
//!   address or the organization's name (6.2.11).
//! - Kept as argon2id with 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet), hashed off the async
//!   threads, a bounded number at once, so that a crowd of sign-ins cannot take all memory.

mod common;

use std::time::Duration;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::failure::Failure;
use crate::fields::Invalid;

/// Fewest characters of a new password.
pub const MIN_LENGTH: usize = 15;
/// Most characters: far above any phrase people type, and a bound on what is hashed.
pub const MAX_LENGTH: usize = 128;

/// Characters that must be left once all words of the context are taken out.
const OWN_CHARACTERS: usize = 8;

/// Names of the service, which anyone would try here.
const SERVICE_WORDS: &[&str] = &["kakehashi", "架け橋", "かけはし", "カケハシ"];

/// Hashes computed at once by one process: 19 MiB each.
static TURNS: Semaphore = Semaphore::const_new(4);
/// How long a request waits for its turn.
const WAIT: Duration = Duration::from_secs(10);

/// A password that may be set. Never logged.
pub struct NewPassword(String);

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// What is stored of a password: a PHC string with salt and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl PasswordHash {
    /// Takes one that was stored.
    pub fn stored(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NewPassword {
    /// Accepts a password for somebody whose mail address and organization stand in `context`.
    ///
    /// # Errors
    /// `password_too_short` (min, actual), `too_long` (max, actual), `password_common`, `password_context`.
    pub fn parse(text: &str, context: &[&str]) -> Result<Self, Invalid> {
        let actual = text.chars().count();
        if actual < MIN_LENGTH {
            return Err(Invalid::new("password_too_short").with("min", MIN_LENGTH).with("actual", actual));
        }
        if actual > MAX_LENGTH {
            return Err(Invalid::new("too_long").with("max", MAX_LENGTH).with("actual", actual));
        }
        if common::is_common(text) {
            return Err(Invalid::new("password_common"));
        }
        if characters_of_its_own(text, context) < OWN_CHARACTERS {
            return Err(Invalid::new("password_context"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Hashes it with a fresh salt.
    ///
    /// # Errors
    /// `Busy` when too many others wait for the same.
    pub async fn hash(self) -> Result<PasswordHash, Failure> {
        in_turn(move || {
            let hash = argon2()?.hash_password(self.0.as_bytes()).map_err(Failure::internal)?;
            Ok(PasswordHash(hash.to_string()))
        })
        .await
    }
}

/// Whether `typed` is the password that `stored` was made from. Without a stored one (nobody has that address)
/// the answer is no, after the same work, so that time does not tell who has an account.
///
/// # Errors
/// `Busy` when too many others wait for the same.
pub async fn verify(typed: String, stored: Option<PasswordHash>) -> Result<bool, Failure> {
    in_turn(move || {
        let argon2 = argon2()?;
        match stored {
            Some(PasswordHash(phc)) => Ok(argon2.verify_password(typed.as_bytes(), phc.as_str()).is_ok()),
            None => {
                argon2.hash_password(typed.as_bytes()).map_err(Failure::internal)?;
                Ok(false)
            }
        }
    })
    .await
}

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Failure::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn in_turn<T, F>(work: F) -> Result<T, Failure>
where
    F: FnOnce() -> Result<T, Failure> + Send + 'static,
    T: Send + 'static,
{
    let turn = tokio::time::timeout(WAIT, TURNS.acquire()).await.map_err(|_| Failure::Busy)?;
    let turn = turn.map_err(Failure::internal)?;
    let span = tracing::Span::current();
    // The turn goes with the work: a caller who hangs up must not make room for another hash while this one runs.
    let work = move || {
        let _turn = turn;
        span.in_scope(work)
    };
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?
}

/// How many characters remain when the words of the context are taken out.
fn characters_of_its_own(text: &str, context: &[&str]) -> usize {
    let mut rest = text.to_lowercase();
    let mut words: Vec<String> = SERVICE_WORDS.iter().map(|word| (*word).to_owned()).collect();
    words.extend(context.iter().flat_map(|text| words_of(text)));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, "");
    }
    rest.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The whole text and its parts; short Latin parts (`jp`, `co`) would hit everything.
fn words_of(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    words.push(text);
    words.retain(|word| word.chars().count() >= if word.is_ascii() { 4 } else { 2 });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        let context = ["taro.sato@city.iwamizawa.example.jp", "岩見沢市役所"];
        NewPassword::parse(text, &context).map_or_else(|invalid| invalid.code(), |_| "accepted")
    }

    #[test]
    fn any_characters_are_accepted_when_there_are_enough() {
        for text in [
            "turnip lantern 7 rivers",
            "しずかな湖畔の森の影から男と女",
            "gX9!vq2#Lm4$zR7",
            "               .x9Q7hb2kLw",
            &"k9 Lantern! ".repeat(10),
        ] {
            assert_eq!(code(text), "accepted", "{text}");
        }
    }

    #[test]
    fn too_short_and_too_long_ones_are_refused() {
        assert_eq!(code("gX9!vq2#Lm4$zR"), "password_too_short");
        assert_eq!(code(&"gX9!vq2#Lm4$zR7 ".repeat(9)), "too_long");
    }

    #[test]
    fn what_is_little_more_than_the_context_is_refused() {
        for text in ["kakehashi-taro.sato", "Iwamizawa-2026-Sato", "岩見沢市役所岩見沢市役所2026年"]
        {
            assert_eq!(code(text), "password_context", "{text}");
        }
    }

    #[actix_web::test]
    async fn a_hash_fits_its_password_and_no_other() {
        let hash = NewPassword::parse("turnip lantern 7 rivers", &[]).unwrap().hash().await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(verify("turnip lantern 7 rivers".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!verify("Turnip lantern 7 rivers".to_owned(), Some(hash)).await.unwrap());
        assert!(!verify("turnip lantern 7 rivers".to_owned(), None).await.unwrap());
    }
}
