-- The tables of Mattermost 11.6 (its migration 159), with the names, types, defaults and keys the original has.

CREATE TYPE channel_bookmark_type AS ENUM ('link', 'file');
CREATE TYPE channel_type AS ENUM ('P', 'G', 'O', 'D');
CREATE TYPE outgoingoauthconnections_granttype AS ENUM ('client_credentials', 'password');
CREATE TYPE property_field_type AS ENUM ('text', 'select', 'multiselect', 'date', 'user', 'multiuser');
CREATE TYPE team_type AS ENUM ('I', 'O');
CREATE TYPE upload_session_type AS ENUM ('attachment', 'import');

CREATE TABLE accesscontrolpolicies (
    id varchar(26) NOT NULL,
    name varchar(128) NOT NULL,
    type varchar(128) NOT NULL,
    active boolean NOT NULL,
    createat bigint NOT NULL,
    revision integer NOT NULL,
    version varchar(8) NOT NULL,
    data jsonb,
    props jsonb,
    PRIMARY KEY (id)
);

CREATE TABLE accesscontrolpolicyhistory (
    id varchar(26) NOT NULL,
    name varchar(128) NOT NULL,
    type varchar(128) NOT NULL,
    createat bigint NOT NULL,
    revision integer NOT NULL,
    version varchar(8) NOT NULL,
    data jsonb,
    props jsonb,
    PRIMARY KEY (id, revision)
);

CREATE TABLE audits (
    id varchar(26) NOT NULL,
    createat bigint,
    userid varchar(26),
    action varchar(512),
    extrainfo varchar(1024),
    ipaddress varchar(64),
    sessionid varchar(26),
    PRIMARY KEY (id)
);

CREATE TABLE bots (
    userid varchar(26) NOT NULL,
    description varchar(1024),
    ownerid varchar(190),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    lasticonupdate bigint,
    PRIMARY KEY (userid)
);

