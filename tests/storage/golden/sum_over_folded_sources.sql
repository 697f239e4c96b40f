SELECT g, i, sum(value) / {steps:Float64} AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, folded AS value
    FROM (
        SELECT series_id, ts, if(series_id IN (SELECT series_id FROM series WHERE name = {p3:String} AND mapContains(tags, {p4:String}) AND kind = 'rate'), sum(value), max(value)) AS folded
        FROM samples FINAL
        WHERE name IN {names:Array(String)}
        AND ts > fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')
        GROUP BY series_id, ts
    )
) AS sample
INNER JOIN (
    SELECT series_id, transform(hash, {hashes:Array(UInt64)}, {lines:Array(UInt32)}, toUInt32(4294967295)) AS g
    FROM (
        SELECT series_id, cityHash64(tags[{p0:String}]) AS hash
        FROM series
        WHERE name = {p1:String} AND mapContains(tags, {p2:String})
        LIMIT 1 BY series_id
    )
    WHERE g != 4294967295
) AS line USING (series_id)
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- hashes = [7, 9]
-- lines = [0, 1]
-- p0 = 'app'
-- p1 = 'requests'
-- p2 = 'app'
-- steps = 6.0
-- p3 = 'requests'
-- p4 = 'app'
-- first = 1789999980001
-- step = 60000
-- p5 = 1789999980000
-- p6 = 1790001780000
-- names = ['requests']
