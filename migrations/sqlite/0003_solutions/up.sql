CREATE TABLE solutions (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id    BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    prefecture         INTEGER NOT NULL CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT NOT NULL,
    status             TEXT NOT NULL CHECK (status IN ('draft', 'in_review', 'returned', 'published', 'suspended', 'archived')),
    name               TEXT NOT NULL,
    content            TEXT NOT NULL CHECK (json_valid(content)),
    maturity           TEXT CHECK (maturity IN ('concept', 'prototype', 'piloted', 'commercial')),
    price_initial_min  INTEGER,
    price_initial_max  INTEGER,
    created_by         BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(created_by) = 16),
    submitted_at       TEXT,
    published_at       TEXT,
    version            INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL
) STRICT;
CREATE INDEX solutions_by_organization ON solutions (organization_id, created_at);
CREATE INDEX solutions_by_creator ON solutions (created_by);
CREATE INDEX solutions_by_status ON solutions (status, published_at, id);
CREATE INDEX solutions_by_region ON solutions (prefecture, status);

CREATE TABLE solution_sectors (
    solution_id  BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    sector       TEXT NOT NULL,
    PRIMARY KEY (solution_id, sector)
) STRICT;
CREATE INDEX solution_sectors_by_sector ON solution_sectors (sector);

CREATE TABLE solution_technologies (
    solution_id  BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    technology   TEXT NOT NULL,
    PRIMARY KEY (solution_id, technology)
) STRICT;
CREATE INDEX solution_technologies_by_technology ON solution_technologies (technology);

CREATE TABLE solution_regions (
    solution_id  BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    region       TEXT NOT NULL,
    PRIMARY KEY (solution_id, region)
) STRICT;
CREATE INDEX solution_regions_by_region ON solution_regions (region);

CREATE TABLE deployments (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    solution_id        BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    municipality_code  TEXT CHECK (length(municipality_code) = 6),
    country            TEXT CHECK (length(country) = 2),
    prefecture         INTEGER CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT,
    sector             TEXT NOT NULL,
    started_on         TEXT NOT NULL,
    ended_on           TEXT,
    stage              TEXT NOT NULL CHECK (stage IN ('pilot', 'operation')),
    outcome            TEXT NOT NULL CHECK (outcome IN ('ongoing', 'completed', 'discontinued')),
    results            TEXT NOT NULL CHECK (json_valid(results)),
    evidence_url       TEXT,
    verification       TEXT NOT NULL CHECK (verification IN ('declared', 'documented', 'confirmed')),
    verified_at        TEXT,
    verified_by        BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(verified_by) = 16),
    denied_at          TEXT,
    version            INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    CHECK ((municipality_code IS NULL) <> (country IS NULL))
) STRICT;
CREATE INDEX deployments_by_solution ON deployments (solution_id, started_on);
CREATE INDEX deployments_by_municipality ON deployments (municipality_code);
CREATE INDEX deployments_by_verifier ON deployments (verified_by);

CREATE TABLE deployment_confirmations (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    deployment_id  BLOB NOT NULL REFERENCES deployments (id) ON DELETE CASCADE CHECK (length(deployment_id) = 16),
    email          TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('queued', 'refused', 'mailed', 'answered', 'superseded')),
    requested_by   BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(requested_by) = 16),
    requested_at   TEXT NOT NULL,
    decided_by     BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(decided_by) = 16),
    mailed_at      TEXT,
    answered_at    TEXT,
    answer         TEXT CHECK (answer IN ('confirm', 'correct', 'deny')),
    corrections    TEXT CHECK (json_valid(corrections)),
    comment        TEXT
) STRICT;
CREATE INDEX deployment_confirmations_by_deployment ON deployment_confirmations (deployment_id, requested_at);
CREATE INDEX deployment_confirmations_by_status ON deployment_confirmations (status, requested_at);
CREATE INDEX deployment_confirmations_by_requester ON deployment_confirmations (requested_by);
CREATE INDEX deployment_confirmations_by_decider ON deployment_confirmations (decided_by);
