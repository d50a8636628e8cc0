CREATE TABLE solutions (
    id                 UUID PRIMARY KEY,
    organization_id    UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    prefecture         INTEGER NOT NULL CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT NOT NULL,
    status             TEXT NOT NULL CHECK (status IN ('draft', 'in_review', 'returned', 'published', 'suspended', 'archived')),
    name               TEXT NOT NULL,
    content            JSONB NOT NULL,
    maturity           TEXT CHECK (maturity IN ('concept', 'prototype', 'piloted', 'commercial')),
    price_initial_min  BIGINT,
    price_initial_max  BIGINT,
    created_by         UUID REFERENCES members (id) ON DELETE SET NULL,
    submitted_at       TIMESTAMPTZ,
    published_at       TIMESTAMPTZ,
    version            INTEGER NOT NULL,
    created_at         TIMESTAMPTZ NOT NULL,
    updated_at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX solutions_by_organization ON solutions (organization_id, created_at);
CREATE INDEX solutions_by_creator ON solutions (created_by);
CREATE INDEX solutions_by_status ON solutions (status, published_at, id);
CREATE INDEX solutions_by_region ON solutions (prefecture, status);

CREATE TABLE solution_sectors (
    solution_id  UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    sector       TEXT NOT NULL,
    PRIMARY KEY (solution_id, sector)
);
CREATE INDEX solution_sectors_by_sector ON solution_sectors (sector);

CREATE TABLE solution_technologies (
    solution_id  UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    technology   TEXT NOT NULL,
    PRIMARY KEY (solution_id, technology)
);
CREATE INDEX solution_technologies_by_technology ON solution_technologies (technology);

CREATE TABLE solution_regions (
    solution_id  UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    region       TEXT NOT NULL,
    PRIMARY KEY (solution_id, region)
);
CREATE INDEX solution_regions_by_region ON solution_regions (region);

CREATE TABLE deployments (
    id                 UUID PRIMARY KEY,
    solution_id        UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    municipality_code  TEXT CHECK (length(municipality_code) = 6),
    country            TEXT CHECK (length(country) = 2),
    prefecture         INTEGER CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT,
    sector             TEXT NOT NULL,
    started_on         DATE NOT NULL,
    ended_on           DATE,
    stage              TEXT NOT NULL CHECK (stage IN ('pilot', 'operation')),
    outcome            TEXT NOT NULL CHECK (outcome IN ('ongoing', 'completed', 'discontinued')),
    results            JSONB NOT NULL,
    evidence_url       TEXT,
    verification       TEXT NOT NULL CHECK (verification IN ('declared', 'documented', 'confirmed')),
    verified_at        TIMESTAMPTZ,
    verified_by        UUID REFERENCES members (id) ON DELETE SET NULL,
    denied_at          TIMESTAMPTZ,
    version            INTEGER NOT NULL,
    created_at         TIMESTAMPTZ NOT NULL,
    updated_at         TIMESTAMPTZ NOT NULL,
    CHECK ((municipality_code IS NULL) <> (country IS NULL))
);
CREATE INDEX deployments_by_solution ON deployments (solution_id, started_on);
CREATE INDEX deployments_by_municipality ON deployments (municipality_code);
CREATE INDEX deployments_by_verifier ON deployments (verified_by);

CREATE TABLE deployment_confirmations (
    id             UUID PRIMARY KEY,
    deployment_id  UUID NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    email          TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('queued', 'refused', 'mailed', 'answered', 'superseded')),
    requested_by   UUID REFERENCES members (id) ON DELETE SET NULL,
    requested_at   TIMESTAMPTZ NOT NULL,
    decided_by     UUID REFERENCES members (id) ON DELETE SET NULL,
    mailed_at      TIMESTAMPTZ,
    answered_at    TIMESTAMPTZ,
    answer         TEXT CHECK (answer IN ('confirm', 'correct', 'deny')),
    corrections    JSONB,
    comment        TEXT
);
CREATE INDEX deployment_confirmations_by_deployment ON deployment_confirmations (deployment_id, requested_at);
CREATE INDEX deployment_confirmations_by_status ON deployment_confirmations (status, requested_at);
CREATE INDEX deployment_confirmations_by_requester ON deployment_confirmations (requested_by);
CREATE INDEX deployment_confirmations_by_decider ON deployment_confirmations (decided_by);
