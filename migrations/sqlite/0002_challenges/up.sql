CREATE TABLE challenges (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id    BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    municipality_code  TEXT NOT NULL,
    prefecture         INTEGER NOT NULL CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT NOT NULL,
    status             TEXT NOT NULL CHECK (status IN ('draft', 'in_review', 'returned', 'open', 'closed', 'decided', 'archived', 'withdrawn')),
    title              TEXT NOT NULL,
    content            TEXT NOT NULL CHECK (json_valid(content)),
    entry_stage        TEXT CHECK (entry_stage IN ('planning', 'pilot', 'operation')),
    budget_min         INTEGER,
    budget_max         INTEGER,
    budget_band        INTEGER NOT NULL,
    visibility         TEXT NOT NULL CHECK (visibility IN ('public', 'registered', 'invited')),
    anonymous          INTEGER NOT NULL CHECK (anonymous IN (0, 1)),
    proposals_due      TEXT,
    closes_at          TEXT,
    closing_soon_sent  INTEGER NOT NULL CHECK (closing_soon_sent IN (0, 1)),
    decision           TEXT CHECK (json_valid(decision)),
    created_by         BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(created_by) = 16),
    on_behalf_of       INTEGER NOT NULL CHECK (on_behalf_of IN (0, 1)),
    submitted_at       TEXT,
    published_at       TEXT,
    closed_at          TEXT,
    amendment          INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL
) STRICT;
CREATE INDEX challenges_by_organization ON challenges (organization_id, created_at);
CREATE INDEX challenges_by_creator ON challenges (created_by);
CREATE INDEX challenges_by_status ON challenges (status, published_at, id);
CREATE INDEX challenges_by_region ON challenges (prefecture, status);
CREATE INDEX challenges_by_deadline ON challenges (status, closes_at);

CREATE TABLE challenge_sectors (
    challenge_id  BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    sector        TEXT NOT NULL,
    PRIMARY KEY (challenge_id, sector)
) STRICT;
CREATE INDEX challenge_sectors_by_sector ON challenge_sectors (sector);

CREATE TABLE challenge_technologies (
    challenge_id  BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    technology    TEXT NOT NULL,
    PRIMARY KEY (challenge_id, technology)
) STRICT;
CREATE INDEX challenge_technologies_by_technology ON challenge_technologies (technology);

CREATE TABLE challenge_amendments (
    challenge_id  BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    amendment     INTEGER NOT NULL,
    content       TEXT NOT NULL CHECK (json_valid(content)),
    note          TEXT NOT NULL,
    amended_by    BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(amended_by) = 16),
    amended_at    TEXT NOT NULL,
    PRIMARY KEY (challenge_id, amendment)
) STRICT;
CREATE INDEX challenge_amendments_by_author ON challenge_amendments (amended_by);
