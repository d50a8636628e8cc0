-- Questions on a challenge and their answers. The asker is never shown.
CREATE TABLE questions (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    challenge_id     BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    asked_by         BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(asked_by) = 16),
    status           TEXT NOT NULL CHECK (status IN ('asked', 'answered', 'withdrawn', 'hidden')),
    body             TEXT NOT NULL,
    answer           TEXT,
    audience         TEXT CHECK (audience IN ('public', 'registered')),
    answered_by      BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(answered_by) = 16),
    answered_at      TEXT,
    hidden_reason    TEXT,
    chase_at         TEXT,
    version          INTEGER NOT NULL,
    asked_at         TEXT NOT NULL,
    updated_at       TEXT NOT NULL
) STRICT;
CREATE INDEX questions_by_challenge ON questions (challenge_id, asked_at);
CREATE INDEX questions_by_organization ON questions (organization_id);
CREATE INDEX questions_by_asker ON questions (asked_by);
CREATE INDEX questions_by_answerer ON questions (answered_by);
CREATE INDEX questions_by_chase ON questions (status, chase_at);

-- A vendor's answer to a challenge. Sealed while opened_at is null.
CREATE TABLE proposals (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    challenge_id     BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    status           TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'shortlisted', 'selected', 'declined', 'withdrawn')),
    content          TEXT NOT NULL CHECK (json_valid(content)),
    number           INTEGER NOT NULL,
    submitted_at     TEXT,
    opened_at        TEXT,
    reason_code      TEXT,
    feedback         TEXT,
    decided_at       TEXT,
    match_id         BLOB REFERENCES matches (id) ON DELETE SET NULL CHECK (length(match_id) = 16),
    created_by       BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(created_by) = 16),
    version          INTEGER NOT NULL,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    UNIQUE (challenge_id, organization_id)
) STRICT;
CREATE INDEX proposals_by_organization ON proposals (organization_id, updated_at);
CREATE INDEX proposals_by_match ON proposals (match_id);
CREATE INDEX proposals_by_creator ON proposals (created_by);

-- What was submitted, as it was hashed; never changed.
CREATE TABLE proposal_versions (
    proposal_id   BLOB NOT NULL REFERENCES proposals (id) ON DELETE CASCADE CHECK (length(proposal_id) = 16),
    number        INTEGER NOT NULL,
    document      TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    submitted_by  BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(submitted_by) = 16),
    submitted_at  TEXT NOT NULL,
    PRIMARY KEY (proposal_id, number)
) STRICT;
CREATE INDEX proposal_versions_by_submitter ON proposal_versions (submitted_by);

