//! Saving on the way: a script sends the form while somebody types, and is answered in JSON. Whatever can be kept is kept.

use actix_web::HttpResponse;
use serde_json::json;

use super::forms::{Base, Draft, FormView, Typed};
use super::{Answer, Sent};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::services::Deed;

impl Sent {
    /// Saves the readable part of a draft: what `work` refuses of it is left out too, once. Answers the version and the base
    /// from which the writer goes on, and what is not saved yet. `texts` is where the texts of the form stand.
    ///
    /// # Errors
    /// Whatever `work` answers; `Invalid` when without what it refuses it refuses still.
    pub async fn keep<F>(&self, texts: &str, draft: Draft, mut errors: FieldErrors, work: F) -> Answer
    where
        F: Fn(&mut Deed<'_>, &Draft) -> Result<i32, Failure> + Clone + Send + 'static,
    {
        let mut draft = draft.readable(&errors);
        let first = self.written(&draft, work.clone()).await;
        let saved = match first {
            Err(Failure::Invalid(refused)) => {
                draft = draft.readable(&refused);
                errors.extend(&refused);
                self.written(&draft, work).await
            }
            other => other,
        };
        Ok(self.kept(texts, (saved?, &draft.saved()), None, errors))
    }

    async fn written<F>(&self, draft: &Draft, work: F) -> Result<i32, Failure>
    where
        F: Fn(&mut Deed<'_>, &Draft) -> Result<i32, Failure> + Send + 'static,
    {
        let draft = draft.clone();
        self.perform(move |deed| work(deed, &draft)).await
    }

    /// What a script is told of a save: the version and the base to go on from, the address of what was new, and what is not
    /// saved yet, in words.
    pub fn kept(
        &self,
        texts: &str,
        (version, base): (i32, &Base),
        location: Option<String>,
        errors: FieldErrors,
    ) -> HttpResponse {
        let form = FormView::new(self.visit.locale(), texts, Typed::new()).with_errors(errors);
        let unsaved = form.errors().into_iter().map(|error| match error.label {
            Some(label) => format!("{label}: {}", error.sentence),
            None => error.sentence,
        });
        let unsaved: Vec<String> = unsaved.collect();
        HttpResponse::Ok().json(json!({
            "version": version, "base": base.to_string(), "location": location, "unsaved": unsaved,
        }))
    }
}
