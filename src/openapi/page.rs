//! `GET /api/docs`: the description as a page, without scripts and without another host.
//!
//! See docs/decisions/0006: the usual viewers need inline scripts or a foreign host, which our content security
//! policy forbids.

use std::sync::OnceLock;

use actix_web::HttpRequest;
use askama::Template;
use serde_json::Value;

use super::document;
use crate::web::{Answer, Shell, page};

#[derive(Template)]
#[template(path = "openapi/docs.html")]
struct Docs<'a> {
    shell: Shell,
    description: &'a str,
    groups: &'a [Group],
    schemas: &'a [Schema],
    problems: Vec<(String, String)>,
}

/// The operations of one tag.
struct Group {
    tag: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Row>,
    body: Option<String>,
    example: Option<String>,
    responses: Vec<Row>,
}

struct Row {
    name: String,
    kind: String,
    text: String,
}

struct Schema {
    name: String,
    text: String,
    properties: Vec<Row>,
}

struct Reading {
    description: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

/// The API guide.
///
/// # Errors
/// `Internal` when the template fails.
pub async fn docs(request: HttpRequest) -> Answer {
    static READING: OnceLock<Reading> = OnceLock::new();
    let reading = READING.get_or_init(|| read(&serde_json::to_value(document()).unwrap_or_default()));
    let shell = Shell::of(&request, "docs.title");
    let problems = crate::failure::CODES
        .iter()
        .map(|code| ((*code).to_owned(), shell.t(&format!("problem.{code}.title"))))
        .collect();
    let docs = Docs {
        shell,
        description: &reading.description,
        groups: &reading.groups,
        schemas: &reading.schemas,
        problems,
    };
    page::html(200, &docs)
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn read(document: &Value) -> Reading {
    let mut groups: Vec<Group> = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    for (path, item) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or("service").to_owned();
            let operation = read_operation(method, path, operation);
            match groups.iter_mut().find(|group| group.tag == tag) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { tag, operations: vec![operation] }),
            }
        }
    }
    groups.sort_by(|a, b| a.tag.cmp(&b.tag));
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    Reading {
        description: document
            .pointer("/info/description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        groups,
        schemas: schemas.map(|(name, schema)| read_schema(name, schema)).collect(),
    }
}

fn read_operation(method: &str, path: &str, operation: &Value) -> Operation {
    let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let body = operation.pointer("/requestBody/content/application~1json");
    let slug = path.trim_matches('/').replace(['/', '{', '}'], "-");
    Operation {
        id: format!("{method}-{slug}"),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        description: text(operation, "description"),
        parameters: parameters
            .map(|parameter| Row {
                name: text(parameter, "name"),
                kind: format!("{} · {}", text(parameter, "in"), kind_of(parameter.get("schema"))),
                text: text(parameter, "description"),
            })
            .collect(),
        body: body.map(|body| kind_of(body.get("schema"))),
        example: body
            .and_then(|body| body.get("example").or_else(|| body.pointer("/examples")))
            .and_then(|example| serde_json::to_string_pretty(example).ok()),
        responses: responses
            .map(|(status, response)| Row {
                name: status.clone(),
                kind: response
                    .get("content")
                    .and_then(Value::as_object)
                    .and_then(|content| content.values().next())
                    .map(|media| kind_of(media.get("schema")))
                    .unwrap_or_default(),
                text: text(response, "description"),
            })
            .collect(),
    }
}

fn read_schema(name: &str, schema: &Value) -> Schema {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    Schema {
        name: name.to_owned(),
        text: text(schema, "description"),
        properties: properties
            .map(|(property, value)| Row {
                name: if required.contains(&property.as_str()) {
                    format!("{property} *")
                } else {
                    property.clone()
                },
                kind: kind_of(Some(value)),
                text: text(value, "description"),
            })
            .collect(),
    }
}

/// A schema in a few characters: `string`, `[Deployment]`, `integer | null`, `pilot | operation`.
fn kind_of(schema: Option<&Value>) -> String {
    let Some(schema) = schema else { return String::new() };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema.get(choice).and_then(Value::as_array) {
            return options.iter().map(|option| kind_of(Some(option))).collect::<Vec<_>>().join(" | ");
        }
    }
    if let Some(items) = schema.get("items") {
        return format!("[{}]", kind_of(Some(items)));
    }
    match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    }
}
