-- The materialised views of Mattermost 11.6: same names and columns, filled by our own queries.

CREATE MATERIALIZED VIEW poststats AS
SELECT
    userid,
    CAST(to_timestamp(createat / 1000) AS date) AS day,
    count(*) AS numposts,
    max(createat) AS lastpostdate
FROM posts
GROUP BY userid, CAST(to_timestamp(createat / 1000) AS date);

CREATE INDEX idx_poststats_userid ON poststats (userid);

CREATE MATERIALIZED VIEW posts_by_team_day AS
SELECT
    CAST(to_timestamp(posts.createat / 1000) AS date) AS day,
    count(*) AS num,
    channels.teamid
FROM posts
INNER JOIN channels ON channels.id = posts.channelid
GROUP BY CAST(to_timestamp(posts.createat / 1000) AS date), channels.teamid;

CREATE MATERIALIZED VIEW bot_posts_by_team_day AS
SELECT
    CAST(to_timestamp(posts.createat / 1000) AS date) AS day,
    count(*) AS num,
    channels.teamid
FROM posts
INNER JOIN bots ON bots.userid = posts.userid
INNER JOIN channels ON channels.id = posts.channelid
GROUP BY CAST(to_timestamp(posts.createat / 1000) AS date), channels.teamid;

CREATE MATERIALIZED VIEW file_stats AS
SELECT
    count(*) AS num,
    coalesce(sum(size), 0) AS usage
FROM fileinfo
WHERE deleteat = 0;

-- The options of a select are stored as ids; rules are written with their names.
CREATE MATERIALIZED VIEW attributeview AS
SELECT
    v.groupid,
    v.targetid,
    v.targettype,
    jsonb_object_agg(
        f.name,
        CASE f.type
            WHEN 'select' THEN (
                SELECT o -> 'name'
                FROM jsonb_path_query(f.attrs, '$.options[*]') AS o
                WHERE o ->> 'id' = v.value #>> '{}'
                LIMIT 1
            )
            WHEN 'multiselect' THEN (
                SELECT jsonb_agg(o -> 'name')
                FROM jsonb_path_query(f.attrs, '$.options[*]') AS o
                WHERE jsonb_exists(v.value, o ->> 'id')
            )
            ELSE v.value
        END
    ) AS attributes
FROM propertyvalues AS v
INNER JOIN propertyfields AS f ON f.id = v.fieldid
WHERE v.deleteat = 0 AND f.deleteat = 0
GROUP BY v.groupid, v.targetid, v.targettype;
