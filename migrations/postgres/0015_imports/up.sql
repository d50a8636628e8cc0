-- Files that were rehearsed for import, and those that were accepted (each once).
CREATE TABLE imports (
    id               UUID PRIMARY KEY,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    member_id        UUID REFERENCES members (id) ON DELETE SET NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('challenges', 'solutions')),
    status           TEXT NOT NULL CHECK (status IN ('rehearsed', 'accepted')),
    name             TEXT NOT NULL,
    sha256           TEXT NOT NULL CHECK (length(sha256) = 64),
    -- The file, until it is accepted.
    content          BYTEA,
    row_count        INTEGER NOT NULL CHECK (row_count >= 0),
    problem_count    INTEGER NOT NULL CHECK (problem_count >= 0),
    report           JSONB NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    accepted_at      TIMESTAMPTZ,
    CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
    CHECK ((status = 'rehearsed') = (content IS NOT NULL))
);
CREATE UNIQUE INDEX imports_of_a_file ON imports (organization_id, kind, sha256, status);
CREATE INDEX imports_by_member ON imports (member_id);
CREATE INDEX imports_rehearsed ON imports (status, created_at);
