SELECT g, i, sum(value) / {steps:Float64} AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp(ts) * 1000 - {first:Int64}, {step:Int64})) AS i, toFloat64(cnt) AS value
    FROM samples_1h FINAL
    WHERE name IN {names:Array(String)}
        AND ts > toDateTime({p3:Int64}, 'UTC') AND ts <= toDateTime({p4:Int64}, 'UTC')
        AND series_id IN (SELECT series_id FROM series WHERE name = {p5:String} AND mapContains(tags, {p6:String}))
    UNION ALL
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp(ts) * 1000 - {first:Int64}, {step:Int64})) AS i, toFloat64(cnt) AS value
    FROM samples_1m FINAL
    WHERE name IN {names:Array(String)}
        AND (ts > toDateTime({p7:Int64}, 'UTC') AND ts <= toDateTime({p8:Int64}, 'UTC') OR ts > toDateTime({p9:Int64}, 'UTC') AND ts <= toDateTime({p10:Int64}, 'UTC'))
        AND series_id IN (SELECT series_id FROM series WHERE name = {p11:String} AND mapContains(tags, {p12:String}))
    UNION ALL
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, toFloat64(1) AS value
    FROM (
        SELECT series_id, ts, if(series_id IN (SELECT series_id FROM series WHERE name = {p13:String} AND mapContains(tags, {p14:String}) AND kind = 'rate'), sum(value), max(value)) AS folded
        FROM samples FINAL
        WHERE name IN {names:Array(String)}
        AND (ts > fromUnixTimestamp64Milli({p15:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p16:Int64}, 'UTC') OR ts > fromUnixTimestamp64Milli({p17:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p18:Int64}, 'UTC'))
        AND series_id IN (SELECT series_id FROM series WHERE name = {p19:String} AND mapContains(tags, {p20:String}))
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
-- p5 = 'requests'
-- p6 = 'app'
-- first = 1790074800001
-- step = 3600000
-- p7 = 1790074800
-- p8 = 1790078400
-- p9 = 1790078520
-- p10 = 1790081940
-- p11 = 'requests'
-- p12 = 'app'
-- p13 = 'requests'
-- p14 = 'app'
-- p15 = 1790078400000
-- p16 = 1790078520000
-- p17 = 1790081940000
-- p18 = 1790082000000
-- p19 = 'requests'
-- p20 = 'app'
