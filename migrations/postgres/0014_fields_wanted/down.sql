DELETE FROM mails WHERE kind IN ('field_published', 'field_returned', 'field_offered', 'field_answered');
DELETE FROM notices WHERE kind IN ('field_published', 'field_returned', 'field_offered', 'field_answered');
DELETE FROM moderation_acts WHERE subject_kind = 'field_wanted';
DELETE FROM moderation_entries WHERE subject_kind = 'field_wanted';
ALTER TABLE moderation_acts ADD CONSTRAINT moderation_acts_subject_kind_check CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'match', 'confirmation'));
ALTER TABLE moderation_entries ADD CONSTRAINT moderation_entries_subject_kind_check CHECK (subject_kind IN ('organization', 'challenge', 'solution', 'deployment', 'match'));
DROP TABLE field_offers;
DROP TABLE fields_wanted;
