//! A small blocking HTTP client that judges nothing: whatever the server answers comes back to the test.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{self, HeaderMap, Method, StatusCode, header};

/// Far above any honest answer; a test that hangs says so.
const LIMIT: Duration = Duration::from_secs(30);

/// A client of one server. Follows no redirects, keeps no cookies, uses no proxy.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    origin: String,
    token: Option<String>,
}

impl Client {
    /// A client without credentials; `origin` as in `http://127.0.0.1:8080`.
    pub fn of(origin: impl Into<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(LIMIT));
        Self { agent: config.build().into(), origin: origin.into(), token: None }
    }

    /// The same client with a bearer token on every request.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// A request to `path`, query included; sent by [`Request::send`].
    pub fn get(&self, path: &str) -> Request<'_> {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Request<'_> {
        self.request(Method::POST, path)
    }

    pub fn patch(&self, path: &str) -> Request<'_> {
        self.request(Method::PATCH, path)
    }

    pub fn delete(&self, path: &str) -> Request<'_> {
        self.request(Method::DELETE, path)
    }

    /// A request with any other method, such as TRACE.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        let draft = http::Request::builder().method(method).uri(format!("{}{path}", self.origin));
        let request = Request { agent: &self.agent, draft, body: None };
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION.as_str(), &format!("Bearer {token}")),
            None => request,
        }
    }
}

/// A request being written.
#[must_use = "a request goes out with send()"]
pub struct Request<'a> {
    agent: &'a Agent,
    draft: http::request::Builder,
    body: Option<Vec<u8>>,
}

impl Request<'_> {
    /// Adds a header; a name may come more than once.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.draft = self.draft.header(name, value);
        self
    }

    /// A JSON body.
    pub fn json(self, body: &impl Serialize) -> Self {
        self.body("application/json", serde_json::to_vec(body).unwrap())
    }

    /// Any body, also one that is no valid JSON.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Sends it and reads the whole answer. Panics only when there is no answer.
    pub fn send(self) -> Answer {
        self.try_send().expect("the server gave no answer, or broke off")
    }

    /// Sends it; `None` when the server is gone before the whole answer came.
    pub fn try_send(self) -> Option<Answer> {
        let answer = match self.body {
            Some(body) => self.agent.run(self.draft.body(body).unwrap()),
            None => self.agent.run(self.draft.body(()).unwrap()),
        };
        let (head, mut body) = answer.ok()?.into_parts();
        let bytes = body.with_config().limit(u64::MAX).read_to_vec().ok()?;
        Some(Answer { status: head.status, headers: head.headers, body: parse(&bytes), bytes })
    }
}

/// The body as JSON; `null` when it is something else.
fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body as JSON; `null` when it is empty or something else.
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Itself when the status is `status`; otherwise the test fails and shows the answer.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// A header's value; the first one where there are several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

mod tests {
    use super::*;
    use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
    use serde_json::json;
    use std::{sync::mpsc, thread};

    /// Answers with what it was asked; `status` in the query chooses the status.
    async fn echo(request: HttpRequest, body: web::Bytes) -> HttpResponse {
        let status: u16 = request.query_string().trim_start_matches("status=").parse().unwrap_or(200);
        let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap());
        HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap())
            .insert_header(("ETag", "\"7\""))
            .insert_header(("Location", "/elsewhere"))
            .json(json!({
                "method": request.method().as_str(),
                "path": request.path(),
                "authorization": header("authorization"),
                "content_type": header("content-type"),
                "key": header("idempotency-key"),
                "length": header("content-length"),
                "body": String::from_utf8_lossy(&body),
            }))
    }

    /// A server on a free port that lives as long as the test process.
    fn client() -> Client {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let plain = || async { HttpResponse::Ok().content_type("text/plain").body("架け橋") };
                let server = HttpServer::new(move || {
                    App::new().route("/plain", web::get().to(plain)).default_service(web::to(echo))
                })
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
                tell.send(server.addrs()[0]).unwrap();
                server.run().await.unwrap();
            });
        });
        Client::of(format!("http://{}", told.recv().unwrap()))
    }

    #[test]
    fn a_json_body_a_token_and_headers_reach_the_server() {
        let client = client().with_token("abc");
        let answer =
            client.post("/api/v1/things").header("Idempotency-Key", "k").json(&json!({"a": 1})).send();
        assert_eq!(
            answer.expect(200).body,
            json!({
                "method": "POST", "path": "/api/v1/things", "authorization": "Bearer abc",
                "content_type": "application/json", "key": "k", "length": "7", "body": "{\"a\":1}",
            })
        );
    }

    #[test]
    fn every_method_goes_out_under_its_own_name() {
        let client = client();
        let method = |request: Request<'_>| request.send().body["method"].as_str().unwrap().to_owned();
        assert_eq!(method(client.get("/")), "GET");
        assert_eq!(method(client.post("/")), "POST");
        assert_eq!(method(client.patch("/").json(&json!({}))), "PATCH");
        assert_eq!(method(client.delete("/")), "DELETE");
        assert_eq!(method(client.request(Method::PUT, "/").json(&json!({}))), "PUT");
    }

    #[test]
    fn a_refusal_is_an_answer_like_any_other() {
        let client = client();
        for status in [401, 404, 409, 422, 500, 503] {
            let answer = client.get(&format!("/x?status={status}")).send().expect(status);
            assert_eq!(answer.body["path"], "/x");
        }
    }

    #[test]
    fn a_redirect_is_shown_and_not_followed() {
        let answer = client().get("/x?status=303").send().expect(303);
        assert_eq!(answer.header("location"), Some("/elsewhere"));
    }

    #[test]
    fn headers_are_found_whatever_their_case() {
        let answer = client().get("/").send();
        assert_eq!(answer.header("etag"), Some("\"7\""));
        assert_eq!(answer.header("X-Nowhere"), None);
    }

    #[test]
    fn a_body_that_is_no_json_is_null_and_still_there_as_text() {
        let answer = client().get("/plain").send().expect(200);
        assert_eq!((answer.body.clone(), answer.text()), (Value::Null, "架け橋".to_owned()));
    }

    #[test]
    fn bytes_that_are_no_json_can_be_sent() {
        let answer = client().post("/").body("application/json", b"{\"a\":".to_vec()).send();
        assert_eq!(answer.body["body"], "{\"a\":");
    }

    #[test]
    #[should_panic(expected = "/refused")]
    fn an_unexpected_status_fails_and_shows_the_answer() {
        client().get("/refused?status=409").send().expect(201);
    }
}
