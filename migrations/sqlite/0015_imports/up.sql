-- Files that were rehearsed for import, and those that were accepted (each once).
CREATE TABLE imports (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    member_id        BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(member_id) = 16),
    kind             TEXT NOT NULL CHECK (kind IN ('challenges', 'solutions')),
    status           TEXT NOT NULL CHECK (status IN ('rehearsed', 'accepted')),
    name             TEXT NOT NULL,
    sha256           TEXT NOT NULL CHECK (length(sha256) = 64),
    -- The file, until it is accepted.
    content          BLOB,
    row_count        INTEGER NOT NULL CHECK (row_count >= 0),
    problem_count    INTEGER NOT NULL CHECK (problem_count >= 0),
    report           TEXT NOT NULL CHECK (json_valid(report)),
    created_at       TEXT NOT NULL,
    accepted_at      TEXT,
    CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
    CHECK ((status = 'rehearsed') = (content IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX imports_of_a_file ON imports (organization_id, kind, sha256, status);
CREATE INDEX imports_by_member ON imports (member_id);
CREATE INDEX imports_rehearsed ON imports (status, created_at);
