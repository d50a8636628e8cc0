DROP TABLE challenge_amendments;
DROP TABLE challenge_technologies;
DROP TABLE challenge_sectors;
DROP TABLE challenges;
