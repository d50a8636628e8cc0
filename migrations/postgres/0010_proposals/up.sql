-- Questions on a challenge and their answers. The asker is never shown.
CREATE TABLE questions (
    id               UUID PRIMARY KEY,
    challenge_id     UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    asked_by         UUID REFERENCES members (id) ON DELETE SET NULL,
    status           TEXT NOT NULL CHECK (status IN ('asked', 'answered', 'withdrawn', 'hidden')),
    body             TEXT NOT NULL,
    answer           TEXT,
    audience         TEXT CHECK (audience IN ('public', 'registered')),
    answered_by      UUID REFERENCES members (id) ON DELETE SET NULL,
    answered_at      TIMESTAMPTZ,
    hidden_reason    TEXT,
    chase_at         TIMESTAMPTZ,
    version          INTEGER NOT NULL,
    asked_at         TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX questions_by_challenge ON questions (challenge_id, asked_at);
CREATE INDEX questions_by_organization ON questions (organization_id);
CREATE INDEX questions_by_asker ON questions (asked_by);
CREATE INDEX questions_by_answerer ON questions (answered_by);
CREATE INDEX questions_by_chase ON questions (status, chase_at);

-- A vendor's answer to a challenge. Sealed while opened_at is null.
CREATE TABLE proposals (
    id               UUID PRIMARY KEY,
    challenge_id     UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    status           TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'shortlisted', 'selected', 'declined', 'withdrawn')),
    content          JSONB NOT NULL,
    number           INTEGER NOT NULL,
    submitted_at     TIMESTAMPTZ,
    opened_at        TIMESTAMPTZ,
    reason_code      TEXT,
    feedback         TEXT,
    decided_at       TIMESTAMPTZ,
    match_id         UUID REFERENCES matches (id) ON DELETE SET NULL,
    created_by       UUID REFERENCES members (id) ON DELETE SET NULL,
    version          INTEGER NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    UNIQUE (challenge_id, organization_id)
);
CREATE INDEX proposals_by_organization ON proposals (organization_id, updated_at);
CREATE INDEX proposals_by_match ON proposals (match_id);
CREATE INDEX proposals_by_creator ON proposals (created_by);

-- What was submitted, as it was hashed; never changed.
CREATE TABLE proposal_versions (
    proposal_id   UUID NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    document      TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    submitted_by  UUID REFERENCES members (id) ON DELETE SET NULL,
    submitted_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (proposal_id, number)
);
CREATE INDEX proposal_versions_by_submitter ON proposal_versions (submitted_by);

CREATE TABLE proposal_partners (
    proposal_id      UUID NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    part             TEXT NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('invited', 'confirmed', 'declined')),
    invited_at       TIMESTAMPTZ NOT NULL,
    answered_at      TIMESTAMPTZ,
    PRIMARY KEY (proposal_id, organization_id)
);
CREATE INDEX proposal_partners_by_organization ON proposal_partners (organization_id);

-- A challenge's reading panel: its criteria, when the proposals were opened to it, when it is next reminded.
CREATE TABLE panels (
    challenge_id  UUID PRIMARY KEY REFERENCES challenges (id) ON DELETE CASCADE,
    criteria      JSONB NOT NULL,
    opened_at     TIMESTAMPTZ,
    chase_at      TIMESTAMPTZ,
    version       INTEGER NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX panels_by_chase ON panels (chase_at);

-- What one reader thinks of one proposal.
CREATE TABLE panel_sheets (
    proposal_id   UUID NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
    member_id     UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    scores        JSONB NOT NULL,
    remark        TEXT NOT NULL,
    handed_in_at  TIMESTAMPTZ,
    version       INTEGER NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (proposal_id, member_id)
);
CREATE INDEX panel_sheets_by_member ON panel_sheets (member_id);

-- What the panel agreed on, beside the sheets.
CREATE TABLE panel_agreements (
    proposal_id  UUID PRIMARY KEY REFERENCES proposals (id) ON DELETE CASCADE,
    scores       JSONB NOT NULL,
    remark       TEXT NOT NULL,
    agreed_by    UUID REFERENCES members (id) ON DELETE SET NULL,
    version      INTEGER NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX panel_agreements_by_member ON panel_agreements (agreed_by);

-- Who must not read a proposal.
CREATE TABLE panel_conflicts (
    proposal_id  UUID NOT NULL REFERENCES proposals (id) ON DELETE CASCADE,
    member_id    UUID NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    reason       TEXT NOT NULL,
    declared_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (proposal_id, member_id)
);
CREATE INDEX panel_conflicts_by_member ON panel_conflicts (member_id);

-- Vendors asked to propose, with the reason as it was.
CREATE TABLE proposal_invitations (
    id               UUID PRIMARY KEY,
    challenge_id     UUID NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
    solution_id      UUID NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
    organization_id  UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invited_by       UUID REFERENCES members (id) ON DELETE SET NULL,
    note             TEXT,
    explanation      JSONB NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    UNIQUE (challenge_id, solution_id)
);
CREATE INDEX proposal_invitations_by_solution ON proposal_invitations (solution_id);
CREATE INDEX proposal_invitations_by_organization ON proposal_invitations (organization_id, created_at);
CREATE INDEX proposal_invitations_by_inviter ON proposal_invitations (invited_by);

-- Files beside a proposal.
ALTER TABLE attachments ADD COLUMN proposal_id UUID REFERENCES proposals (id) ON DELETE CASCADE;
ALTER TABLE attachments DROP CONSTRAINT attachments_check;
ALTER TABLE attachments ADD CONSTRAINT attachments_check CHECK (num_nonnulls(challenge_id, solution_id, deployment_id, proposal_id) = 1);
CREATE INDEX attachments_by_proposal ON attachments (proposal_id, created_at);
