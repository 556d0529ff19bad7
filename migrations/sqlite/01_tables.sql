-- The same tables as on PostgreSQL. varchar, jsonb, enum and array columns are text (an array as a JSON list), bytea is
-- blob. Small rows with a key of several columns live in the key's tree (WITHOUT ROWID).

CREATE TABLE accesscontrolpolicies (
    id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    active boolean NOT NULL,
    createat bigint NOT NULL,
    revision integer NOT NULL,
    version text NOT NULL,
    data text,
    props text,
    PRIMARY KEY (id)
);

CREATE TABLE accesscontrolpolicyhistory (
    id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    createat bigint NOT NULL,
    revision integer NOT NULL,
    version text NOT NULL,
    data text,
    props text,
    PRIMARY KEY (id, revision)
);

CREATE TABLE audits (
    id text NOT NULL,
    createat bigint,
    userid text,
    action text,
    extrainfo text,
    ipaddress text,
    sessionid text,
    PRIMARY KEY (id)
);

CREATE TABLE bots (
    userid text NOT NULL,
    description text,
    ownerid text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    lasticonupdate bigint,
    PRIMARY KEY (userid)
);

CREATE TABLE channelbookmarks (
    id text NOT NULL,
    ownerid text NOT NULL,
    channelid text NOT NULL,
    fileinfoid text,
    createat bigint DEFAULT 0,
    updateat bigint DEFAULT 0,
    deleteat bigint DEFAULT 0,
    displayname text DEFAULT '',
    sortorder integer DEFAULT 0,
    linkurl text,
    imageurl text,
    emoji text,
    type text DEFAULT 'link',
    originalid text,
    parentid text,
    PRIMARY KEY (id)
);

CREATE TABLE channelmemberhistory (
    channelid text NOT NULL,
    userid text NOT NULL,
    jointime bigint NOT NULL,
    leavetime bigint,
    PRIMARY KEY (channelid, userid, jointime)
) WITHOUT ROWID;

CREATE TABLE channelmembers (
    channelid text NOT NULL,
    userid text NOT NULL,
    roles text,
    lastviewedat bigint,
    msgcount bigint,
    mentioncount bigint,
    notifyprops text,
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
) WITHOUT ROWID;

