CREATE TABLE attachments (
    id               UUID PRIMARY KEY,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- Exactly one of these names what it belongs to.
    challenge_id     UUID REFERENCES challenges (id) ON DELETE CASCADE,
    solution_id      UUID REFERENCES solutions (id) ON DELETE CASCADE,
    deployment_id    UUID REFERENCES deployments (id) ON DELETE CASCADE,
    name             TEXT NOT NULL,
    media_type       TEXT NOT NULL,
    bytes            BIGINT NOT NULL CHECK (bytes > 0),
    sha256           BYTEA NOT NULL CHECK (length(sha256) = 32),
    uploaded_by      UUID REFERENCES members (id) ON DELETE SET NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    CHECK (num_nonnulls(challenge_id, solution_id, deployment_id) = 1)
);
CREATE INDEX attachments_by_organization ON attachments (organization_id);
CREATE INDEX attachments_by_challenge ON attachments (challenge_id, created_at);
CREATE INDEX attachments_by_solution ON attachments (solution_id, created_at);
CREATE INDEX attachments_by_deployment ON attachments (deployment_id, created_at);
CREATE INDEX attachments_by_uploader ON attachments (uploaded_by);
