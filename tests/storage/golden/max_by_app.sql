SELECT g, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, max(value) AS v
FROM (
    SELECT series_id, ts, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
        AND series_id IN (SELECT series_id FROM series WHERE name = {p0:String} AND mapContains(tags, {p1:String}))
) AS sample
INNER JOIN (
    SELECT series_id, transform(hash, {hashes:Array(UInt64)}, {lines:Array(UInt32)}, toUInt32(4294967295)) AS g
    FROM (
        SELECT series_id, cityHash64(tags[{p2:String}]) AS hash
        FROM series
        WHERE name = {p3:String} AND mapContains(tags, {p4:String})
        LIMIT 1 BY series_id
    )
    WHERE g != 4294967295
) AS line USING (series_id)
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- first = 1789999980001
-- last = 1790001780000
-- step = 60000
-- names = ['requests']
-- p0 = 'requests'
-- p1 = 'app'
-- hashes = [7]
-- lines = [0]
-- p2 = 'app'
-- p3 = 'requests'
-- p4 = 'app'
