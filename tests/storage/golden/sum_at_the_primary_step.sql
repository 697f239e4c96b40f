SELECT toUInt32(0) AS g, toUInt32(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, sum(value) AS v
FROM (
    SELECT series_id, ts, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
) AS sample
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- first = 1790000030001
-- last = 1790700030000
-- step = 10000
-- names = ['requests']
