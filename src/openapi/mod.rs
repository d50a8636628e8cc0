//! The OpenAPI 3.1 description, generated from the handlers; each slice brings its own part.

mod page;

use actix_web::HttpResponse;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

use crate::web::{Answer, Problem};
use crate::{
    accounts, attachments, audit, challenges, fields_wanted, imports, matches, moderation, notices, panels,
    proposals, questions, reference, rounds, sessions, solutions, statistics, watches,
};

pub use page::docs;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kakehashi API",
        description = "Municipal challenges with their budgets, vendors' solutions, and the matches between them. \
            Errors are RFC 9457 problems; lists are paged by cursor; PATCH needs If-Match; POST takes Idempotency-Key."
    ),
    components(schemas(Problem)),
    servers((url = "/"))
)]
struct Base;

/// The whole document.
pub fn document() -> Document {
    let mut document = Base::openapi();
    let parts = [
        // One line per slice.
        accounts::api::Doc::openapi(),
        attachments::api::Doc::openapi(),
        audit::api::Doc::openapi(),
        challenges::api::Doc::openapi(),
        imports::api::Doc::openapi(),
        fields_wanted::api::Doc::openapi(),
        matches::api::Doc::openapi(),
        moderation::api::Doc::openapi(),
        moderation::overdue::Doc::openapi(),
        notices::api::Doc::openapi(),
        panels::api::Doc::openapi(),
        proposals::api::Doc::openapi(),
        proposals::invitations_api::Doc::openapi(),
        questions::api::Doc::openapi(),
        reference::api::Doc::openapi(),
        rounds::api::Doc::openapi(),
        sessions::api::Doc::openapi(),
        solutions::api::Doc::openapi(),
        solutions::deployments::api::Doc::openapi(),
        statistics::api::Doc::openapi(),
        watches::api::Doc::openapi(),
    ];
    for part in parts {
        document.merge(part);
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(tell_common_problems);
    }
    document
}

/// Every operation can be refused for these reasons; handlers need not repeat them.
fn tell_common_problems(operation: &mut Operation) {
    let common =
        [("429", "Too many requests; Retry-After says when"), ("503", "Busy; try again after Retry-After")];
    for (status, description) in common {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content)
            .build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    }
}

/// `GET /api/openapi.json`
///
/// # Errors
/// None.
pub async fn json() -> Answer {
    Ok(HttpResponse::Ok().json(document()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::router::ROUTES;

    fn described() -> BTreeSet<(String, String)> {
        let document = serde_json::to_value(document()).expect("a document");
        let paths = document["paths"].as_object().expect("paths").clone();
        paths
            .into_iter()
            .flat_map(|(path, item)| {
                let methods: Vec<String> = item.as_object().expect("an item").keys().cloned().collect();
                methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
            })
            .collect()
    }

    #[test]
    fn the_description_and_the_routes_are_the_same_set() {
        let routed: BTreeSet<(String, String)> = ROUTES
            .iter()
            .filter(|route| route.path.starts_with("/api/v1/"))
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();
        assert_eq!(routed, described());
    }

    #[test]
    fn every_operation_has_a_summary_a_tag_and_an_answer() {
        let document = serde_json::to_value(document()).expect("a document");
        assert_eq!(document["openapi"], "3.1.0");
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("an item") {
                let said = operation["summary"].as_str().is_some_and(|summary| !summary.is_empty());
                assert!(said, "{method} {path} has no summary");
                assert!(operation["tags"][0].is_string(), "{method} {path} has no tag");
                let answers = operation["responses"].as_object().expect("responses");
                assert!(
                    answers.keys().any(|status| status.starts_with('2')),
                    "{method} {path} has no 2xx answer"
                );
            }
        }
    }
}
