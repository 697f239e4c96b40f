SELECT cityHash64(tags[{p0:String}], name) AS hash, [any(tags[{p1:String}]), any(name)]::Array(String) AS labels, map()::Map(String, String) AS series_tags,
    groupUniqArray(kind) AS kinds, groupUniqArray(1001)(name) AS names,
    uniqExact(series_id) AS series, groupUniqArray(501)(series_id) AS ids
FROM series
WHERE ((name = {p2:String} AND (mapContains(tags, {p3:String}) OR NOT (mapContains(tags, {p6:String}) AND tags[{p4:String}] = {p5:String}))) AND (((mapContains(tags, {p9:String}) AND tags[{p7:String}] IN {p8:Array(String)}) AND (mapContains(tags, {p12:String}) AND tags[{p10:String}] < {p11:String})) AND ((mapContains(tags, {p15:String}) AND match(tags[{p13:String}], {p14:String})) AND 1))) AND mapContains(tags, {p16:String})
GROUP BY hash
ORDER BY labels, hash
-- p0 = 'app'
-- p1 = 'app'
-- p2 = 'requests'
-- p3 = 'zone'
-- p4 = 'app'
-- p5 = ''
-- p6 = 'app'
-- p7 = 'node'
-- p8 = ['a', '']
-- p9 = 'node'
-- p10 = 'node'
-- p11 = 'b'
-- p12 = 'node'
-- p13 = 'api'
-- p14 = '^(?i-s:get)'
-- p15 = 'api'
-- p16 = 'app'
