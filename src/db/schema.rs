//! The tables of both databases in one description.
//!
//! `db::sql_types` maps each type name to both engines; the schema test holds this file, the two migration
//! folders and two live databases to the same tables and columns.

diesel::table! {
    use crate::db::sql_types::*;

    organizations (id) {
        id -> Uuid,
        kind -> Text,
        name -> Text,
        name_kana -> Nullable<Text>,
        municipality_code -> Nullable<Text>,
        prefecture -> Nullable<Int4>,
        bureau -> Nullable<Text>,
        corporate_number -> Nullable<Text>,
        vendor_type -> Nullable<Text>,
        founded_on -> Nullable<Date>,
        employees -> Nullable<Int4>,
        website -> Nullable<Text>,
        description -> Text,
        demonstration -> Bool,
        status -> Text,
        standing -> Jsonb,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    members (id) {
        id -> Uuid,
        organization_id -> Uuid,
        email -> Text,
        name -> Text,
        department -> Nullable<Text>,
        locale -> Text,
        role -> Text,
        status -> Text,
        password_hash -> Text,
        email_verified_at -> Timestamptz,
        preferences -> Jsonb,
        last_digest_at -> Timestamptz,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    sign_ups (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        locale -> Text,
        password_hash -> Text,
        organization -> Jsonb,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    invitations (id) {
        id -> Uuid,
        organization_id -> Uuid,
        email -> Text,
        role -> Text,
        invited_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        accepted_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    single_use_links (token_hash) {
        token_hash -> Binary,
        purpose -> Text,
        subject_id -> Uuid,
        email -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    sessions (id) {
        id -> Uuid,
        member_id -> Uuid,
        channel -> Text,
        user_agent -> Text,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoked_why -> Nullable<Text>,
        cookie_hash -> Nullable<Binary>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    refresh_tokens (token_hash) {
        token_hash -> Binary,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    sign_in_throttles (key) {
        key -> Text,
        failures -> Int4,
        last_failed_at -> Timestamptz,
        blocked_until -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    mail_domains (municipality_code, domain) {
        municipality_code -> Text,
        domain -> Text,
        added_by -> Nullable<Uuid>,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    signing_keys (id) {
        id -> Text,
        secret -> Binary,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    challenges (id) {
        id -> Uuid,
        organization_id -> Uuid,
        municipality_code -> Text,
        prefecture -> Int4,
        bureau -> Text,
        status -> Text,
        title -> Text,
        content -> Jsonb,
        entry_stage -> Nullable<Text>,
        budget_min -> Nullable<Int8>,
        budget_max -> Nullable<Int8>,
        budget_band -> Int4,
        visibility -> Text,
        anonymous -> Bool,
        proposals_due -> Nullable<Date>,
        closes_at -> Nullable<Timestamptz>,
        closing_soon_sent -> Bool,
        decision -> Nullable<Jsonb>,
        created_by -> Nullable<Uuid>,
        on_behalf_of -> Bool,
        submitted_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        amendment -> Int4,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    challenge_sectors (challenge_id, sector) {
        challenge_id -> Uuid,
        sector -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    challenge_technologies (challenge_id, technology) {
        challenge_id -> Uuid,
        technology -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    challenge_amendments (challenge_id, amendment) {
        challenge_id -> Uuid,
        amendment -> Int4,
        content -> Jsonb,
        note -> Text,
        amended_by -> Nullable<Uuid>,
        amended_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    solutions (id) {
        id -> Uuid,
        organization_id -> Uuid,
        prefecture -> Int4,
        bureau -> Text,
        status -> Text,
        name -> Text,
        content -> Jsonb,
        maturity -> Nullable<Text>,
        price_initial_min -> Nullable<Int8>,
        price_initial_max -> Nullable<Int8>,
        created_by -> Nullable<Uuid>,
        submitted_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    solution_sectors (solution_id, sector) {
        solution_id -> Uuid,
        sector -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    solution_technologies (solution_id, technology) {
        solution_id -> Uuid,
        technology -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    solution_regions (solution_id, region) {
        solution_id -> Uuid,
        region -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    deployments (id) {
        id -> Uuid,
        solution_id -> Uuid,
        municipality_code -> Nullable<Text>,
        country -> Nullable<Text>,
        prefecture -> Nullable<Int4>,
        bureau -> Nullable<Text>,
        sector -> Text,
        started_on -> Date,
        ended_on -> Nullable<Date>,
        stage -> Text,
        outcome -> Text,
        results -> Jsonb,
        evidence_url -> Nullable<Text>,
        verification -> Text,
        verified_at -> Nullable<Timestamptz>,
        verified_by -> Nullable<Uuid>,
        denied_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    deployment_confirmations (id) {
        id -> Uuid,
        deployment_id -> Uuid,
        email -> Text,
        status -> Text,
        requested_by -> Nullable<Uuid>,
        requested_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        mailed_at -> Nullable<Timestamptz>,
        answered_at -> Nullable<Timestamptz>,
        answer -> Nullable<Text>,
        corrections -> Nullable<Jsonb>,
        comment -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    matches (id) {
        id -> Uuid,
        challenge_id -> Uuid,
        solution_id -> Uuid,
        origin -> Text,
        status -> Text,
        score -> Double,
        explanation -> Jsonb,
        note -> Nullable<Text>,
        reason -> Nullable<Text>,
        suggested_by -> Nullable<Uuid>,
        municipality_agreed_at -> Nullable<Timestamptz>,
        vendor_agreed_at -> Nullable<Timestamptz>,
        introduced_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    match_announcements (subject_kind, subject_id) {
        subject_kind -> Text,
        subject_id -> Uuid,
        announced_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    moderation_entries (id) {
        id -> Uuid,
        subject_kind -> Text,
        subject_id -> Uuid,
        act -> Text,
        comment -> Nullable<Text>,
        member_id -> Nullable<Uuid>,
        organization_id -> Nullable<Uuid>,
        acted_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    moderation_acts (id) {
        id -> Uuid,
        batch -> Uuid,
        subject_kind -> Text,
        subject_id -> Uuid,
        title -> Text,
        act -> Text,
        version -> Int4,
        messages -> Jsonb,
        member_id -> Uuid,
        organization_id -> Uuid,
        acted_at -> Timestamptz,
        undo_until -> Timestamptz,
        undone_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    notices (id) {
        id -> Uuid,
        member_id -> Uuid,
        kind -> Text,
        subject_kind -> Text,
        subject_id -> Uuid,
        facts -> Jsonb,
        delivery -> Text,
        digest_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    mails (id) {
        id -> Uuid,
        notice_id -> Nullable<Uuid>,
        member_id -> Nullable<Uuid>,
        kind -> Text,
        recipient -> Text,
        locale -> Text,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        unsubscribe_url -> Nullable<Text>,
        secret -> Bool,
        urgent -> Bool,
        state -> Text,
        attempts -> Int4,
        due_at -> Timestamptz,
        lease -> Nullable<Uuid>,
        leased_until -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        calendar_method -> Nullable<Text>,
        calendar -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    unsubscribe_links (id) {
        id -> Uuid,
        email -> Text,
        scope -> Text,
        created_at -> Timestamptz,
        refused_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    audit_events (id) {
        id -> Uuid,
        happened_at -> Timestamptz,
        actor_kind -> Text,
        member_id -> Nullable<Uuid>,
        organization_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Uuid,
        prefecture -> Nullable<Int4>,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    audit_unsealed (event_id) {
        event_id -> Uuid,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    audit_seals (position) {
        position -> Int8,
        event_id -> Uuid,
        seal -> Binary,
        key_id -> Text,
        sealed_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    idempotency_keys (member_id, method, path, key) {
        member_id -> Uuid,
        method -> Text,
        path -> Text,
        key -> Text,
        fingerprint -> Binary,
        status -> Int4,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    change_log (seq) {
        seq -> Int8,
        xid -> Int8,
        subject_kind -> Text,
        subject_id -> Uuid,
        logged_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    leases (name) {
        name -> Text,
        holder -> Uuid,
        held_until -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    attachments (id) {
        id -> Uuid,
        organization_id -> Uuid,
        challenge_id -> Nullable<Uuid>,
        solution_id -> Nullable<Uuid>,
        deployment_id -> Nullable<Uuid>,
        proposal_id -> Nullable<Uuid>,
        name -> Text,
        media_type -> Text,
        bytes -> Int8,
        sha256 -> Binary,
        uploaded_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    rounds (id) {
        id -> Uuid,
        organization_id -> Uuid,
        bureau -> Text,
        status -> Text,
        title -> Text,
        description -> Text,
        challenges_from -> Date,
        challenges_to -> Date,
        proposals_from -> Date,
        proposals_to -> Date,
        sessions_from -> Date,
        sessions_to -> Date,
        sessions_per_challenge -> Int4,
        sessions_per_vendor -> Int4,
        session_minutes -> Int4,
        turned_until -> Nullable<Timestamptz>,
        next_turn_at -> Nullable<Timestamptz>,
        announced_at -> Nullable<Timestamptz>,
        surveyed_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    round_challenges (challenge_id) {
        challenge_id -> Uuid,
        round_id -> Uuid,
        entered_by -> Nullable<Uuid>,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    round_slots (id) {
        id -> Uuid,
        round_id -> Uuid,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        place -> Text,
        link -> Nullable<Text>,
        capacity -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    round_blocks (slot_id, organization_id) {
        slot_id -> Uuid,
        organization_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    round_sessions (id) {
        id -> Uuid,
        round_id -> Uuid,
        challenge_id -> Uuid,
        solution_id -> Uuid,
        municipality_id -> Uuid,
        vendor_id -> Uuid,
        slot_id -> Nullable<Uuid>,
        status -> Text,
        source -> Text,
        score -> Double,
        by_hand -> Bool,
        sequence -> Int4,
        reason -> Nullable<Text>,
        municipality_outcome -> Nullable<Text>,
        municipality_reason -> Nullable<Text>,
        municipality_recorded_at -> Nullable<Timestamptz>,
        vendor_outcome -> Nullable<Text>,
        vendor_reason -> Nullable<Text>,
        vendor_recorded_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    calendar_feeds (member_id) {
        member_id -> Uuid,
        token_hash -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    challenge_entries (challenge_id) {
        challenge_id -> Uuid,
        bureau_id -> Uuid,
        asked_at -> Timestamptz,
        answer -> Nullable<Text>,
        comment -> Nullable<Text>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    questions (id) {
        id -> Uuid,
        challenge_id -> Uuid,
        organization_id -> Uuid,
        asked_by -> Nullable<Uuid>,
        status -> Text,
        body -> Text,
        answer -> Nullable<Text>,
        audience -> Nullable<Text>,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Timestamptz>,
        hidden_reason -> Nullable<Text>,
        chase_at -> Nullable<Timestamptz>,
        version -> Int4,
        asked_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    proposals (id) {
        id -> Uuid,
        challenge_id -> Uuid,
        organization_id -> Uuid,
        status -> Text,
        content -> Jsonb,
        number -> Int4,
        submitted_at -> Nullable<Timestamptz>,
        opened_at -> Nullable<Timestamptz>,
        reason_code -> Nullable<Text>,
        feedback -> Nullable<Text>,
        decided_at -> Nullable<Timestamptz>,
        match_id -> Nullable<Uuid>,
        created_by -> Nullable<Uuid>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    proposal_versions (proposal_id, number) {
        proposal_id -> Uuid,
        number -> Int4,
        document -> Text,
        sha256 -> Text,
        submitted_by -> Nullable<Uuid>,
        submitted_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    proposal_partners (proposal_id, organization_id) {
        proposal_id -> Uuid,
        organization_id -> Uuid,
        part -> Text,
        status -> Text,
        invited_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    panels (challenge_id) {
        challenge_id -> Uuid,
        criteria -> Jsonb,
        opened_at -> Nullable<Timestamptz>,
        chase_at -> Nullable<Timestamptz>,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    panel_sheets (proposal_id, member_id) {
        proposal_id -> Uuid,
        member_id -> Uuid,
        scores -> Jsonb,
        remark -> Text,
        handed_in_at -> Nullable<Timestamptz>,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    panel_agreements (proposal_id) {
        proposal_id -> Uuid,
        scores -> Jsonb,
        remark -> Text,
        agreed_by -> Nullable<Uuid>,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    panel_conflicts (proposal_id, member_id) {
        proposal_id -> Uuid,
        member_id -> Uuid,
        reason -> Text,
        declared_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    proposal_invitations (id) {
        id -> Uuid,
        challenge_id -> Uuid,
        solution_id -> Uuid,
        organization_id -> Uuid,
        invited_by -> Nullable<Uuid>,
        note -> Nullable<Text>,
        explanation -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    watchers (id) {
        id -> Uuid,
        member_id -> Nullable<Uuid>,
        email -> Nullable<Text>,
        locale -> Text,
        page_key -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    watches (id) {
        id -> Uuid,
        watcher_id -> Uuid,
        kind -> Text,
        challenge_id -> Nullable<Uuid>,
        solution_id -> Nullable<Uuid>,
        query -> Nullable<Text>,
        name -> Nullable<Text>,
        frequency -> Text,
        version -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    watch_requests (id) {
        id -> Uuid,
        email -> Text,
        locale -> Text,
        wish -> Jsonb,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    watch_events (id) {
        id -> Uuid,
        subject_kind -> Text,
        subject_id -> Uuid,
        happening -> Text,
        which -> Text,
        happened_at -> Timestamptz,
        spread_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    watch_lines (watch_id, event_id) {
        watch_id -> Uuid,
        event_id -> Uuid,
        watcher_id -> Uuid,
        due_at -> Timestamptz,
        told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    fields_wanted (id) {
        id -> Uuid,
        organization_id -> Uuid,
        solution_id -> Uuid,
        prefecture -> Int4,
        status -> Text,
        title -> Text,
        content -> Jsonb,
        closes_at -> Nullable<Timestamptz>,
        submitted_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    field_offers (id) {
        id -> Uuid,
        field_wanted_id -> Uuid,
        organization_id -> Uuid,
        challenge_id -> Nullable<Uuid>,
        match_id -> Nullable<Uuid>,
        status -> Text,
        note -> Text,
        reason -> Nullable<Text>,
        offered_by -> Nullable<Uuid>,
        answered_by -> Nullable<Uuid>,
        offered_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::joinable!(members -> organizations (organization_id));
diesel::joinable!(invitations -> organizations (organization_id));
diesel::joinable!(invitations -> members (invited_by));
diesel::joinable!(sessions -> members (member_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(mail_domains -> members (added_by));
diesel::joinable!(challenges -> organizations (organization_id));
diesel::joinable!(challenges -> members (created_by));
diesel::joinable!(challenge_sectors -> challenges (challenge_id));
diesel::joinable!(challenge_technologies -> challenges (challenge_id));
diesel::joinable!(challenge_amendments -> challenges (challenge_id));
diesel::joinable!(challenge_amendments -> members (amended_by));
diesel::joinable!(solutions -> organizations (organization_id));
diesel::joinable!(solutions -> members (created_by));
diesel::joinable!(solution_sectors -> solutions (solution_id));
diesel::joinable!(solution_technologies -> solutions (solution_id));
diesel::joinable!(solution_regions -> solutions (solution_id));
diesel::joinable!(deployments -> solutions (solution_id));
diesel::joinable!(deployments -> members (verified_by));
diesel::joinable!(deployment_confirmations -> deployments (deployment_id));
diesel::joinable!(matches -> challenges (challenge_id));
diesel::joinable!(matches -> solutions (solution_id));
diesel::joinable!(matches -> members (suggested_by));
diesel::joinable!(moderation_entries -> members (member_id));
diesel::joinable!(moderation_entries -> organizations (organization_id));
diesel::joinable!(moderation_acts -> members (member_id));
diesel::joinable!(moderation_acts -> organizations (organization_id));
diesel::joinable!(notices -> members (member_id));
diesel::joinable!(mails -> notices (notice_id));
diesel::joinable!(mails -> members (member_id));
diesel::joinable!(idempotency_keys -> members (member_id));
diesel::joinable!(attachments -> organizations (organization_id));
diesel::joinable!(attachments -> members (uploaded_by));
diesel::joinable!(attachments -> challenges (challenge_id));
diesel::joinable!(attachments -> solutions (solution_id));
diesel::joinable!(attachments -> deployments (deployment_id));
diesel::joinable!(rounds -> organizations (organization_id));
diesel::joinable!(rounds -> members (created_by));
diesel::joinable!(round_challenges -> challenges (challenge_id));
diesel::joinable!(round_challenges -> rounds (round_id));
diesel::joinable!(round_slots -> rounds (round_id));
diesel::joinable!(round_blocks -> round_slots (slot_id));
diesel::joinable!(round_sessions -> rounds (round_id));
diesel::joinable!(round_sessions -> round_slots (slot_id));
diesel::joinable!(round_sessions -> challenges (challenge_id));
diesel::joinable!(round_sessions -> solutions (solution_id));
diesel::joinable!(calendar_feeds -> members (member_id));
diesel::joinable!(challenge_entries -> challenges (challenge_id));
diesel::joinable!(questions -> challenges (challenge_id));
diesel::joinable!(questions -> organizations (organization_id));
diesel::joinable!(questions -> members (asked_by));
diesel::joinable!(proposals -> challenges (challenge_id));
diesel::joinable!(proposals -> organizations (organization_id));
diesel::joinable!(proposals -> matches (match_id));
diesel::joinable!(proposals -> members (created_by));
diesel::joinable!(proposal_versions -> proposals (proposal_id));
diesel::joinable!(proposal_versions -> members (submitted_by));
diesel::joinable!(proposal_partners -> proposals (proposal_id));
diesel::joinable!(proposal_partners -> organizations (organization_id));
diesel::joinable!(panels -> challenges (challenge_id));
diesel::joinable!(panel_sheets -> proposals (proposal_id));
diesel::joinable!(panel_sheets -> members (member_id));
diesel::joinable!(panel_agreements -> proposals (proposal_id));
diesel::joinable!(panel_agreements -> members (agreed_by));
diesel::joinable!(panel_conflicts -> proposals (proposal_id));
diesel::joinable!(panel_conflicts -> members (member_id));
diesel::joinable!(proposal_invitations -> challenges (challenge_id));
diesel::joinable!(proposal_invitations -> solutions (solution_id));
diesel::joinable!(proposal_invitations -> organizations (organization_id));
diesel::joinable!(proposal_invitations -> members (invited_by));
diesel::joinable!(attachments -> proposals (proposal_id));
diesel::joinable!(watchers -> members (member_id));
diesel::joinable!(watches -> watchers (watcher_id));
diesel::joinable!(watches -> challenges (challenge_id));
diesel::joinable!(watches -> solutions (solution_id));
diesel::joinable!(watch_lines -> watches (watch_id));
diesel::joinable!(watch_lines -> watch_events (event_id));
diesel::joinable!(watch_lines -> watchers (watcher_id));
diesel::joinable!(fields_wanted -> organizations (organization_id));
diesel::joinable!(fields_wanted -> solutions (solution_id));
diesel::joinable!(fields_wanted -> members (created_by));
diesel::joinable!(field_offers -> fields_wanted (field_wanted_id));
diesel::joinable!(field_offers -> organizations (organization_id));
diesel::joinable!(field_offers -> challenges (challenge_id));
diesel::joinable!(field_offers -> matches (match_id));

diesel::table! {
    use crate::db::sql_types::*;

    imports (id) {
        id -> Uuid,
        organization_id -> Uuid,
        member_id -> Nullable<Uuid>,
        kind -> Text,
        status -> Text,
        name -> Text,
        sha256 -> Text,
        content -> Nullable<Binary>,
        row_count -> Int4,
        problem_count -> Int4,
        report -> Jsonb,
        created_at -> Timestamptz,
        accepted_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(imports -> organizations (organization_id));
diesel::joinable!(imports -> members (member_id));

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    members,
    sign_ups,
    invitations,
    single_use_links,
    sessions,
    refresh_tokens,
    sign_in_throttles,
    mail_domains,
    signing_keys,
    challenges,
    challenge_sectors,
    challenge_technologies,
    challenge_amendments,
    solutions,
    solution_sectors,
    solution_technologies,
    solution_regions,
    deployments,
    deployment_confirmations,
    matches,
    match_announcements,
    moderation_entries,
    moderation_acts,
    notices,
    mails,
    unsubscribe_links,
    audit_events,
    audit_unsealed,
    audit_seals,
    idempotency_keys,
    change_log,
    leases,
    attachments,
    rounds,
    round_challenges,
    round_slots,
    round_blocks,
    round_sessions,
    calendar_feeds,
    challenge_entries,
    questions,
    proposals,
    proposal_versions,
    proposal_partners,
    panels,
    panel_sheets,
    panel_agreements,
    panel_conflicts,
    proposal_invitations,
    imports,
    watchers,
    watches,
    watch_requests,
    watch_events,
    watch_lines,
    fields_wanted,
    field_offers,
);
