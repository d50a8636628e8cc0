//! Secrets that are handed out once and kept only as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::fields::Invalid;

/// 256 random bits, in URL-safe base64 (43 characters). Never logged, never stored as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh one from the system's random source.
    pub fn generate() -> Self {
        let mut bytes = [0_u8; 32];
        rand::fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads one that a client sent back.
    ///
    /// # Errors
    /// `not_a_token` when it cannot be one of ours.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let well_formed = URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32);
        if well_formed { Ok(Self(text.to_owned())) } else { Err(Invalid::new("not_a_token")) }
    }

    /// What is stored: SHA-256, enough for a value with 256 bits of entropy (ASVS 11.4).
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The secret itself, to be handed out.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
