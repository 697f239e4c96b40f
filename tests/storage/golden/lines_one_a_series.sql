SELECT series_id AS hash, []::Array(String) AS labels, any(tags) AS series_tags,
    groupUniqArray(kind) AS kinds, groupUniqArray(1001)(name) AS names,
    toUInt64(1) AS series, [series_id] AS ids
FROM series
WHERE name = {p0:String}
GROUP BY hash
ORDER BY labels, hash
-- p0 = 'requests'