CREATE TABLE channelbookmarks (
    id varchar(26) NOT NULL,
    ownerid varchar(26) NOT NULL,
    channelid varchar(26) NOT NULL,
    fileinfoid varchar(26) DEFAULT NULL,
    createat bigint DEFAULT 0,
    updateat bigint DEFAULT 0,
    deleteat bigint DEFAULT 0,
    displayname text DEFAULT '',
    sortorder integer DEFAULT 0,
    linkurl text,
    imageurl text,
    emoji varchar(64) DEFAULT NULL,
    type channel_bookmark_type DEFAULT 'link',
    originalid varchar(26) DEFAULT NULL,
    parentid varchar(26) DEFAULT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE channelmemberhistory (
    channelid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    jointime bigint NOT NULL,
    leavetime bigint,
    PRIMARY KEY (channelid, userid, jointime)
);

CREATE TABLE channelmembers (
    channelid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    roles varchar(256),
    lastviewedat bigint,
    msgcount bigint,
    mentioncount bigint,
    notifyprops jsonb,
    lastupdateat bigint,
    schemeuser boolean,
    schemeadmin boolean,
    schemeguest boolean,
    mentioncountroot bigint,
    msgcountroot bigint,
    urgentmentioncount bigint,
    autotranslation boolean DEFAULT false NOT NULL,
    autotranslationdisabled boolean DEFAULT false NOT NULL,
    PRIMARY KEY (channelid, userid)
);

CREATE TABLE channels (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    teamid varchar(26),
    type channel_type,
    displayname varchar(64),
    name varchar(64),
    header varchar(1024),
    purpose varchar(250),
    lastpostat bigint,
    totalmsgcount bigint,
    extraupdateat bigint,
    creatorid varchar(26),
    schemeid varchar(26),
    groupconstrained boolean,
    shared boolean,
    totalmsgcountroot bigint,
    lastrootpostat bigint DEFAULT '0',
    bannerinfo jsonb,
    defaultcategoryname varchar(64) DEFAULT '' NOT NULL,
    autotranslation boolean DEFAULT false NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT channels_name_teamid_key UNIQUE (name, teamid)
);

CREATE TABLE clusterdiscovery (
    id varchar(26) NOT NULL,
    type varchar(64),
    clustername varchar(64),
    hostname varchar(512),
    gossipport integer,
    port integer,
    createat bigint,
    lastpingat bigint,
    PRIMARY KEY (id)
);

CREATE TABLE commands (
    id varchar(26) NOT NULL,
    token varchar(26),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    creatorid varchar(26),
    teamid varchar(26),
    "trigger" varchar(128),
    method varchar(1),
    username varchar(64),
    iconurl varchar(1024),
    autocomplete boolean,
    autocompletedesc varchar(1024),
    autocompletehint varchar(1024),
    displayname varchar(64),
    description varchar(128),
    url varchar(1024),
    pluginid varchar(190),
    PRIMARY KEY (id)
);

CREATE TABLE commandwebhooks (
    id varchar(26) NOT NULL,
    createat bigint,
    commandid varchar(26),
    userid varchar(26),
    channelid varchar(26),
    rootid varchar(26),
    usecount integer,
    PRIMARY KEY (id)
);

CREATE TABLE compliances (
    id varchar(26) NOT NULL,
    createat bigint,
    userid varchar(26),
    status varchar(64),
    count integer,
    "desc" varchar(512),
    type varchar(64),
    startat bigint,
    endat bigint,
    keywords varchar(512),
    emails varchar(1024),
    PRIMARY KEY (id)
);

CREATE TABLE contentflaggingcommonreviewers (
    userid varchar(26) NOT NULL,
    PRIMARY KEY (userid)
);

CREATE TABLE contentflaggingteamreviewers (
    teamid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    PRIMARY KEY (teamid, userid)
);

CREATE TABLE contentflaggingteamsettings (
    teamid varchar(26) NOT NULL,
    enabled boolean,
    PRIMARY KEY (teamid)
);

CREATE TABLE db_lock (
    id varchar(64) NOT NULL,
    expireat bigint,
    PRIMARY KEY (id)
);

CREATE TABLE db_migrations (
    version bigint NOT NULL,
    name varchar NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE desktoptokens (
    token varchar(64) NOT NULL,
    createat bigint NOT NULL,
    userid varchar(26) NOT NULL,
    PRIMARY KEY (token)
);

CREATE TABLE drafts (
    createat bigint,
    updateat bigint,
    deleteat bigint,
    userid varchar(26) NOT NULL,
    channelid varchar(26) NOT NULL,
    rootid varchar(26) DEFAULT '' NOT NULL,
    message varchar(65535),
    props varchar(8000),
    fileids varchar(300),
    priority text,
    type text,
    PRIMARY KEY (userid, channelid, rootid)
);

CREATE TABLE emoji (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    creatorid varchar(26),
    name varchar(64),
    PRIMARY KEY (id),
    CONSTRAINT emoji_name_deleteat_key UNIQUE (name, deleteat)
);

CREATE TABLE fileinfo (
    id varchar(26) NOT NULL,
    creatorid varchar(26),
    postid varchar(26),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    path varchar(512),
    thumbnailpath varchar(512),
    previewpath varchar(512),
    name varchar(256),
    extension varchar(64),
    size bigint,
    mimetype varchar(256),
    width integer,
    height integer,
    haspreviewimage boolean,
    minipreview bytea,
    content text,
    remoteid varchar(26),
    archived boolean DEFAULT false NOT NULL,
    channelid varchar(26),
    PRIMARY KEY (id)
) WITH (autovacuum_vacuum_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05');

CREATE TABLE groupchannels (
    groupid varchar(26) NOT NULL,
    autoadd boolean,
    schemeadmin boolean,
    createat bigint,
    deleteat bigint,
    updateat bigint,
    channelid varchar(26) NOT NULL,
    PRIMARY KEY (groupid, channelid)
);

CREATE TABLE groupmembers (
    groupid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    createat bigint,
    deleteat bigint,
    PRIMARY KEY (groupid, userid)
);

CREATE TABLE groupteams (
    groupid varchar(26) NOT NULL,
    autoadd boolean,
    schemeadmin boolean,
    createat bigint,
    deleteat bigint,
    updateat bigint,
    teamid varchar(26) NOT NULL,
    PRIMARY KEY (groupid, teamid)
);

CREATE TABLE incomingwebhooks (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    userid varchar(26),
    channelid varchar(26),
    teamid varchar(26),
    displayname varchar(64),
    description varchar(500),
    username varchar(255),
    iconurl varchar(1024),
    channellocked boolean,
    PRIMARY KEY (id)
);

CREATE TABLE jobs (
    id varchar(26) NOT NULL,
    type varchar(32),
    priority bigint,
    createat bigint,
    startat bigint,
    lastactivityat bigint,
    status varchar(32),
    progress bigint,
    data jsonb,
    PRIMARY KEY (id)
);

CREATE TABLE licenses (
    id varchar(26) NOT NULL,
    createat bigint,
    bytes varchar(10000),
    PRIMARY KEY (id)
);

CREATE TABLE linkmetadata (
    hash bigint NOT NULL,
    url varchar(2048),
    "timestamp" bigint,
    type varchar(16),
    data jsonb,
    PRIMARY KEY (hash)
);

CREATE TABLE notifyadmin (
    userid varchar(26) NOT NULL,
    createat bigint,
    requiredplan varchar(100) NOT NULL,
    requiredfeature varchar(255) NOT NULL,
    trial boolean NOT NULL,
    sentat bigint,
    PRIMARY KEY (userid, requiredfeature, requiredplan)
);

CREATE TABLE oauthaccessdata (
    token varchar(26) NOT NULL,
    refreshtoken varchar(26),
    redirecturi varchar(256),
    clientid varchar(26),
    userid varchar(26),
    expiresat bigint,
    scope varchar(128),
    audience varchar(512) DEFAULT '',
    PRIMARY KEY (token),
    CONSTRAINT oauthaccessdata_clientid_userid_key UNIQUE (clientid, userid)
);

CREATE TABLE oauthapps (
    id varchar(26) NOT NULL,
    creatorid varchar(26),
    createat bigint,
    updateat bigint,
    clientsecret varchar(128),
    name varchar(64),
    description varchar(512),
    callbackurls varchar(1024),
    homepage varchar(256),
    istrusted boolean,
    iconurl varchar(512),
    mattermostappid varchar(32) DEFAULT '' NOT NULL,
    isdynamicallyregistered boolean DEFAULT false,
    PRIMARY KEY (id)
);

CREATE TABLE oauthauthdata (
    clientid varchar(26),
    userid varchar(26),
    code varchar(128) NOT NULL,
    expiresin integer,
    createat bigint,
    redirecturi varchar(256),
    state varchar(1024),
    scope varchar(128),
    codechallenge varchar(128) DEFAULT '',
    codechallengemethod varchar(10) DEFAULT '',
    resource varchar(512) DEFAULT '',
    PRIMARY KEY (code)
);

CREATE TABLE outgoingoauthconnections (
    id varchar(26) NOT NULL,
    name varchar(64),
    creatorid varchar(26),
    createat bigint,
    updateat bigint,
    clientid varchar(255),
    clientsecret varchar(255),
    credentialsusername varchar(255),
    credentialspassword varchar(255),
    oauthtokenurl text,
    granttype outgoingoauthconnections_granttype DEFAULT 'client_credentials',
    audiences varchar(1024),
    PRIMARY KEY (id)
);

CREATE TABLE outgoingwebhooks (
    id varchar(26) NOT NULL,
    token varchar(26),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    creatorid varchar(26),
    channelid varchar(26),
    teamid varchar(26),
    triggerwords varchar(1024),
    callbackurls varchar(1024),
    displayname varchar(64),
    contenttype varchar(128),
    triggerwhen integer,
    username varchar(64),
    iconurl varchar(1024),
    description varchar(500),
    PRIMARY KEY (id)
);

CREATE TABLE persistentnotifications (
    postid varchar(26) NOT NULL,
    createat bigint,
    lastsentat bigint,
    deleteat bigint,
    sentcount smallint,
    PRIMARY KEY (postid)
);

CREATE TABLE pluginkeyvaluestore (
    pluginid varchar(190) NOT NULL,
    pkey varchar(150) NOT NULL,
    pvalue bytea,
    expireat bigint,
    PRIMARY KEY (pluginid, pkey)
);

CREATE TABLE postacknowledgements (
    postid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    acknowledgedat bigint,
    remoteid varchar(26) DEFAULT '',
    channelid varchar(26) DEFAULT '',
    PRIMARY KEY (postid, userid)
);

CREATE TABLE postreminders (
    postid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    targettime bigint,
    PRIMARY KEY (postid, userid)
);

CREATE TABLE posts (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    userid varchar(26),
    channelid varchar(26),
    rootid varchar(26),
    originalid varchar(26),
    message varchar(65535),
    type varchar(26),
    props jsonb,
    hashtags varchar(1000),
    filenames varchar(4000),
    fileids varchar(300),
    hasreactions boolean,
    editat bigint,
    ispinned boolean,
    remoteid varchar(26),
    PRIMARY KEY (id)
) WITH (autovacuum_vacuum_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05');

CREATE TABLE postspriority (
    postid varchar(26) NOT NULL,
    channelid varchar(26) NOT NULL,
    priority varchar(32) NOT NULL,
    requestedack boolean,
    persistentnotifications boolean,
    PRIMARY KEY (postid)
);

CREATE TABLE preferences (
    userid varchar(26) NOT NULL,
    category varchar(32) NOT NULL,
    name varchar(32) NOT NULL,
    value text,
    PRIMARY KEY (userid, category, name)
) WITH (autovacuum_vacuum_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05');

CREATE TABLE productnoticeviewstate (
    userid varchar(26) NOT NULL,
    noticeid varchar(26) NOT NULL,
    viewed integer,
    "timestamp" bigint,
    PRIMARY KEY (userid, noticeid)
);

CREATE TABLE propertyfields (
    id varchar(26) NOT NULL,
    groupid varchar(26) NOT NULL,
    name varchar(255) NOT NULL,
    type property_field_type,
    attrs jsonb,
    targetid varchar(255),
    targettype varchar(255),
    createat bigint NOT NULL,
    updateat bigint NOT NULL,
    deleteat bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE propertygroups (
    id varchar(26) NOT NULL,
    name varchar(64) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT propertygroups_name_key UNIQUE (name)
);

CREATE TABLE propertyvalues (
    id varchar(26) NOT NULL,
    targetid varchar(255) NOT NULL,
    targettype varchar(255) NOT NULL,
    groupid varchar(26) NOT NULL,
    fieldid varchar(26) NOT NULL,
    value jsonb NOT NULL,
    createat bigint NOT NULL,
    updateat bigint NOT NULL,
    deleteat bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE publicchannels (
    id varchar(26) NOT NULL,
    deleteat bigint,
    teamid varchar(26),
    displayname varchar(64),
    name varchar(64),
    header varchar(1024),
    purpose varchar(250),
    PRIMARY KEY (id),
    CONSTRAINT publicchannels_name_teamid_key UNIQUE (name, teamid)
);

CREATE TABLE reactions (
    userid varchar(26) NOT NULL,
    postid varchar(26) NOT NULL,
    emojiname varchar(64) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    remoteid varchar(26),
    channelid varchar(26) DEFAULT '' NOT NULL,
    PRIMARY KEY (postid, userid, emojiname)
);

CREATE TABLE readreceipts (
    postid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    expireat bigint NOT NULL,
    PRIMARY KEY (postid, userid)
);

CREATE TABLE recapchannels (
    id varchar(26) NOT NULL,
    recapid varchar(26) NOT NULL,
    channelid varchar(26) NOT NULL,
    channelname varchar(64) NOT NULL,
    highlights text,
    actionitems text,
    sourcepostids text,
    createat bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE recaps (
    id varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    title varchar(255) NOT NULL,
    createat bigint NOT NULL,
    updateat bigint NOT NULL,
    deleteat bigint NOT NULL,
    totalmessagecount integer NOT NULL,
    status varchar(32) NOT NULL,
    readat bigint DEFAULT 0 NOT NULL,
    botid varchar(26) DEFAULT '' NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE recentsearches (
    userid char(26) NOT NULL,
    searchpointer integer NOT NULL,
    query jsonb,
    createat bigint NOT NULL,
    PRIMARY KEY (userid, searchpointer)
);

CREATE TABLE remoteclusters (
    remoteid varchar(26) NOT NULL,
    remoteteamid varchar(26),
    name varchar(64) NOT NULL,
    displayname varchar(64),
    siteurl varchar(512),
    createat bigint,
    lastpingat bigint,
    token varchar(26),
    remotetoken varchar(26),
    topics varchar(512),
    creatorid varchar(26),
    pluginid varchar(190) DEFAULT '' NOT NULL,
    options smallint DEFAULT 0 NOT NULL,
    defaultteamid varchar(26) DEFAULT '',
    deleteat bigint DEFAULT 0,
    lastglobalusersyncat bigint DEFAULT 0,
    PRIMARY KEY (remoteid, name)
);

CREATE TABLE retentionidsfordeletion (
    id varchar(26) NOT NULL,
    tablename varchar(64),
    ids varchar(26)[],
    PRIMARY KEY (id)
);

CREATE TABLE retentionpolicies (
    id varchar(26) NOT NULL,
    displayname varchar(64),
    postduration bigint,
    PRIMARY KEY (id)
);

CREATE TABLE retentionpolicieschannels (
    policyid varchar(26),
    channelid varchar(26) NOT NULL,
    PRIMARY KEY (channelid)
);

CREATE TABLE retentionpoliciesteams (
    policyid varchar(26),
    teamid varchar(26) NOT NULL,
    PRIMARY KEY (teamid)
);

CREATE TABLE roles (
    id varchar(26) NOT NULL,
    name varchar(64),
    displayname varchar(128),
    description varchar(1024),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    permissions text,
    schememanaged boolean,
    builtin boolean,
    schemeid varchar(26),
    PRIMARY KEY (id),
    CONSTRAINT roles_name_key UNIQUE (name)
);

CREATE TABLE scheduledposts (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    userid varchar(26) NOT NULL,
    channelid varchar(26) NOT NULL,
    rootid varchar(26),
    message varchar(65535),
    props varchar(8000),
    fileids varchar(300),
    priority text,
    scheduledat bigint NOT NULL,
    processedat bigint,
    errorcode varchar(200),
    type text,
    PRIMARY KEY (id)
);

CREATE TABLE schemes (
    id varchar(26) NOT NULL,
    name varchar(64),
    displayname varchar(128),
    description varchar(1024),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    scope varchar(32),
    defaultteamadminrole varchar(64),
    defaultteamuserrole varchar(64),
    defaultchanneladminrole varchar(64),
    defaultchanneluserrole varchar(64),
    defaultteamguestrole varchar(64),
    defaultchannelguestrole varchar(64),
    defaultplaybookadminrole varchar(64) DEFAULT '',
    defaultplaybookmemberrole varchar(64) DEFAULT '',
    defaultrunadminrole varchar(64) DEFAULT '',
    defaultrunmemberrole varchar(64) DEFAULT '',
    PRIMARY KEY (id),
    CONSTRAINT schemes_name_key UNIQUE (name)
);

CREATE TABLE sessions (
    id varchar(26) NOT NULL,
    token varchar(26),
    createat bigint,
    expiresat bigint,
    lastactivityat bigint,
    userid varchar(26),
    deviceid varchar(512),
    roles varchar(256),
    isoauth boolean,
    props jsonb,
    expirednotify boolean,
    PRIMARY KEY (id)
);

CREATE TABLE sharedchannelattachments (
    id varchar(26) NOT NULL,
    fileid varchar(26),
    remoteid varchar(26),
    createat bigint,
    lastsyncat bigint,
    PRIMARY KEY (id),
    CONSTRAINT sharedchannelattachments_fileid_remoteid_key UNIQUE (fileid, remoteid)
);

CREATE TABLE sharedchannelremotes (
    id varchar(26) NOT NULL,
    channelid varchar(26) NOT NULL,
    creatorid varchar(26),
    createat bigint,
    updateat bigint,
    isinviteaccepted boolean,
    isinviteconfirmed boolean,
    remoteid varchar(26),
    lastpostupdateat bigint,
    lastpostid varchar(26),
    lastpostcreateat bigint DEFAULT 0 NOT NULL,
    lastpostcreateid varchar(26),
    deleteat bigint DEFAULT 0,
    lastmemberssyncat bigint DEFAULT 0,
    PRIMARY KEY (id, channelid),
    CONSTRAINT sharedchannelremotes_channelid_remoteid_key UNIQUE (channelid, remoteid)
);

CREATE TABLE sharedchannels (
    channelid varchar(26) NOT NULL,
    teamid varchar(26),
    home boolean,
    readonly boolean,
    sharename varchar(64),
    sharedisplayname varchar(64),
    sharepurpose varchar(250),
    shareheader varchar(1024),
    creatorid varchar(26),
    createat bigint,
    updateat bigint,
    remoteid varchar(26),
    PRIMARY KEY (channelid),
    CONSTRAINT sharedchannels_sharename_teamid_key UNIQUE (sharename, teamid)
);

CREATE TABLE sharedchannelusers (
    id varchar(26) NOT NULL,
    userid varchar(26),
    remoteid varchar(26),
    createat bigint,
    lastsyncat bigint,
    channelid varchar(26),
    lastmembershipsyncat bigint DEFAULT 0,
    PRIMARY KEY (id),
    CONSTRAINT sharedchannelusers_userid_channelid_remoteid_key UNIQUE (userid, channelid, remoteid)
);

CREATE TABLE sidebarcategories (
    id varchar(128) NOT NULL,
    userid varchar(26),
    teamid varchar(26),
    sortorder bigint,
    sorting varchar(64),
    type varchar(64),
    displayname varchar(64),
    muted boolean,
    collapsed boolean,
    PRIMARY KEY (id)
);

CREATE TABLE sidebarchannels (
    channelid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    categoryid varchar(128) NOT NULL,
    sortorder bigint,
    PRIMARY KEY (channelid, userid, categoryid)
);

CREATE TABLE status (
    userid varchar(26) NOT NULL,
    status varchar(32),
    manual boolean,
    lastactivityat bigint,
    dndendtime bigint,
    prevstatus varchar(32),
    PRIMARY KEY (userid)
);

CREATE TABLE systems (
    name varchar(64) NOT NULL,
    value varchar(1024),
    PRIMARY KEY (name)
);

CREATE TABLE teammembers (
    teamid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    roles varchar(256),
    deleteat bigint,
    schemeuser boolean,
    schemeadmin boolean,
    schemeguest boolean,
    createat bigint DEFAULT 0,
    PRIMARY KEY (teamid, userid)
);

CREATE TABLE teams (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    displayname varchar(64),
    name varchar(64),
    description varchar(255),
    email varchar(128),
    type team_type,
    companyname varchar(64),
    alloweddomains varchar(1000),
    inviteid varchar(32),
    schemeid varchar(26),
    allowopeninvite boolean,
    lastteamiconupdate bigint,
    groupconstrained boolean,
    cloudlimitsarchived boolean DEFAULT false NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT teams_name_key UNIQUE (name)
);

CREATE TABLE temporaryposts (
    postid varchar(26) NOT NULL,
    type varchar(26) NOT NULL,
    expireat bigint NOT NULL,
    message varchar(65535),
    fileids varchar(300),
    PRIMARY KEY (postid)
);

CREATE TABLE termsofservice (
    id varchar(26) NOT NULL,
    createat bigint,
    userid varchar(26),
    text varchar(65535),
    PRIMARY KEY (id)
);

CREATE TABLE threadmemberships (
    postid varchar(26) NOT NULL,
    userid varchar(26) NOT NULL,
    following boolean,
    lastviewed bigint,
    lastupdated bigint,
    unreadmentions bigint,
    PRIMARY KEY (postid, userid)
) WITH (autovacuum_vacuum_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05');

CREATE TABLE threads (
    postid varchar(26) NOT NULL,
    replycount bigint,
    lastreplyat bigint,
    participants jsonb,
    channelid varchar(26),
    threaddeleteat bigint,
    threadteamid varchar(26),
    PRIMARY KEY (postid)
);

CREATE TABLE tokens (
    token varchar(64) NOT NULL,
    createat bigint,
    type varchar(64),
    extra varchar(2048),
    PRIMARY KEY (token)
);

CREATE TABLE translations (
    objectid varchar(26) NOT NULL,
    dstlang varchar NOT NULL,
    objecttype varchar NOT NULL,
    providerid varchar NOT NULL,
    normhash char(64) NOT NULL,
    text text NOT NULL,
    confidence real,
    meta jsonb,
    updateat bigint NOT NULL,
    state varchar(20) NOT NULL,
    channelid varchar(26),
    PRIMARY KEY (objectid, objecttype, dstlang)
);

CREATE TABLE uploadsessions (
    id varchar(26) NOT NULL,
    type upload_session_type,
    createat bigint,
    userid varchar(26),
    channelid varchar(26),
    filename varchar(256),
    path varchar(512),
    filesize bigint,
    fileoffset bigint,
    remoteid varchar(26),
    reqfileid varchar(26),
    PRIMARY KEY (id)
);

CREATE TABLE useraccesstokens (
    id varchar(26) NOT NULL,
    token varchar(26),
    userid varchar(26),
    description varchar(512),
    isactive boolean,
    PRIMARY KEY (id),
    CONSTRAINT useraccesstokens_token_key UNIQUE (token)
);

CREATE TABLE usergroups (
    id varchar(26) NOT NULL,
    name varchar(64),
    displayname varchar(128),
    description varchar(1024),
    source varchar(64),
    remoteid varchar(48),
    createat bigint,
    updateat bigint,
    deleteat bigint,
    allowreference boolean,
    PRIMARY KEY (id),
    CONSTRAINT usergroups_name_key UNIQUE (name),
    CONSTRAINT usergroups_source_remoteid_key UNIQUE (source, remoteid)
);

CREATE TABLE users (
    id varchar(26) NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    username varchar(64),
    password varchar(128),
    authdata varchar(128),
    authservice varchar(32),
    email varchar(128),
    emailverified boolean,
    nickname varchar(64),
    firstname varchar(64),
    lastname varchar(64),
    roles varchar(256),
    allowmarketing boolean,
    props jsonb,
    notifyprops jsonb,
    lastpasswordupdate bigint,
    lastpictureupdate bigint,
    failedattempts integer,
    locale varchar(5),
    mfaactive boolean,
    mfasecret varchar(128),
    position varchar(128),
    timezone jsonb,
    remoteid varchar(26),
    lastlogin bigint DEFAULT 0 NOT NULL,
    mfausedtimestamps jsonb,
    PRIMARY KEY (id),
    CONSTRAINT users_authdata_key UNIQUE (authdata),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_username_key UNIQUE (username)
);

CREATE TABLE usertermsofservice (
    userid varchar(26) NOT NULL,
    termsofserviceid varchar(26),
    createat bigint,
    PRIMARY KEY (userid)
);

ALTER TABLE retentionpoliciesteams ADD CONSTRAINT fk_retentionpoliciesteams_retentionpolicies FOREIGN KEY (policyid) REFERENCES retentionpolicies(id) ON DELETE CASCADE;
ALTER TABLE retentionpolicieschannels ADD CONSTRAINT fk_retentionpolicieschannels_retentionpolicies FOREIGN KEY (policyid) REFERENCES retentionpolicies(id) ON DELETE CASCADE;
ALTER TABLE recapchannels ADD CONSTRAINT recapchannels_recapid_fkey FOREIGN KEY (recapid) REFERENCES recaps(id) ON DELETE CASCADE;
