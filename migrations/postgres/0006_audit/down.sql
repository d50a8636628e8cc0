DROP TABLE audit_seals;
DROP TABLE audit_unsealed;
DROP TABLE audit_events;
