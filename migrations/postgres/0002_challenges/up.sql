CREATE TABLE challenges (
    id                 UUID PRIMARY KEY,
    organization_id    UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    municipality_code  TEXT NOT NULL,
    prefecture         INTEGER NOT NULL CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT NOT NULL,
    status             TEXT NOT NULL CHECK (status IN ('draft', 'in_review', 'returned', 'open', 'closed', 'decided', 'archived', 'withdrawn')),
    title              TEXT NOT NULL,
    content            JSONB NOT NULL,
    entry_stage        TEXT CHECK (entry_stage IN ('planning', 'pilot', 'operation')),
    budget_min         BIGINT,
    budget_max         BIGINT,
    budget_band        INTEGER NOT NULL,
    visibility         TEXT NOT NULL CHECK (visibility IN ('public', 'registered', 'invited')),
    anonymous          BOOLEAN NOT NULL,
    proposals_due      DATE,
    closes_at          TIMESTAMPTZ,
    closing_soon_sent  BOOLEAN NOT NULL,
    decision           JSONB,
    created_by         UUID REFERENCES members (id) ON DELETE SET NULL,
    on_behalf_of       BOOLEAN NOT NULL,
    submitted_at       TIMESTAMPTZ,
    published_at       TIMESTAMPTZ,
    closed_at          TIMESTAMPTZ,
    amendment          INTEGER NOT NULL,
    version            INTEGER NOT NULL,
    created_at         TIMESTAMPTZ NOT NULL,
    updated_at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX challenges_by_organization ON challenges (organization_id, created_at);
CREATE INDEX challenges_by_creator ON challenges (created_by);
CREATE INDEX challenges_by_status ON challenges (status, published_at, id);
CREATE INDEX challenges_by_region ON challenges (prefecture, status);
CREATE INDEX challenges_by_deadline ON challenges (status, closes_at);

CREATE TABLE challenge_sectors (
    challenge_id  UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    sector        TEXT NOT NULL,
    PRIMARY KEY (challenge_id, sector)
);
CREATE INDEX challenge_sectors_by_sector ON challenge_sectors (sector);

CREATE TABLE challenge_technologies (
    challenge_id  UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    technology    TEXT NOT NULL,
    PRIMARY KEY (challenge_id, technology)
);
CREATE INDEX challenge_technologies_by_technology ON challenge_technologies (technology);

CREATE TABLE challenge_amendments (
    challenge_id  UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    amendment     INTEGER NOT NULL,
    content       JSONB NOT NULL,
    note          TEXT NOT NULL,
    amended_by    UUID REFERENCES members (id) ON DELETE SET NULL,
    amended_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (challenge_id, amendment)
);
CREATE INDEX challenge_amendments_by_author ON challenge_amendments (amended_by);