CREATE TABLE channels (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    teamid text,
    type text,
    displayname text,
    name text,
    header text,
    purpose text,
    lastpostat bigint,
    totalmsgcount bigint,
    extraupdateat bigint,
    creatorid text,
    schemeid text,
    groupconstrained boolean,
    shared boolean,
    totalmsgcountroot bigint,
    lastrootpostat bigint DEFAULT 0,
    bannerinfo text,
    defaultcategoryname text DEFAULT '' NOT NULL,
    autotranslation boolean DEFAULT false NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE clusterdiscovery (
    id text NOT NULL,
    type text,
    clustername text,
    hostname text,
    gossipport integer,
    port integer,
    createat bigint,
    lastpingat bigint,
    PRIMARY KEY (id)
);

CREATE TABLE commands (
    id text NOT NULL,
    token text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    creatorid text,
    teamid text,
    "trigger" text,
    method text,
    username text,
    iconurl text,
    autocomplete boolean,
    autocompletedesc text,
    autocompletehint text,
    displayname text,
    description text,
    url text,
    pluginid text,
    PRIMARY KEY (id)
);

CREATE TABLE commandwebhooks (
    id text NOT NULL,
    createat bigint,
    commandid text,
    userid text,
    channelid text,
    rootid text,
    usecount integer,
    PRIMARY KEY (id)
);

CREATE TABLE compliances (
    id text NOT NULL,
    createat bigint,
    userid text,
    status text,
    count integer,
    "desc" text,
    type text,
    startat bigint,
    endat bigint,
    keywords text,
    emails text,
    PRIMARY KEY (id)
);

CREATE TABLE contentflaggingcommonreviewers (
    userid text NOT NULL,
    PRIMARY KEY (userid)
);

CREATE TABLE contentflaggingteamreviewers (
    teamid text NOT NULL,
    userid text NOT NULL,
    PRIMARY KEY (teamid, userid)
) WITHOUT ROWID;

CREATE TABLE contentflaggingteamsettings (
    teamid text NOT NULL,
    enabled boolean,
    PRIMARY KEY (teamid)
);

CREATE TABLE db_lock (
    id text NOT NULL,
    expireat bigint,
    PRIMARY KEY (id)
);

CREATE TABLE db_migrations (
    version bigint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (version)
) WITHOUT ROWID;

CREATE TABLE desktoptokens (
    token text NOT NULL,
    createat bigint NOT NULL,
    userid text NOT NULL,
    PRIMARY KEY (token)
);

CREATE TABLE drafts (
    createat bigint,
    updateat bigint,
    deleteat bigint,
    userid text NOT NULL,
    channelid text NOT NULL,
    rootid text DEFAULT '' NOT NULL,
    message text,
    props text,
    fileids text,
    priority text,
    type text,
    PRIMARY KEY (userid, channelid, rootid)
);

CREATE TABLE emoji (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    creatorid text,
    name text,
    PRIMARY KEY (id)
);

CREATE TABLE fileinfo (
    id text NOT NULL,
    creatorid text,
    postid text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    path text,
    thumbnailpath text,
    previewpath text,
    name text,
    extension text,
    size bigint,
    mimetype text,
    width integer,
    height integer,
    haspreviewimage boolean,
    minipreview blob,
    content text,
    remoteid text,
    archived boolean DEFAULT false NOT NULL,
    channelid text,
    PRIMARY KEY (id)
);

CREATE TABLE groupchannels (
    groupid text NOT NULL,
    autoadd boolean,
    schemeadmin boolean,
    createat bigint,
    deleteat bigint,
    updateat bigint,
    channelid text NOT NULL,
    PRIMARY KEY (groupid, channelid)
) WITHOUT ROWID;

CREATE TABLE groupmembers (
    groupid text NOT NULL,
    userid text NOT NULL,
    createat bigint,
    deleteat bigint,
    PRIMARY KEY (groupid, userid)
) WITHOUT ROWID;

CREATE TABLE groupteams (
    groupid text NOT NULL,
    autoadd boolean,
    schemeadmin boolean,
    createat bigint,
    deleteat bigint,
    updateat bigint,
    teamid text NOT NULL,
    PRIMARY KEY (groupid, teamid)
) WITHOUT ROWID;

CREATE TABLE incomingwebhooks (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    userid text,
    channelid text,
    teamid text,
    displayname text,
    description text,
    username text,
    iconurl text,
    channellocked boolean,
    PRIMARY KEY (id)
);

CREATE TABLE jobs (
    id text NOT NULL,
    type text,
    priority bigint,
    createat bigint,
    startat bigint,
    lastactivityat bigint,
    status text,
    progress bigint,
    data text,
    PRIMARY KEY (id)
);

CREATE TABLE licenses (
    id text NOT NULL,
    createat bigint,
    bytes text,
    PRIMARY KEY (id)
);

CREATE TABLE linkmetadata (
    hash bigint NOT NULL,
    url text,
    "timestamp" bigint,
    type text,
    data text,
    PRIMARY KEY (hash)
);

CREATE TABLE notifyadmin (
    userid text NOT NULL,
    createat bigint,
    requiredplan text NOT NULL,
    requiredfeature text NOT NULL,
    trial boolean NOT NULL,
    sentat bigint,
    PRIMARY KEY (userid, requiredfeature, requiredplan)
);

CREATE TABLE oauthaccessdata (
    token text NOT NULL,
    refreshtoken text,
    redirecturi text,
    clientid text,
    userid text,
    expiresat bigint,
    scope text,
    audience text DEFAULT '',
    PRIMARY KEY (token)
);

CREATE TABLE oauthapps (
    id text NOT NULL,
    creatorid text,
    createat bigint,
    updateat bigint,
    clientsecret text,
    name text,
    description text,
    callbackurls text,
    homepage text,
    istrusted boolean,
    iconurl text,
    mattermostappid text DEFAULT '' NOT NULL,
    isdynamicallyregistered boolean DEFAULT false,
    PRIMARY KEY (id)
);

CREATE TABLE oauthauthdata (
    clientid text,
    userid text,
    code text NOT NULL,
    expiresin integer,
    createat bigint,
    redirecturi text,
    state text,
    scope text,
    codechallenge text DEFAULT '',
    codechallengemethod text DEFAULT '',
    resource text DEFAULT '',
    PRIMARY KEY (code)
);

CREATE TABLE outgoingoauthconnections (
    id text NOT NULL,
    name text,
    creatorid text,
    createat bigint,
    updateat bigint,
    clientid text,
    clientsecret text,
    credentialsusername text,
    credentialspassword text,
    oauthtokenurl text,
    granttype text DEFAULT 'client_credentials',
    audiences text,
    PRIMARY KEY (id)
);

CREATE TABLE outgoingwebhooks (
    id text NOT NULL,
    token text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    creatorid text,
    channelid text,
    teamid text,
    triggerwords text,
    callbackurls text,
    displayname text,
    contenttype text,
    triggerwhen integer,
    username text,
    iconurl text,
    description text,
    PRIMARY KEY (id)
);

CREATE TABLE persistentnotifications (
    postid text NOT NULL,
    createat bigint,
    lastsentat bigint,
    deleteat bigint,
    sentcount smallint,
    PRIMARY KEY (postid)
);

CREATE TABLE pluginkeyvaluestore (
    pluginid text NOT NULL,
    pkey text NOT NULL,
    pvalue blob,
    expireat bigint,
    PRIMARY KEY (pluginid, pkey)
);

CREATE TABLE postacknowledgements (
    postid text NOT NULL,
    userid text NOT NULL,
    acknowledgedat bigint,
    remoteid text DEFAULT '',
    channelid text DEFAULT '',
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;

CREATE TABLE postreminders (
    postid text NOT NULL,
    userid text NOT NULL,
    targettime bigint,
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;

CREATE TABLE posts (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    userid text,
    channelid text,
    rootid text,
    originalid text,
    message text,
    type text,
    props text,
    hashtags text,
    filenames text,
    fileids text,
    hasreactions boolean,
    editat bigint,
    ispinned boolean,
    remoteid text,
    PRIMARY KEY (id)
);

CREATE TABLE postspriority (
    postid text NOT NULL,
    channelid text NOT NULL,
    priority text NOT NULL,
    requestedack boolean,
    persistentnotifications boolean,
    PRIMARY KEY (postid)
);

CREATE TABLE preferences (
    userid text NOT NULL,
    category text NOT NULL,
    name text NOT NULL,
    value text,
    PRIMARY KEY (userid, category, name)
) WITHOUT ROWID;

CREATE TABLE productnoticeviewstate (
    userid text NOT NULL,
    noticeid text NOT NULL,
    viewed integer,
    "timestamp" bigint,
    PRIMARY KEY (userid, noticeid)
) WITHOUT ROWID;

CREATE TABLE propertyfields (
    id text NOT NULL,
    groupid text NOT NULL,
    name text NOT NULL,
    type text,
    attrs text,
    targetid text,
    targettype text,
    createat bigint NOT NULL,
    updateat bigint NOT NULL,
    deleteat bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE propertygroups (
    id text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE propertyvalues (
    id text NOT NULL,
    targetid text NOT NULL,
    targettype text NOT NULL,
    groupid text NOT NULL,
    fieldid text NOT NULL,
    value text NOT NULL,
    createat bigint NOT NULL,
    updateat bigint NOT NULL,
    deleteat bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE publicchannels (
    id text NOT NULL,
    deleteat bigint,
    teamid text,
    displayname text,
    name text,
    header text,
    purpose text,
    PRIMARY KEY (id)
);

CREATE TABLE reactions (
    userid text NOT NULL,
    postid text NOT NULL,
    emojiname text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    remoteid text,
    channelid text DEFAULT '' NOT NULL,
    PRIMARY KEY (postid, userid, emojiname)
) WITHOUT ROWID;

CREATE TABLE readreceipts (
    postid text NOT NULL,
    userid text NOT NULL,
    expireat bigint NOT NULL,
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;

CREATE TABLE recapchannels (
    id text NOT NULL,
    recapid text NOT NULL,
    channelid text NOT NULL,
    channelname text NOT NULL,
    highlights text,
    actionitems text,
    sourcepostids text,
    createat bigint NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT recapchannels_recapid_fkey FOREIGN KEY (recapid) REFERENCES recaps(id) ON DELETE CASCADE
);

CREATE TABLE recaps (
    id text NOT NULL,
    userid text NOT NULL,
    title text NOT NULL,
    createat bigint NOT NULL,
    updateat bigint NOT NULL,
    deleteat bigint NOT NULL,
    totalmessagecount integer NOT NULL,
    status text NOT NULL,
    readat bigint DEFAULT 0 NOT NULL,
    botid text DEFAULT '' NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE recentsearches (
    userid text NOT NULL,
    searchpointer integer NOT NULL,
    query text,
    createat bigint NOT NULL,
    PRIMARY KEY (userid, searchpointer)
);

CREATE TABLE remoteclusters (
    remoteid text NOT NULL,
    remoteteamid text,
    name text NOT NULL,
    displayname text,
    siteurl text,
    createat bigint,
    lastpingat bigint,
    token text,
    remotetoken text,
    topics text,
    creatorid text,
    pluginid text DEFAULT '' NOT NULL,
    options smallint DEFAULT 0 NOT NULL,
    defaultteamid text DEFAULT '',
    deleteat bigint DEFAULT 0,
    lastglobalusersyncat bigint DEFAULT 0,
    PRIMARY KEY (remoteid, name)
);

CREATE TABLE retentionidsfordeletion (
    id text NOT NULL,
    tablename text,
    ids text,
    PRIMARY KEY (id)
);

CREATE TABLE retentionpolicies (
    id text NOT NULL,
    displayname text,
    postduration bigint,
    PRIMARY KEY (id)
);

CREATE TABLE retentionpolicieschannels (
    policyid text,
    channelid text NOT NULL,
    PRIMARY KEY (channelid),
    CONSTRAINT fk_retentionpolicieschannels_retentionpolicies FOREIGN KEY (policyid) REFERENCES retentionpolicies(id) ON DELETE CASCADE
);

CREATE TABLE retentionpoliciesteams (
    policyid text,
    teamid text NOT NULL,
    PRIMARY KEY (teamid),
    CONSTRAINT fk_retentionpoliciesteams_retentionpolicies FOREIGN KEY (policyid) REFERENCES retentionpolicies(id) ON DELETE CASCADE
);

CREATE TABLE roles (
    id text NOT NULL,
    name text,
    displayname text,
    description text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    permissions text,
    schememanaged boolean,
    builtin boolean,
    schemeid text,
    PRIMARY KEY (id)
);

CREATE TABLE scheduledposts (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    userid text NOT NULL,
    channelid text NOT NULL,
    rootid text,
    message text,
    props text,
    fileids text,
    priority text,
    scheduledat bigint NOT NULL,
    processedat bigint,
    errorcode text,
    type text,
    PRIMARY KEY (id)
);

CREATE TABLE schemes (
    id text NOT NULL,
    name text,
    displayname text,
    description text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    scope text,
    defaultteamadminrole text,
    defaultteamuserrole text,
    defaultchanneladminrole text,
    defaultchanneluserrole text,
    defaultteamguestrole text,
    defaultchannelguestrole text,
    defaultplaybookadminrole text DEFAULT '',
    defaultplaybookmemberrole text DEFAULT '',
    defaultrunadminrole text DEFAULT '',
    defaultrunmemberrole text DEFAULT '',
    PRIMARY KEY (id)
);

CREATE TABLE sessions (
    id text NOT NULL,
    token text,
    createat bigint,
    expiresat bigint,
    lastactivityat bigint,
    userid text,
    deviceid text,
    roles text,
    isoauth boolean,
    props text,
    expirednotify boolean,
    PRIMARY KEY (id)
);

CREATE TABLE sharedchannelattachments (
    id text NOT NULL,
    fileid text,
    remoteid text,
    createat bigint,
    lastsyncat bigint,
    PRIMARY KEY (id)
);

CREATE TABLE sharedchannelremotes (
    id text NOT NULL,
    channelid text NOT NULL,
    creatorid text,
    createat bigint,
    updateat bigint,
    isinviteaccepted boolean,
    isinviteconfirmed boolean,
    remoteid text,
    lastpostupdateat bigint,
    lastpostid text,
    lastpostcreateat bigint DEFAULT 0 NOT NULL,
    lastpostcreateid text,
    deleteat bigint DEFAULT 0,
    lastmemberssyncat bigint DEFAULT 0,
    PRIMARY KEY (id, channelid)
);

CREATE TABLE sharedchannels (
    channelid text NOT NULL,
    teamid text,
    home boolean,
    readonly boolean,
    sharename text,
    sharedisplayname text,
    sharepurpose text,
    shareheader text,
    creatorid text,
    createat bigint,
    updateat bigint,
    remoteid text,
    PRIMARY KEY (channelid)
);

CREATE TABLE sharedchannelusers (
    id text NOT NULL,
    userid text,
    remoteid text,
    createat bigint,
    lastsyncat bigint,
    channelid text,
    lastmembershipsyncat bigint DEFAULT 0,
    PRIMARY KEY (id)
) WITHOUT ROWID;

CREATE TABLE sidebarcategories (
    id text NOT NULL,
    userid text,
    teamid text,
    sortorder bigint,
    sorting text,
    type text,
    displayname text,
    muted boolean,
    collapsed boolean,
    PRIMARY KEY (id)
);

CREATE TABLE sidebarchannels (
    channelid text NOT NULL,
    userid text NOT NULL,
    categoryid text NOT NULL,
    sortorder bigint,
    PRIMARY KEY (channelid, userid, categoryid)
) WITHOUT ROWID;

CREATE TABLE status (
    userid text NOT NULL,
    status text,
    manual boolean,
    lastactivityat bigint,
    dndendtime bigint,
    prevstatus text,
    PRIMARY KEY (userid)
) WITHOUT ROWID;

CREATE TABLE systems (
    name text NOT NULL,
    value text,
    PRIMARY KEY (name)
) WITHOUT ROWID;

CREATE TABLE teammembers (
    teamid text NOT NULL,
    userid text NOT NULL,
    roles text,
    deleteat bigint,
    schemeuser boolean,
    schemeadmin boolean,
    schemeguest boolean,
    createat bigint DEFAULT 0,
    PRIMARY KEY (teamid, userid)
) WITHOUT ROWID;

CREATE TABLE teams (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    displayname text,
    name text,
    description text,
    email text,
    type text,
    companyname text,
    alloweddomains text,
    inviteid text,
    schemeid text,
    allowopeninvite boolean,
    lastteamiconupdate bigint,
    groupconstrained boolean,
    cloudlimitsarchived boolean DEFAULT false NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE temporaryposts (
    postid text NOT NULL,
    type text NOT NULL,
    expireat bigint NOT NULL,
    message text,
    fileids text,
    PRIMARY KEY (postid)
);

CREATE TABLE termsofservice (
    id text NOT NULL,
    createat bigint,
    userid text,
    text text,
    PRIMARY KEY (id)
);

CREATE TABLE threadmemberships (
    postid text NOT NULL,
    userid text NOT NULL,
    following boolean,
    lastviewed bigint,
    lastupdated bigint,
    unreadmentions bigint,
    PRIMARY KEY (postid, userid)
) WITHOUT ROWID;

CREATE TABLE threads (
    postid text NOT NULL,
    replycount bigint,
    lastreplyat bigint,
    participants text,
    channelid text,
    threaddeleteat bigint,
    threadteamid text,
    PRIMARY KEY (postid)
);

CREATE TABLE tokens (
    token text NOT NULL,
    createat bigint,
    type text,
    extra text,
    PRIMARY KEY (token)
);

CREATE TABLE translations (
    objectid text NOT NULL,
    dstlang text NOT NULL,
    objecttype text NOT NULL,
    providerid text NOT NULL,
    normhash text NOT NULL,
    text text NOT NULL,
    confidence real,
    meta text,
    updateat bigint NOT NULL,
    state text NOT NULL,
    channelid text,
    PRIMARY KEY (objectid, objecttype, dstlang)
);

CREATE TABLE uploadsessions (
    id text NOT NULL,
    type text,
    createat bigint,
    userid text,
    channelid text,
    filename text,
    path text,
    filesize bigint,
    fileoffset bigint,
    remoteid text,
    reqfileid text,
    PRIMARY KEY (id)
);

CREATE TABLE useraccesstokens (
    id text NOT NULL,
    token text,
    userid text,
    description text,
    isactive boolean,
    PRIMARY KEY (id)
);

CREATE TABLE usergroups (
    id text NOT NULL,
    name text,
    displayname text,
    description text,
    source text,
    remoteid text,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    allowreference boolean,
    PRIMARY KEY (id)
);

CREATE TABLE users (
    id text NOT NULL,
    createat bigint,
    updateat bigint,
    deleteat bigint,
    username text,
    password text,
    authdata text,
    authservice text,
    email text,
    emailverified boolean,
    nickname text,
    firstname text,
    lastname text,
    roles text,
    allowmarketing boolean,
    props text,
    notifyprops text,
    lastpasswordupdate bigint,
    lastpictureupdate bigint,
    failedattempts integer,
    locale text,
    mfaactive boolean,
    mfasecret text,
    position text,
    timezone text,
    remoteid text,
    lastlogin bigint DEFAULT 0 NOT NULL,
    mfausedtimestamps text,
    PRIMARY KEY (id)
);

CREATE TABLE usertermsofservice (
    userid text NOT NULL,
    termsofserviceid text,
    createat bigint,
    PRIMARY KEY (userid)
) WITHOUT ROWID;

