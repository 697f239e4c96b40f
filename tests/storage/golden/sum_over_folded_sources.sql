SELECT g, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, sum(value) / {steps:Float64} AS v
FROM (
    SELECT series_id, ts, folded AS value
    FROM (
        SELECT series_id, ts, if(series_id IN (SELECT series_id FROM series WHERE name = {p0:String} AND mapContains(tags, {p1:String}) AND kind = 'rate'), sum(value), max(value)) AS folded
        FROM samples FINAL
        WHERE name IN {names:Array(String)}
        AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
        AND series_id IN (SELECT series_id FROM series WHERE name = {p2:String} AND mapContains(tags, {p3:String}))
        GROUP BY series_id, ts
    )
) AS sample
INNER JOIN (
    SELECT series_id, transform(hash, {hashes:Array(UInt64)}, {lines:Array(UInt32)}, toUInt32(4294967295)) AS g
    FROM (
        SELECT series_id, cityHash64(tags[{p4:String}]) AS hash
        FROM series
        WHERE name = {p5:String} AND mapContains(tags, {p6:String})
        LIMIT 1 BY series_id
    )
    WHERE g != 4294967295
) AS line USING (series_id)
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- p0 = 'requests'
-- p1 = 'app'
-- first = 1789999980001
-- last = 1790001780000
-- step = 60000
-- names = ['requests']
-- p2 = 'requests'
-- p3 = 'app'
-- hashes = [7, 9]
-- lines = [0, 1]
-- p4 = 'app'
-- p5 = 'requests'
-- p6 = 'app'
-- steps = 6.0
