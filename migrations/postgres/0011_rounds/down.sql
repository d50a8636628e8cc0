DELETE FROM single_use_links WHERE purpose IN ('session_outcome', 'challenge_confirmation');
ALTER TABLE mails DROP COLUMN calendar;
ALTER TABLE mails DROP COLUMN calendar_method;
DROP TABLE calendar_feeds;
DROP TABLE round_sessions;
DROP TABLE round_blocks;
DROP TABLE round_slots;
DROP TABLE round_challenges;
DROP TABLE rounds;
