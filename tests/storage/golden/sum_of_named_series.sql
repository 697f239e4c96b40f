SELECT toUInt32(0) AS g, i, sum(value) / {steps:Float64} AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND ts > fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
        AND series_id IN {ids:Array(UInt64)}
) AS sample
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- steps = 6.0
-- p0 = 1789999980000
-- p1 = 1790001780000
-- names = ['requests']
-- ids = [70, 71, 90]
-- first = 1789999980001
-- step = 60000
