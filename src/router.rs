//! Every route of the service on one page.
//!
//! A row is `METHOD "path" => handler`. The same rows make the routing table and the list that the OpenAPI
//! ratchet test holds against the generated document.

use actix_web::guard;
use actix_web::web::ServiceConfig;

use crate::*;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// `GET`, `POST`, `PATCH`, `DELETE`.
    pub method: &'static str,
    /// The path with `{parameters}`.
    pub path: &'static str,
}

macro_rules! routes {
    ($($method:ident $path:literal => $handler:path;)*) => {
        /// Every route, in the order of the page.
        pub const ROUTES: &[Route] = &[$(Route { method: stringify!($method), path: $path }),*];

        /// Adds every route to the application.
        pub fn configure(app: &mut ServiceConfig) {
            // Routes of one path share a resource, so that another method on it answers 405, not 404.
            let mut resources: Vec<(&'static str, actix_web::Resource)> = Vec::new();
            $(
                let route = routes!(@method $method).to($handler);
                let resource = match resources.iter().position(|(path, _)| *path == $path) {
                    Some(at) => resources.swap_remove(at).1,
                    None => actix_web::web::resource($path),
                };
                resources.push(($path, resource.route(route)));
            )*
            // Fixed segments before parameters, whatever the order above.
            resources.sort_by_key(|(path, _)| path.matches('{').count());
            for (_, resource) in resources {
                app.service(resource);
            }
        }
    };
    (@method GET) => { actix_web::web::route().guard(guard::Any(guard::Get()).or(guard::Head())) };
    (@method POST) => { actix_web::web::post() };
    (@method PATCH) => { actix_web::web::patch() };
    (@method DELETE) => { actix_web::web::delete() };
}

routes! {
    GET "/" => front::front;

    GET "/sign-in" => accounts::sign_in_pages::show;
    POST "/sign-in" => accounts::sign_in_pages::sign_in;
    POST "/sign-out" => accounts::sign_in_pages::sign_out;
    GET "/verify-email" => accounts::pages::links::show_verification;
    POST "/verify-email" => accounts::pages::links::verify;
    GET "/invitation" => accounts::pages::links::show_invitation;
    POST "/invitation" => accounts::pages::links::accept_invitation;
    GET "/password-reset" => accounts::pages::links::show_reset;
    POST "/password-reset" => accounts::pages::links::reset;
    GET "/sign-up" => accounts::pages::sign_up::show;
    POST "/sign-up" => accounts::pages::sign_up::send;
    GET "/sign-up/sent" => accounts::pages::sign_up::sent;
    POST "/sign-up/resend" => accounts::pages::sign_up::resend;
    GET "/password-forgotten" => accounts::pages::forgotten::show;
    POST "/password-forgotten" => accounts::pages::forgotten::send;
    GET "/password-forgotten/sent" => accounts::pages::forgotten::sent;

    GET "/account" => accounts::pages::profile::show;
    POST "/account" => accounts::pages::profile::change;
    GET "/account/password" => accounts::pages::profile::show_password;
    POST "/account/password" => accounts::pages::profile::change_password;
    GET "/account/sessions" => accounts::pages::sessions::show;
    GET "/account/sessions/end-all" => accounts::pages::sessions::ask_all;
    POST "/account/sessions/end-all" => accounts::pages::sessions::end_all;
    GET "/account/sessions/{id}/end" => accounts::pages::sessions::ask_one;
    POST "/account/sessions/{id}/end" => accounts::pages::sessions::end_one;
    GET "/account/notifications" => notices::pages::preferences::show;
    POST "/account/notifications" => notices::pages::preferences::choose;
    GET "/account/activity" => audit::pages::own;

    GET "/organization" => accounts::pages::own_organization::show;
    GET "/organization/edit" => accounts::pages::own_organization::ask;
    POST "/organization/edit" => accounts::pages::own_organization::change;
    GET "/organization/members" => accounts::pages::members::own;
    GET "/organization/invitations" => accounts::pages::invitations::show;
    POST "/organization/invitations" => accounts::pages::invitations::invite;
    POST "/organization/invitations/{id}/revoke" => accounts::pages::invitations::revoke;
    GET "/members/{id}" => accounts::pages::members::show;
    POST "/members/{id}" => accounts::pages::members::change;
    POST "/members/{id}/accept" => accounts::pages::members::accept;
    POST "/members/{id}/decline" => accounts::pages::members::decline;
    POST "/members/{id}/deactivate" => accounts::pages::members::deactivate;
    POST "/members/{id}/reactivate" => accounts::pages::members::reactivate;
    POST "/members/{id}/end-sessions" => accounts::pages::members::end_sessions;
    GET "/organizations" => accounts::pages::organizations::list;
    GET "/organizations/{id}" => accounts::pages::organizations::show;
    GET "/organizations/{id}/members" => accounts::pages::members::of_another;
    POST "/organizations/{id}/decide" => accounts::pages::organizations::decide;
    GET "/mail-domains" => accounts::pages::mail_domains::places;
    GET "/municipalities/{code}/mail-domains" => accounts::pages::mail_domains::show;
    POST "/municipalities/{code}/mail-domains" => accounts::pages::mail_domains::add;
    POST "/municipalities/{code}/mail-domains/remove" => accounts::pages::mail_domains::remove;

    GET "/operations" => operations::pages::show;
    GET "/statistics/fairness" => statistics::pages::fairness;
    GET "/operations/mails" => notices::pages::mails::show;
    POST "/operations/mails/release" => notices::pages::mails::release;
    POST "/operations/mails/{id}/retry" => notices::pages::mails::retry;
    GET "/operations/audit" => audit::pages::trail;

    GET "/mailbox" => mailbox::pages::list;
    GET "/mailbox/{id}" => mailbox::pages::show;

    GET "/health/live" => health::live;
    GET "/health/ready" => health::ready;

    GET "/assets/{file}" => web::serve_asset;
    GET "/favicon.svg" => web::icon;
    GET "/favicon.ico" => web::old_icon;
    GET "/styleguide" => styleguide::show;

    GET "/api/docs" => openapi::docs;
    GET "/api/openapi.json" => openapi::json;

    GET "/challenges" => challenges::pages::list;
    POST "/challenges" => challenges::pages::create;
    GET "/challenges/new" => challenges::pages::begin;
    POST "/challenges/preview" => challenges::pages::preview_new;
    GET "/challenges/{id}" => challenges::pages::show;
    GET "/challenges/{id}/amendments" => challenges::pages::amendments;
    GET "/challenges/{id}/edit" => challenges::pages::edit;
    POST "/challenges/{id}/edit" => challenges::pages::save;
    POST "/challenges/{id}/preview" => challenges::pages::preview;
    POST "/challenges/{id}/submit" => challenges::pages::submit;
    POST "/challenges/{id}/recall" => challenges::pages::recall;
    POST "/challenges/{id}/publish" => challenges::pages::publish;
    POST "/challenges/{id}/return" => challenges::pages::return_;
    POST "/challenges/{id}/withdraw" => challenges::pages::withdraw;
    POST "/challenges/{id}/close" => challenges::pages::close;
    POST "/challenges/{id}/extend" => challenges::pages::extend;
    POST "/challenges/{id}/decide" => challenges::pages::decide;
    POST "/challenges/{id}/archive" => challenges::pages::archive;
    POST "/challenges/{id}/delete" => challenges::pages::delete;
    GET "/challenges/{id}/proposals" => proposals::pages::call;
    POST "/challenges/{id}/proposals" => proposals::pages::begin;
    POST "/challenges/{id}/invitations" => proposals::pages::invite;
    GET "/challenges/{id}/criteria" => panels::pages::criteria;
    POST "/challenges/{id}/criteria" => panels::pages::set_criteria;
    GET "/proposals/{id}/sheet" => panels::pages::sheet;
    POST "/proposals/{id}/sheet" => panels::pages::score;
    POST "/proposals/{id}/agreement" => panels::pages::agree;
    POST "/proposals/{id}/conflict" => panels::pages::declare_conflict;
    GET "/proposals" => proposals::pages::own;
    GET "/proposals/{id}" => proposals::pages::show;
    GET "/proposals/{id}/edit" => proposals::pages::edit;
    POST "/proposals/{id}/edit" => proposals::pages::save;
    POST "/proposals/{id}/submit" => proposals::pages::submit;
    POST "/proposals/{id}/withdraw" => proposals::pages::withdraw;
    POST "/proposals/{id}/delete" => proposals::pages::delete;
    POST "/proposals/{id}/shortlist" => proposals::pages::shortlist;
    POST "/proposals/{id}/select" => proposals::pages::select;
    POST "/proposals/{id}/decline" => proposals::pages::decline;
    POST "/proposals/{id}/partners" => proposals::pages::ask_partner;
    POST "/proposals/{id}/partners/confirm" => proposals::pages::confirm;
    POST "/proposals/{id}/partners/decline" => proposals::pages::decline_partnership;
    POST "/proposals/{id}/partners/{organization}/remove" => proposals::pages::remove_partner;
    GET "/challenges/{id}/questions" => questions::pages::show;
    POST "/challenges/{id}/questions" => questions::pages::ask;
    POST "/questions/{id}/answer" => questions::pages::answer;
    POST "/questions/{id}/withdraw" => questions::pages::withdraw;
    POST "/questions/{id}/hide" => questions::pages::hide;
    GET "/our-challenges" => challenges::pages::own;
    GET "/rounds" => rounds::pages::list;
    POST "/rounds" => rounds::pages::create;
    GET "/rounds/new" => rounds::pages::begin;
    GET "/rounds/{id}" => rounds::pages::show;
    GET "/rounds/{id}/edit" => rounds::pages::edit;
    POST "/rounds/{id}/edit" => rounds::pages::save;
    POST "/rounds/{id}/announce" => rounds::pages::announce;
    POST "/rounds/{id}/cancel" => rounds::pages::cancel;
    POST "/rounds/{id}/end" => rounds::pages::end;
    POST "/rounds/{id}/delete" => rounds::pages::delete;
    POST "/rounds/{id}/enter" => rounds::pages::enter;
    POST "/rounds/{id}/leave" => rounds::pages::leave;
    GET "/rounds/{id}/survey" => rounds::pages::ask;
    POST "/rounds/{id}/survey" => rounds::pages::answer;
    POST "/rounds/{id}/survey/send" => rounds::pages::send_survey;
    GET "/rounds/{id}/calendar.ics" => rounds::pages::calendar;
    GET "/rounds/{id}/sessions" => sessions::pages::board;
    GET "/imports" => imports::pages::list;
    POST "/imports" => imports::pages::upload;
    GET "/imports/templates/{file}" => imports::pages::template;
    GET "/imports/{id}" => imports::pages::show;
    POST "/imports/{id}/accept" => imports::pages::accept;
    GET "/api/v1/imports" => imports::api::list;
    POST "/api/v1/imports" => imports::api::upload;
    GET "/api/v1/imports/{id}" => imports::api::show;
    POST "/api/v1/imports/{id}/accept" => imports::api::accept;
    GET "/rounds/{id}/sessions.csv" => sessions::pages::export;
    GET "/rounds/{id}/challenges.csv" => sessions::pages::export_challenges;
    GET "/rounds/{id}/round.xlsx" => sessions::pages::export_round;
    GET "/rounds/{id}/sessions.ics" => sessions::pages::sessions_calendar;
    POST "/rounds/{id}/sessions/assign" => sessions::pages::assign;
    POST "/rounds/{id}/sessions/publish" => sessions::pages::publish;
    POST "/rounds/{id}/sessions/add" => sessions::pages::add;
    POST "/rounds/{id}/slots" => sessions::pages::make_slots;
    POST "/rounds/{id}/slots/remove" => sessions::pages::remove_slot;
    GET "/rounds/{id}/availability" => sessions::pages::availability;
    POST "/rounds/{id}/availability" => sessions::pages::say;
    GET "/our-sessions" => sessions::pages::own;
    POST "/our-sessions/calendar" => sessions::pages::make_calendar;
    POST "/our-sessions/calendar/end" => sessions::pages::end_calendar;
    GET "/calendar" => sessions::pages::calendar;
    GET "/sessions/{id}" => sessions::pages::show;
    POST "/sessions/{id}/move" => sessions::pages::move_;
    POST "/sessions/{id}/cancel" => sessions::pages::cancel;
    POST "/sessions/{id}/outcome" => sessions::pages::record;
    GET "/session-outcome" => sessions::pages::ask;
    POST "/session-outcome" => sessions::pages::act;
    GET "/challenges/{id}/matches" => matches::pages::for_challenge;
    POST "/challenges/{id}/matches" => matches::pages::bring_together;
    GET "/solutions/{id}/matches" => matches::pages::for_solution;
    GET "/for-you" => matches::pages::for_you;
    GET "/matches" => matches::pages::list;
    GET "/matches/{id}" => matches::pages::show;
    POST "/matches/{id}" => matches::pages::act;
    GET "/solutions" => solutions::pages::catalogue;
    GET "/solutions/compare" => solutions::pages::compare;
    GET "/solutions/new" => solutions::pages::begin;
    POST "/solutions/new" => solutions::pages::create;
    GET "/solutions/{id}" => solutions::pages::detail;
    GET "/solutions/{id}/edit" => solutions::pages::edit;
    POST "/solutions/{id}/edit" => solutions::pages::save;
    POST "/solutions/{id}/submit" => solutions::pages::submit;
    POST "/solutions/{id}/recall" => solutions::pages::recall;
    POST "/solutions/{id}/publish" => solutions::pages::publish;
    POST "/solutions/{id}/return" => solutions::pages::give_back;
    POST "/solutions/{id}/suspend" => solutions::pages::suspend;
    POST "/solutions/{id}/archive" => solutions::pages::archive;
    POST "/solutions/{id}/delete" => solutions::pages::delete;
    GET "/our-solutions" => solutions::pages::own;
    GET "/solutions/{id}/deployments/new" => solutions::deployments::pages::begin;
    POST "/solutions/{id}/deployments/new" => solutions::deployments::pages::declare;
    GET "/deployments/{id}/edit" => solutions::deployments::pages::edit;
    POST "/deployments/{id}/edit" => solutions::deployments::pages::save;
    POST "/deployments/{id}/delete" => solutions::deployments::pages::remove;
    GET "/deployments/{id}/request-confirmation" => solutions::deployments::pages::ask;
    POST "/deployments/{id}/request-confirmation" => solutions::deployments::pages::send;
    GET "/deployments/{id}/document" => solutions::deployments::pages::examine;
    POST "/deployments/{id}/document" => solutions::deployments::pages::document;
    GET "/attachments/{id}" => attachments::pages::download;
    POST "/attachments/{id}/remove" => attachments::pages::remove;
    GET "/{folder}/{id}/attachments" => attachments::pages::show;
    POST "/{folder}/{id}/attachments" => attachments::pages::add;
    GET "/api/v1/attachments/{id}" => attachments::api::download;
    DELETE "/api/v1/attachments/{id}" => attachments::api::remove;
    GET "/api/v1/{folder}/{id}/attachments" => attachments::api::list;
    POST "/api/v1/{folder}/{id}/attachments" => attachments::api::add;


    GET "/notices" => notices::pages::inbox::show;
    POST "/notices/read-all" => notices::pages::inbox::read_all;
    POST "/notices/{id}/read" => notices::pages::inbox::read;
    GET "/moderation" => moderation::pages::show;
    POST "/moderation" => moderation::pages::act;
    GET "/moderation/overdue" => moderation::overdue::show;
    POST "/moderation/overdue/{kind}/{id}/remind" => moderation::overdue::act;
    GET "/api/v1/moderation/overdue" => moderation::overdue::list;
    POST "/api/v1/moderation/overdue/{kind}/{id}/remind" => moderation::overdue::remind;
    POST "/moderation/undo/{batch}" => moderation::pages::take_back;
    POST "/moderation/undo/{batch}/{act}" => moderation::pages::take_back_one;

    GET "/fields-wanted" => fields_wanted::pages::list;
    POST "/fields-wanted" => fields_wanted::pages::create;
    GET "/fields-wanted/new" => fields_wanted::pages::begin;
    GET "/fields-wanted/{id}" => fields_wanted::pages::show;
    POST "/fields-wanted/{id}" => fields_wanted::pages::act;
    GET "/fields-wanted/{id}/edit" => fields_wanted::pages::edit;
    POST "/fields-wanted/{id}/edit" => fields_wanted::pages::save;
    POST "/fields-wanted/{id}/offers" => fields_wanted::pages::offer;
    POST "/field-offers/{id}" => fields_wanted::pages::answer;

    GET "/watches" => watches::pages::list;
    POST "/watches" => watches::pages::begin;
    POST "/watches/by-mail" => watches::pages::ask;
    GET "/watches/by-mail/sent" => watches::pages::sent;
    POST "/watches/{id}" => watches::pages::change;
    POST "/watches/{id}/end" => watches::pages::end;
    GET "/watch-confirmation" => watches::pages::question;
    POST "/watch-confirmation" => watches::pages::confirm;
    GET "/watching" => watches::pages::by_key;
    POST "/watching" => watches::pages::act_by_key;

    GET "/unsubscribe" => notices::pages::unsubscribe::ask;
    POST "/unsubscribe" => notices::pages::unsubscribe::act;

    GET "/api/v1/me/preferences" => notices::api::preferences;
    PATCH "/api/v1/me/preferences" => notices::api::choose;
    GET "/api/v1/fields-wanted" => fields_wanted::api::list;
    POST "/api/v1/fields-wanted" => fields_wanted::api::create;
    GET "/api/v1/fields-wanted/{id}" => fields_wanted::api::show;
    PATCH "/api/v1/fields-wanted/{id}" => fields_wanted::api::change;
    DELETE "/api/v1/fields-wanted/{id}" => fields_wanted::api::remove;
    POST "/api/v1/fields-wanted/{id}/submit" => fields_wanted::api::submit;
    POST "/api/v1/fields-wanted/{id}/recall" => fields_wanted::api::recall;
    POST "/api/v1/fields-wanted/{id}/publish" => fields_wanted::api::publish;
    POST "/api/v1/fields-wanted/{id}/return" => fields_wanted::api::give_back;
    POST "/api/v1/fields-wanted/{id}/close" => fields_wanted::api::close;
    GET "/api/v1/fields-wanted/{id}/offers" => fields_wanted::api::list_offers;
    POST "/api/v1/fields-wanted/{id}/offers" => fields_wanted::api::offer;
    POST "/api/v1/field-offers/{id}/accept" => fields_wanted::api::accept;
    POST "/api/v1/field-offers/{id}/decline" => fields_wanted::api::decline;
    POST "/api/v1/field-offers/{id}/withdraw" => fields_wanted::api::withdraw;

    GET "/api/v1/watches" => watches::api::list;
    POST "/api/v1/watches" => watches::api::begin;
    PATCH "/api/v1/watches/{id}" => watches::api::change;
    DELETE "/api/v1/watches/{id}" => watches::api::end;
    POST "/api/v1/watches/by-mail" => watches::api::ask;
    POST "/api/v1/watches/confirm" => watches::api::confirm;
    GET "/api/v1/notices" => notices::api::list;
    POST "/api/v1/notices/read-all" => notices::api::read_all;
    POST "/api/v1/notices/{id}/read" => notices::api::read;

    GET "/api/v1/operations/mails" => notices::api::mails;
    POST "/api/v1/operations/mails/release" => notices::api::release_mails;
    POST "/api/v1/operations/mails/{id}/retry" => notices::api::retry_mail;

    GET "/api/v1/audit-events" => audit::api::list;
    GET "/api/v1/statistics/fairness" => statistics::api::fairness;

    GET "/api/v1/challenges/{id}/matches" => matches::api::for_challenge;
    GET "/api/v1/challenges/{id}/similar" => matches::api::similar;
    GET "/api/v1/solutions/{id}/matches" => matches::api::for_solution;
    GET "/api/v1/matches" => matches::api::list;
    POST "/api/v1/matches" => matches::api::suggest;
    GET "/api/v1/matches/{id}" => matches::api::show;
    POST "/api/v1/matches/{id}/approve" => matches::api::approve;
    POST "/api/v1/matches/{id}/dismiss" => matches::api::dismiss;
    POST "/api/v1/matches/{id}/introduce" => matches::api::introduce;
    POST "/api/v1/matches/{id}/record-meeting" => matches::api::record_meeting;
    POST "/api/v1/matches/{id}/agree" => matches::api::agree;
    POST "/api/v1/matches/{id}/end" => matches::api::end;

    GET "/api/v1/moderation/queue" => moderation::api::list;
    POST "/api/v1/moderation/acts" => moderation::api::act;
    POST "/api/v1/moderation/acts/{id}/undo" => moderation::api::undo;

    GET "/api/v1/reference/municipalities" => reference::api::municipalities;
    GET "/api/v1/reference/bureaus" => reference::api::bureaus;
    GET "/api/v1/reference/sectors" => reference::api::sectors;
    GET "/api/v1/reference/technologies" => reference::api::technologies;

    POST "/api/v1/auth/sign-up" => accounts::api::auth::sign_up;
    POST "/api/v1/auth/verify-email" => accounts::api::auth::verify_email;
    POST "/api/v1/auth/verify-email/resend" => accounts::api::auth::resend;
    POST "/api/v1/auth/sign-in" => accounts::api::auth::sign_in;
    POST "/api/v1/auth/refresh" => accounts::api::auth::refresh;
    POST "/api/v1/auth/sign-out" => accounts::api::auth::sign_out;
    POST "/api/v1/auth/password/forgot" => accounts::api::auth::forgot;
    POST "/api/v1/auth/password/reset" => accounts::api::auth::reset;
    POST "/api/v1/invitations/accept" => accounts::api::auth::accept_invitation;
    DELETE "/api/v1/invitations/{id}" => accounts::api::members::revoke_invitation;

    GET "/api/v1/organizations" => accounts::api::organizations::list;
    GET "/api/v1/organizations/{id}" => accounts::api::organizations::show;
    PATCH "/api/v1/organizations/{id}" => accounts::api::organizations::change;
    POST "/api/v1/organizations/{id}/approve" => accounts::api::organizations::approve;
    POST "/api/v1/organizations/{id}/reject" => accounts::api::organizations::reject;
    POST "/api/v1/organizations/{id}/suspend" => accounts::api::organizations::suspend;
    POST "/api/v1/organizations/{id}/reinstate" => accounts::api::organizations::reinstate;
    GET "/api/v1/organizations/{id}/members" => accounts::api::members::list;
    GET "/api/v1/organizations/{id}/invitations" => accounts::api::members::list_invitations;
    POST "/api/v1/organizations/{id}/invitations" => accounts::api::members::invite;
    GET "/api/v1/members/{id}" => accounts::api::members::show;
    PATCH "/api/v1/members/{id}" => accounts::api::members::change;
    POST "/api/v1/members/{id}/accept" => accounts::api::members::accept;
    POST "/api/v1/members/{id}/decline" => accounts::api::members::decline;
    POST "/api/v1/members/{id}/deactivate" => accounts::api::members::deactivate;
    POST "/api/v1/members/{id}/reactivate" => accounts::api::members::reactivate;
    POST "/api/v1/members/{id}/end-sessions" => accounts::api::operations::end_sessions;
    GET "/api/v1/municipalities/{code}/mail-domains" => accounts::api::operations::list_domains;
    POST "/api/v1/municipalities/{code}/mail-domains" => accounts::api::operations::add_domain;
    DELETE "/api/v1/municipalities/{code}/mail-domains/{domain}" => accounts::api::operations::remove_domain;
    POST "/api/v1/operations/signing-keys/rotate" => accounts::api::operations::rotate_keys;

    GET "/api/v1/me" => accounts::api::me::show;
    PATCH "/api/v1/me" => accounts::api::me::change;
    POST "/api/v1/me/password" => accounts::api::me::change_password;
    GET "/api/v1/me/sessions" => accounts::api::me::sessions;
    POST "/api/v1/me/sessions/end-all" => accounts::api::me::end_all_sessions;
    POST "/api/v1/me/sessions/{id}/end" => accounts::api::me::end_session;

    GET "/api/v1/challenges" => challenges::api::list;
    POST "/api/v1/challenges" => challenges::api::create;
    GET "/api/v1/challenges/{id}" => challenges::api::show;
    PATCH "/api/v1/challenges/{id}" => challenges::api::change;
    DELETE "/api/v1/challenges/{id}" => challenges::api::remove;
    POST "/api/v1/challenges/{id}/submit" => challenges::api::submit;
    POST "/api/v1/challenges/{id}/recall" => challenges::api::recall;
    POST "/api/v1/challenges/{id}/publish" => challenges::api::publish;
    POST "/api/v1/challenges/{id}/return" => challenges::api::return_;
    POST "/api/v1/challenges/{id}/withdraw" => challenges::api::withdraw;
    POST "/api/v1/challenges/{id}/close" => challenges::api::close;
    POST "/api/v1/challenges/{id}/extend" => challenges::api::extend;
    POST "/api/v1/challenges/{id}/decide" => challenges::api::decide;
    POST "/api/v1/challenges/{id}/archive" => challenges::api::archive;
    GET "/api/v1/challenges/{id}/amendments" => challenges::api::list_amendments;
    GET "/api/v1/challenges/{id}/moderation" => challenges::api::moderation_log;

    GET "/api/v1/challenges/{id}/proposals" => proposals::api::list;
    POST "/api/v1/challenges/{id}/proposals" => proposals::api::create;
    GET "/api/v1/proposals" => proposals::api::own;
    GET "/api/v1/proposals/{id}" => proposals::api::show;
    PATCH "/api/v1/proposals/{id}" => proposals::api::change;
    DELETE "/api/v1/proposals/{id}" => proposals::api::remove;
    POST "/api/v1/proposals/{id}/submit" => proposals::api::submit;
    POST "/api/v1/proposals/{id}/withdraw" => proposals::api::withdraw;
    POST "/api/v1/proposals/{id}/shortlist" => proposals::api::shortlist;
    POST "/api/v1/proposals/{id}/select" => proposals::api::select;
    POST "/api/v1/proposals/{id}/decline" => proposals::api::decline;
    GET "/api/v1/proposals/{id}/versions" => proposals::api::versions;
    POST "/api/v1/proposals/{id}/partners" => proposals::api::invite_partner;
    POST "/api/v1/proposals/{id}/partners/confirm" => proposals::api::confirm_partnership;
    POST "/api/v1/proposals/{id}/partners/decline" => proposals::api::decline_partnership;
    DELETE "/api/v1/proposals/{id}/partners/{organization}" => proposals::api::remove_partner;
    GET "/api/v1/challenges/{id}/criteria" => panels::api::criteria;
    PATCH "/api/v1/challenges/{id}/criteria" => panels::api::set_criteria;
    GET "/api/v1/proposals/{id}/sheet" => panels::api::reading;
    PATCH "/api/v1/proposals/{id}/sheet" => panels::api::score;
    POST "/api/v1/proposals/{id}/sheet/hand-in" => panels::api::hand_in;
    PATCH "/api/v1/proposals/{id}/agreement" => panels::api::agree;
    POST "/api/v1/proposals/{id}/conflict" => panels::api::declare_conflict;
    GET "/api/v1/challenges/{id}/invitations" => proposals::invitations_api::list;
    POST "/api/v1/challenges/{id}/invitations" => proposals::invitations_api::invite;
    GET "/api/v1/proposal-invitations" => proposals::invitations_api::own;
    GET "/api/v1/partnerships" => proposals::api::partnerships;
    GET "/api/v1/challenges/{id}/questions" => questions::api::list;
    POST "/api/v1/challenges/{id}/questions" => questions::api::ask;
    POST "/api/v1/questions/{id}/answer" => questions::api::answer;
    POST "/api/v1/questions/{id}/withdraw" => questions::api::withdraw;
    POST "/api/v1/questions/{id}/hide" => questions::api::hide;
    GET "/api/v1/rounds" => rounds::api::list;
    POST "/api/v1/rounds" => rounds::api::create;
    GET "/api/v1/rounds/{id}" => rounds::api::show;
    PATCH "/api/v1/rounds/{id}" => rounds::api::change;
    DELETE "/api/v1/rounds/{id}" => rounds::api::remove;
    POST "/api/v1/rounds/{id}/announce" => rounds::api::announce;
    POST "/api/v1/rounds/{id}/cancel" => rounds::api::cancel;
    POST "/api/v1/rounds/{id}/end" => rounds::api::end;
    POST "/api/v1/rounds/{id}/survey" => rounds::api::survey;
    GET "/api/v1/rounds/{id}/challenges" => rounds::api::list_challenges;
    POST "/api/v1/rounds/{id}/challenges" => rounds::api::enter;
    DELETE "/api/v1/rounds/{id}/challenges/{challenge}" => rounds::api::leave;

    GET "/api/v1/rounds/{id}/slots" => sessions::api::slots::list;
    POST "/api/v1/rounds/{id}/slots" => sessions::api::slots::make;
    DELETE "/api/v1/rounds/{id}/slots/{slot}" => sessions::api::slots::remove;
    POST "/api/v1/rounds/{id}/availability" => sessions::api::slots::say_availability;
    GET "/api/v1/rounds/{id}/sessions" => sessions::api::list;
    POST "/api/v1/rounds/{id}/sessions" => sessions::api::add;
    POST "/api/v1/rounds/{id}/sessions/assign" => sessions::api::assign;
    POST "/api/v1/rounds/{id}/sessions/publish" => sessions::api::publish;
    GET "/api/v1/sessions" => sessions::api::own;
    GET "/api/v1/sessions/{id}" => sessions::api::show;
    POST "/api/v1/sessions/{id}/move" => sessions::api::move_;
    POST "/api/v1/sessions/{id}/cancel" => sessions::api::cancel;
    POST "/api/v1/sessions/{id}/outcome" => sessions::api::outcome;
    POST "/api/v1/session-outcomes" => sessions::api::outcome_by_link;
    POST "/api/v1/me/calendar" => sessions::api::make_calendar;
    DELETE "/api/v1/me/calendar" => sessions::api::end_calendar;

    GET "/api/v1/solutions" => solutions::api::list;
    POST "/api/v1/solutions" => solutions::api::create;
    GET "/api/v1/solutions/{id}" => solutions::api::show;
    PATCH "/api/v1/solutions/{id}" => solutions::api::edit;
    DELETE "/api/v1/solutions/{id}" => solutions::api::delete;
    POST "/api/v1/solutions/{id}/submit" => solutions::api::submit;
    POST "/api/v1/solutions/{id}/recall" => solutions::api::recall;
    POST "/api/v1/solutions/{id}/publish" => solutions::api::publish;
    POST "/api/v1/solutions/{id}/return" => solutions::api::give_back;
    POST "/api/v1/solutions/{id}/suspend" => solutions::api::suspend;
    POST "/api/v1/solutions/{id}/archive" => solutions::api::archive;
    GET "/api/v1/solutions/{id}/moderation" => solutions::api::moderation_log;
    GET "/api/v1/solutions/{id}/deployments" => solutions::deployments::api::list;
    POST "/api/v1/solutions/{id}/deployments" => solutions::deployments::api::declare;
    GET "/api/v1/deployments/{id}" => solutions::deployments::api::show;
    PATCH "/api/v1/deployments/{id}" => solutions::deployments::api::edit;
    DELETE "/api/v1/deployments/{id}" => solutions::deployments::api::remove;
    POST "/api/v1/deployments/{id}/document" => solutions::deployments::api::document;
    POST "/api/v1/deployments/{id}/request-confirmation" => solutions::deployments::api::request_confirmation;
    GET "/api/v1/deployment-confirmations" => solutions::deployments::api::requests;
    POST "/api/v1/deployment-confirmations" => solutions::deployments::api::answer;
    POST "/api/v1/deployment-confirmations/{id}/accept" => solutions::deployments::api::accept;
    POST "/api/v1/deployment-confirmations/{id}/refuse" => solutions::deployments::api::refuse;
    POST "/api/v1/challenge-confirmations" => challenges::api::answer_entry;
    GET "/challenge-confirmation" => challenges::entry_question;
    POST "/challenge-confirmation" => challenges::answer_entry;
    GET "/deployment-confirmation" => solutions::deployments::confirmation::show;
    POST "/deployment-confirmation" => solutions::deployments::confirmation::act;
}
