-- A state file as schema 1 left it, written by the code of that time; kept as text so that it can be read.
CREATE TABLE checks (
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  fingerprint TEXT,
  newest INTEGER,
  at INTEGER, took INTEGER, status INTEGER, summary TEXT, facts TEXT, measurements TEXT,
  failures INTEGER, failing_since INTEGER, hard INTEGER, hard_since INTEGER, last_ok INTEGER,
  UNIQUE (subject, name)
) STRICT;
INSERT INTO "checks" VALUES(1,'web','http','a1',3,1795349160000,42000,2,'503 Service Unavailable','expected	200
but was	503
',NULL,2,1795349100000,2,1795349100000,1795348800000);
INSERT INTO "checks" VALUES(2,'mail','smtp','b2',5,1795349160000,42000,1,'slow banner',NULL,NULL,2,1795349100000,1,1795349100000,NULL);
INSERT INTO "checks" VALUES(3,'dns','soa',NULL,8,1795349220000,42000,0,'same serial',NULL,NULL,0,NULL,0,1795349220000,1795349220000);
CREATE TABLE event (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL) STRICT;
INSERT INTO "event" VALUES(1,'web',1795349160000,'http became CRITICAL: 503 Service Unavailable');
CREATE TABLE incident (
  id INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  opened INTEGER NOT NULL,
  since INTEGER NOT NULL,
  mails INTEGER NOT NULL,
  resolved INTEGER
) STRICT;
INSERT INTO "incident" VALUES(1,'dns',1795349040000,1795348980000,2,1795349220000);
INSERT INTO "incident" VALUES(2,'web',1795349160000,1795349100000,1,NULL);
INSERT INTO "incident" VALUES(3,'mail',1795349160000,1795349100000,0,NULL);
CREATE TABLE incident_check (
  incident INTEGER NOT NULL,
  check_id INTEGER NOT NULL,
  PRIMARY KEY (incident, check_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "incident_check" VALUES(1,3);
INSERT INTO "incident_check" VALUES(2,1);
INSERT INTO "incident_check" VALUES(3,2);
CREATE TABLE mail (
  id INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  incident INTEGER,
  recipients TEXT NOT NULL,
  content TEXT NOT NULL,
  queued INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  last_error TEXT,
  sent INTEGER
) STRICT;
INSERT INTO "mail" VALUES(1,'faultline.2.1@example.org',2,'infra@example.org','Subject: web

broken
',1795349160000,1,1795349160000,'421 later',NULL);
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  previous INTEGER,
  check_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  took INTEGER NOT NULL,
  status INTEGER NOT NULL,
  summary INTEGER NOT NULL,
  facts TEXT,
  measurements TEXT
) STRICT;
INSERT INTO "observation" VALUES(1,NULL,1,1795348800000,42000,0,1,'size	12
','time	0.5	s
');
INSERT INTO "observation" VALUES(2,1,1,1795349100000,42000,2,2,'expected	200
but was	503
',NULL);
INSERT INTO "observation" VALUES(3,2,1,1795349160000,42000,2,2,'expected	200
but was	503
',NULL);
INSERT INTO "observation" VALUES(4,NULL,2,1795349100000,42000,1,3,NULL,NULL);
INSERT INTO "observation" VALUES(5,4,2,1795349160000,42000,1,3,NULL,NULL);
INSERT INTO "observation" VALUES(6,NULL,3,1795348980000,42000,2,4,NULL,NULL);
INSERT INTO "observation" VALUES(7,6,3,1795349040000,42000,2,4,NULL,NULL);
INSERT INTO "observation" VALUES(8,7,3,1795349220000,42000,0,5,NULL,NULL);
CREATE TABLE summary (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, used INTEGER NOT NULL) STRICT;
INSERT INTO "summary" VALUES(1,'fine',20779);
INSERT INTO "summary" VALUES(2,'503 Service Unavailable',20779);
INSERT INTO "summary" VALUES(3,'slow banner',20779);
INSERT INTO "summary" VALUES(4,'no answer',20779);
INSERT INTO "summary" VALUES(5,'same serial',20779);
CREATE INDEX incident_open ON incident (id) WHERE resolved IS NULL;
CREATE INDEX mail_queued ON mail (id) WHERE sent IS NULL;
CREATE INDEX event_subject ON event (subject, at);
PRAGMA user_version=1;
PRAGMA application_id=1179407436;
