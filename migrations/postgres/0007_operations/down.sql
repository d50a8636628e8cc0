DROP TABLE leases;
DROP TABLE change_log;
DROP TABLE idempotency_keys;
