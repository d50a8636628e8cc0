//! What a form is answered when it was not taken: itself again, with what was typed and what stands in the way.

use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::web::Shell;

/// Why a form is shown again.
#[derive(Debug)]
pub struct Refusal {
    /// The status of the page.
    pub status: u16,
    /// What is to be mended in the fields.
    pub errors: FieldErrors,
    /// What stands in the way besides the fields.
    pub sentence: Option<String>,
}

impl Refusal {
    /// Reads `failure` as something the sender of a form can do something about.
    ///
    /// # Errors
    /// `failure` itself when an error page is the better answer.
    pub fn of(shell: &Shell, failure: Failure) -> Result<Self, Failure> {
        let (status, sentence) = match failure {
            Failure::Invalid(errors) => return Ok(Self { status: 422, errors, sentence: None }),
            Failure::Conflict(code) => (409, shell.t(&format!("problem.conflict.{code}"))),
            Failure::Stale { .. } => (412, shell.t("form.stale")),
            Failure::TooMany { retry_after } => {
                let seconds = retry_after.as_secs().max(1).to_string();
                (429, shell.tf("problem.too_many.detail", &[("seconds", seconds)]))
            }
            other => return Err(other),
        };
        Ok(Self { status, errors: FieldErrors::new(), sentence: Some(sentence) })
    }

    /// Whether somebody else saved meanwhile.
    pub fn is_stale(&self) -> bool {
        self.status == 412
    }
}
