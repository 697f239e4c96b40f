SELECT g, i, max(value) AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts > fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
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
-- hashes = [7]
-- lines = [0]
-- p0 = 'app'
-- p1 = 'requests'
-- p2 = 'app'
-- p3 = 1789999980000
-- p4 = 1790001780000
-- names = ['requests']
-- first = 1789999980001
-- step = 60000
