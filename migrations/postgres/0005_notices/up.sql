CREATE TABLE notices (
    id            UUID PRIMARY KEY,
    member_id     UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    subject_kind  TEXT NOT NULL,
    subject_id    UUID NOT NULL,
    facts         JSONB NOT NULL,
    delivery      TEXT NOT NULL CHECK (delivery IN ('mailed', 'digest', 'digested', 'app_only')),
    digest_at     TIMESTAMPTZ,
    created_at    TIMESTAMPTZ NOT NULL,
    read_at       TIMESTAMPTZ
);
CREATE INDEX notices_by_member ON notices (member_id, created_at);
CREATE INDEX notices_by_digest ON notices (delivery, digest_at);

CREATE TABLE mails (
    id               UUID PRIMARY KEY,
    notice_id        UUID REFERENCES notices (id) ON DELETE SET NULL,
    member_id        UUID REFERENCES members (id) ON DELETE SET NULL,
    kind             TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    locale           TEXT NOT NULL CHECK (locale IN ('ja', 'en')),
    subject          TEXT NOT NULL,
    body_text        TEXT NOT NULL,
    body_html        TEXT NOT NULL,
    unsubscribe_url  TEXT,
    secret           BOOLEAN NOT NULL,
    urgent           BOOLEAN NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dead', 'parked')),
    attempts         INTEGER NOT NULL,
    due_at           TIMESTAMPTZ NOT NULL,
    lease            UUID,
    leased_until     TIMESTAMPTZ,
    last_error       TEXT,
    created_at       TIMESTAMPTZ NOT NULL,
    sent_at          TIMESTAMPTZ
);
CREATE INDEX mails_by_due ON mails (state, due_at);
CREATE INDEX mails_by_notice ON mails (notice_id);
CREATE INDEX mails_by_member ON mails (member_id);

CREATE TABLE unsubscribe_links (
    id          UUID PRIMARY KEY,
    email       TEXT NOT NULL,
    scope       TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    refused_at  TIMESTAMPTZ,
    UNIQUE (email, scope)
);
