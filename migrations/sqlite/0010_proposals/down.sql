DELETE FROM attachments WHERE proposal_id IS NOT NULL;
CREATE TABLE attachments_before (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    -- Exactly one of these names what it belongs to.
    challenge_id     BLOB REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    solution_id      BLOB REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    deployment_id    BLOB REFERENCES deployments (id) ON DELETE CASCADE CHECK (length(deployment_id) = 16),
    name             TEXT NOT NULL,
    media_type       TEXT NOT NULL,
    bytes            INTEGER NOT NULL CHECK (bytes > 0),
    sha256           BLOB NOT NULL CHECK (length(sha256) = 32),
    uploaded_by      BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(uploaded_by) = 16),
    created_at       TEXT NOT NULL,
    CHECK ((challenge_id IS NOT NULL) + (solution_id IS NOT NULL) + (deployment_id IS NOT NULL) = 1)
) STRICT;
INSERT INTO attachments_before SELECT id, organization_id, challenge_id, solution_id, deployment_id, name, media_type, bytes, sha256, uploaded_by, created_at FROM attachments;
DROP TABLE attachments;
ALTER TABLE attachments_before RENAME TO attachments;
CREATE INDEX attachments_by_organization ON attachments (organization_id);
CREATE INDEX attachments_by_challenge ON attachments (challenge_id, created_at);
CREATE INDEX attachments_by_solution ON attachments (solution_id, created_at);
CREATE INDEX attachments_by_deployment ON attachments (deployment_id, created_at);
CREATE INDEX attachments_by_uploader ON attachments (uploaded_by);
DROP TABLE proposal_invitations;
DROP TABLE panel_conflicts;
DROP TABLE panel_agreements;
DROP TABLE panel_sheets;
DROP TABLE panels;
DROP TABLE proposal_partners;
DROP TABLE proposal_versions;
DROP TABLE proposals;
DROP TABLE questions;
