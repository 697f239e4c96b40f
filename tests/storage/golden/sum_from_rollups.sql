SELECT toUInt32(0) AS g, i, sum(value) / {steps:Float64} AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp(ts) * 1000 - {first:Int64}, {step:Int64})) AS i, sum AS value
    FROM samples_1h FINAL
    WHERE name IN {names:Array(String)}
        AND ts > toDateTime({p0:Int64}, 'UTC') AND ts <= toDateTime({p1:Int64}, 'UTC')
    UNION ALL
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp(ts) * 1000 - {first:Int64}, {step:Int64})) AS i, sum AS value
    FROM samples_1m FINAL
    WHERE name IN {names:Array(String)}
        AND (ts > toDateTime({p2:Int64}, 'UTC') AND ts <= toDateTime({p3:Int64}, 'UTC') OR ts > toDateTime({p4:Int64}, 'UTC') AND ts <= toDateTime({p5:Int64}, 'UTC'))
    UNION ALL
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, value
    FROM samples FINAL
    WHERE name IN {names:Array(String)}
        AND (ts > fromUnixTimestamp64Milli({p6:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p7:Int64}, 'UTC') OR ts > fromUnixTimestamp64Milli({p8:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p9:Int64}, 'UTC'))
) AS sample
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- steps = 360.0
-- p0 = 1790082000
-- p1 = 1790182800
-- names = ['requests']
-- first = 1790074800001
-- step = 3600000
-- p2 = 1790074800
-- p3 = 1790078400
-- p4 = 1790078520
-- p5 = 1790081940
-- p6 = 1790078400000
-- p7 = 1790078520000
-- p8 = 1790081940000
-- p9 = 1790082000000
