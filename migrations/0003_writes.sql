-- Resources that transmissions name in their authorization attributes: whoever changes a dialog must own them all, and
-- hardly any transmission names one.

CREATE INDEX transmission_resource_ix ON transmission (dialog_id, lower(doc ->> 'authorizationAttribute'))
  WHERE lower(doc ->> 'authorizationAttribute') LIKE 'urn:altinn:resource:%';
