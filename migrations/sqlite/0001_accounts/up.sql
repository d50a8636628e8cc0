CREATE TABLE organizations (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind               TEXT NOT NULL CHECK (kind IN ('municipality', 'vendor', 'bureau', 'operator')),
    name               TEXT NOT NULL,
    name_kana          TEXT,
    municipality_code  TEXT CHECK (length(municipality_code) = 6),
    prefecture         INTEGER CHECK (prefecture BETWEEN 1 AND 47),
    bureau             TEXT,
    corporate_number   TEXT CHECK (length(corporate_number) = 13),
    vendor_type        TEXT CHECK (vendor_type IN ('startup', 'sme', 'large', 'university', 'npo', 'team')),
    founded_on         TEXT,
    employees          INTEGER CHECK (employees >= 0),
    website            TEXT,
    description        TEXT NOT NULL,
    demonstration      INTEGER NOT NULL CHECK (demonstration IN (0, 1)),
    status             TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'suspended', 'rejected')),
    standing           TEXT NOT NULL CHECK (json_valid(standing)),
    version            INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    CHECK (kind NOT IN ('municipality', 'vendor') OR (municipality_code IS NOT NULL AND prefecture IS NOT NULL)),
    CHECK (kind = 'operator' OR bureau IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX organizations_one_living_per_municipality ON organizations (municipality_code)
    WHERE kind = 'municipality' AND status <> 'rejected';
CREATE UNIQUE INDEX organizations_one_approved_per_corporate_number ON organizations (corporate_number)
    WHERE kind = 'vendor' AND status = 'approved';
CREATE UNIQUE INDEX organizations_one_per_bureau ON organizations (bureau) WHERE kind = 'bureau';
CREATE INDEX organizations_by_status ON organizations (status, kind, created_at);

CREATE TABLE members (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id    BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    email              TEXT NOT NULL UNIQUE,
    name               TEXT NOT NULL,
    department         TEXT,
    locale             TEXT NOT NULL CHECK (locale IN ('ja', 'en')),
    role               TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
    status             TEXT NOT NULL CHECK (status IN ('active', 'requested', 'deactivated')),
    password_hash      TEXT NOT NULL,
    email_verified_at  TEXT NOT NULL,
    preferences        TEXT NOT NULL CHECK (json_valid(preferences)),
    last_digest_at     TEXT NOT NULL,
    version            INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL
) STRICT;
CREATE INDEX members_by_organization ON members (organization_id, status);

CREATE TABLE sign_ups (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email          TEXT NOT NULL,
    name           TEXT NOT NULL,
    locale         TEXT NOT NULL CHECK (locale IN ('ja', 'en')),
    password_hash  TEXT NOT NULL,
    organization   TEXT NOT NULL CHECK (json_valid(organization)),
    created_at     TEXT NOT NULL,
    expires_at     TEXT NOT NULL
) STRICT;
CREATE INDEX sign_ups_by_email ON sign_ups (email);
CREATE INDEX sign_ups_by_expiry ON sign_ups (expires_at);

CREATE TABLE invitations (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    organization_id  BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE CHECK (length(organization_id) = 16),
    email            TEXT NOT NULL,
    role             TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
    invited_by       BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(invited_by) = 16),
    created_at       TEXT NOT NULL,
    expires_at       TEXT NOT NULL,
    accepted_at      TEXT,
    revoked_at       TEXT
) STRICT;
CREATE INDEX invitations_by_organization ON invitations (organization_id, created_at);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);

CREATE TABLE single_use_links (
    token_hash  BLOB NOT NULL PRIMARY KEY,
    purpose     TEXT NOT NULL CHECK (purpose IN ('verify_email', 'invitation', 'password_reset', 'deployment_confirmation')),
    subject_id  BLOB NOT NULL CHECK (length(subject_id) = 16),
    email       TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    used_at     TEXT
) STRICT;
CREATE INDEX single_use_links_by_subject ON single_use_links (purpose, subject_id);
CREATE INDEX single_use_links_by_expiry ON single_use_links (expires_at);

CREATE TABLE sessions (
    id            BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    member_id     BLOB NOT NULL REFERENCES members (id) ON DELETE CASCADE CHECK (length(member_id) = 16),
    channel       TEXT NOT NULL CHECK (channel IN ('api', 'browser')),
    user_agent    TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    last_used_at  TEXT NOT NULL,
    expires_at    TEXT NOT NULL,
    revoked_at    TEXT,
    revoked_why   TEXT,
    -- Of a browser session: SHA-256 of the secret in its cookie.
    cookie_hash   BLOB UNIQUE
) STRICT;
CREATE INDEX sessions_by_member ON sessions (member_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_hash  BLOB NOT NULL PRIMARY KEY,
    session_id  BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE CHECK (length(session_id) = 16),
    issued_at   TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    used_at     TEXT
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE sign_in_throttles (
    key            TEXT NOT NULL PRIMARY KEY,
    failures       INTEGER NOT NULL,
    last_failed_at TEXT NOT NULL,
    blocked_until  TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_throttles_by_age ON sign_in_throttles (last_failed_at);

CREATE TABLE mail_domains (
    municipality_code  TEXT NOT NULL,
    domain             TEXT NOT NULL,
    added_by           BLOB REFERENCES members (id) ON DELETE SET NULL CHECK (length(added_by) = 16),
    added_at           TEXT NOT NULL,
    PRIMARY KEY (municipality_code, domain)
) STRICT;
CREATE INDEX mail_domains_by_adder ON mail_domains (added_by);

CREATE TABLE signing_keys (
    id          TEXT NOT NULL PRIMARY KEY,
    secret      BLOB NOT NULL,
    created_at  TEXT NOT NULL,
    retired_at  TEXT
) STRICT;
