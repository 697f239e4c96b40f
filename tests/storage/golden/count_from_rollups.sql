SELECT g, i, sum(value) / {steps:Float64} AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp(ts) * 1000 - {first:Int64}, {step:Int64})) AS i, toFloat64(cnt) AS value
    FROM samples_1h FINAL
    WHERE name IN {names:Array(String)}
        AND ts > toDateTime({p3:Int64}, 'UTC') AND ts <= toDateTime({p4:Int64}, 'UTC')
    UNION ALL
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp(ts) * 1000 - {first:Int64}, {step:Int64})) AS i, toFloat64(cnt) AS value
    FROM samples_1m FINAL
    WHERE name IN {names:Array(String)}
        AND (ts > toDateTime({p5:Int64}, 'UTC') AND ts <= toDateTime({p6:Int64}, 'UTC') OR ts > toDateTime({p7:Int64}, 'UTC') AND ts <= toDateTime({p8:Int64}, 'UTC'))
    UNION ALL
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, toFloat64(1) AS value
    FROM (
        SELECT series_id, ts, if(series_id IN (SELECT series_id FROM series WHERE name = {p9:String} AND mapContains(tags, {p10:String}) AND kind = 'rate'), sum(value), max(value)) AS folded
        FROM samples FINAL
        WHERE name IN {names:Array(String)}
        AND (ts > fromUnixTimestamp64Milli({p11:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p12:Int64}, 'UTC') OR ts > fromUnixTimestamp64Milli({p13:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p14:Int64}, 'UTC'))
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
-- steps = 360.0
-- p3 = 1790082000
-- p4 = 1790182800
-- names = ['requests']
-- first = 1790074800001
-- step = 3600000
-- p5 = 1790074800
-- p6 = 1790078400
-- p7 = 1790078520
-- p8 = 1790081940
-- p9 = 'requests'
-- p10 = 'app'
-- p11 = 1790078400000
-- p12 = 1790078520000
-- p13 = 1790081940000
-- p14 = 1790082000000
