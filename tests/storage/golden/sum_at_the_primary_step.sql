SELECT toUInt32(0) AS g, i, sum(value) AS v
FROM (
    SELECT series_id, toUInt32(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts > fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
) AS sample
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- p0 = 1790000030000
-- p1 = 1790700030000
-- names = ['requests']
-- first = 1790000030001
-- step = 10000
