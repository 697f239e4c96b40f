SELECT toUInt32(0) AS g, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, toFloat64(uniqExact(series_id)) AS v
FROM (
    SELECT series_id, ts, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
) AS sample
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- first = 1789999980001
-- last = 1790001780000
-- step = 60000
-- names = ['requests']
