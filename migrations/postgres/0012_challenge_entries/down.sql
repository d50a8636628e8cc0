DROP TABLE challenge_entries;
