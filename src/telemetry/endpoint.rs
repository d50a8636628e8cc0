//! Prometheus metrics, on an address of their own.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::services::Services;

/// Bounds of the request histogram, seconds.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

/// Starts recording; one recorder serves all applications of a process.
fn recorder() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS);
            builder
                .and_then(PrometheusBuilder::install_recorder)
                .inspect_err(|error| tracing::warn!(%error, "no metrics"))
                .ok()
        })
        .clone()
}

/// The endpoint's server, or `None` when it is switched off or its address is taken: a second node on one
/// machine serves all the same, and says in its log that nobody can watch it.
pub fn serve(services: &Services) -> Option<Server> {
    let bind = services.settings().metrics.bind.clone();
    if bind.is_empty() {
        return None;
    }
    let handle = recorder()?;
    let shared = services.clone();
    let factory = move || {
        App::new()
            .app_data(web::Data::new(handle.clone()))
            .app_data(web::Data::new(shared.clone()))
            .route("/metrics", web::get().to(render))
    };
    match HttpServer::new(factory).workers(1).disable_signals().shutdown_timeout(1).bind(&bind) {
        Ok(server) => Some(server.run()),
        Err(error) => {
            tracing::warn!(bind, %error, "metrics are not served; set metrics.bind to a free address");
            None
        }
    }
}

async fn render(handle: web::Data<PrometheusHandle>, services: web::Data<Services>) -> HttpResponse {
    for (pool, (used, size)) in ["read", "write"].into_iter().zip(services.db().usage()) {
        metrics::gauge!("kakehashi_pool_used", "pool" => pool).set(used as f64);
        metrics::gauge!("kakehashi_pool_size", "pool" => pool).set(size as f64);
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}

/// Keeps histograms from growing: called every few seconds by a worker.
pub fn upkeep() {
    if let Some(handle) = recorder() {
        handle.run_upkeep();
    }
}

/// How often [`upkeep`] wants to be called.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(5);
