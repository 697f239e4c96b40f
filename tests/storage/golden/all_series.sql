SELECT g, i, sum(value) AS v
FROM (
    SELECT series_id, toUInt32(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts > fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
) AS sample
INNER JOIN (
    SELECT series_id, transform(hash, {hashes:Array(UInt64)}, {lines:Array(UInt32)}, toUInt32(4294967295)) AS g
    FROM (
        SELECT series_id, series_id AS hash
        FROM series
        WHERE 1
        LIMIT 1 BY series_id
    )
    WHERE g != 4294967295
) AS line USING (series_id)
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- hashes = [7]
-- lines = [0]
-- p0 = 1790000030000
-- p1 = 1790700030000
-- names = ['requests']
-- first = 1790000030001
-- step = 10000