CREATE TABLE proposal_partners (
    proposal_id      BLOB NOT NULL REFERENCES proposals (id) ON DELETE CASCADE CHECK (length(proposal_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    part             TEXT NOT NULL,
    status           TEXT NOT NULL CHECK (status IN ('invited', 'confirmed', 'declined')),
    invited_at       TEXT NOT NULL,
    answered_at      TEXT,
    PRIMARY KEY (proposal_id, organization_id)
) STRICT;
CREATE INDEX proposal_partners_by_organization ON proposal_partners (organization_id);

-- A challenge's reading panel: its criteria, when the proposals were opened to it, when it is next reminded.
CREATE TABLE panels (
    challenge_id  BLOB NOT NULL PRIMARY KEY REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    criteria      TEXT NOT NULL CHECK (json_valid(criteria)),
    opened_at     TEXT,
    chase_at      TEXT,
    version       INTEGER NOT NULL,
    updated_at    TEXT NOT NULL
) STRICT;
CREATE INDEX panels_by_chase ON panels (chase_at);

-- What one reader thinks of one proposal.
CREATE TABLE panel_sheets (
    proposal_id   BLOB NOT NULL REFERENCES proposals (id) ON DELETE CASCADE CHECK (length(proposal_id) = 16),
    member_id     BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    scores        TEXT NOT NULL CHECK (json_valid(scores)),
    remark        TEXT NOT NULL,
    handed_in_at  TEXT,
    version       INTEGER NOT NULL,
    updated_at    TEXT NOT NULL,
    PRIMARY KEY (proposal_id, member_id)
) STRICT;
CREATE INDEX panel_sheets_by_member ON panel_sheets (member_id);

-- What the panel agreed on, beside the sheets.
CREATE TABLE panel_agreements (
    proposal_id  BLOB NOT NULL PRIMARY KEY REFERENCES proposals (id) ON DELETE CASCADE CHECK (length(proposal_id) = 16),
    scores       TEXT NOT NULL CHECK (json_valid(scores)),
    remark       TEXT NOT NULL,
    agreed_by    BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(agreed_by) = 16),
    version      INTEGER NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;
CREATE INDEX panel_agreements_by_member ON panel_agreements (agreed_by);

-- Who must not read a proposal.
CREATE TABLE panel_conflicts (
    proposal_id  BLOB NOT NULL REFERENCES proposals (id) ON DELETE CASCADE CHECK (length(proposal_id) = 16),
    member_id    BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    reason       TEXT NOT NULL,
    declared_at  TEXT NOT NULL,
    PRIMARY KEY (proposal_id, member_id)
) STRICT;
CREATE INDEX panel_conflicts_by_member ON panel_conflicts (member_id);

-- Vendors asked to propose, with the reason as it was.
CREATE TABLE proposal_invitations (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    challenge_id     BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    solution_id      BLOB NOT NULL REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    invited_by       BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(invited_by) = 16),
    note             TEXT,
    explanation      TEXT NOT NULL CHECK (json_valid(explanation)),
    created_at       TEXT NOT NULL,
    UNIQUE (challenge_id, solution_id)
) STRICT;
CREATE INDEX proposal_invitations_by_solution ON proposal_invitations (solution_id);
CREATE INDEX proposal_invitations_by_organization ON proposal_invitations (organization_id, created_at);
CREATE INDEX proposal_invitations_by_inviter ON proposal_invitations (invited_by);

-- Files beside a proposal. SQLite cannot change a CHECK in place.
CREATE TABLE attachments_next (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    -- Exactly one of these names what it belongs to.
    challenge_id     BLOB REFERENCES challenges (id) ON DELETE CASCADE CHECK (length(challenge_id) = 16),
    solution_id      BLOB REFERENCES solutions (id) ON DELETE CASCADE CHECK (length(solution_id) = 16),
    deployment_id    BLOB REFERENCES deployments (id) ON DELETE CASCADE CHECK (length(deployment_id) = 16),
    proposal_id      BLOB REFERENCES proposals (id) ON DELETE CASCADE CHECK (length(proposal_id) = 16),
    name             TEXT NOT NULL,
    media_type       TEXT NOT NULL,
    bytes            INTEGER NOT NULL CHECK (bytes > 0),
    sha256           BLOB NOT NULL CHECK (length(sha256) = 32),
    uploaded_by      BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(uploaded_by) = 16),
    created_at       TEXT NOT NULL,
    CHECK ((challenge_id IS NOT NULL) + (solution_id IS NOT NULL) + (deployment_id IS NOT NULL) + (proposal_id IS NOT NULL) = 1)
) STRICT;
INSERT INTO attachments_next (id, organization_id, challenge_id, solution_id, deployment_id, name, media_type, bytes, sha256, uploaded_by, created_at)
    SELECT id, organization_id, challenge_id, solution_id, deployment_id, name, media_type, bytes, sha256, uploaded_by, created_at FROM attachments;
DROP TABLE attachments;
ALTER TABLE attachments_next RENAME TO attachments;
CREATE INDEX attachments_by_organization ON attachments (organization_id);
CREATE INDEX attachments_by_challenge ON attachments (challenge_id, created_at);
CREATE INDEX attachments_by_solution ON attachments (solution_id, created_at);
CREATE INDEX attachments_by_deployment ON attachments (deployment_id, created_at);
CREATE INDEX attachments_by_proposal ON attachments (proposal_id, created_at);
CREATE INDEX attachments_by_uploader ON attachments (uploaded_by);
