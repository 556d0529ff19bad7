CREATE INDEX rustchat_audits_createat ON audits (createat DESC, id);
