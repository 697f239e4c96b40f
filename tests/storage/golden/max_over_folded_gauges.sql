SELECT toUInt32(0) AS g, i, min(value) AS v
FROM (
    SELECT series_id, i, consolidated AS value FROM (
        SELECT series_id, i, max(value) AS consolidated
        FROM (
            SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, folded AS value
            FROM (
                SELECT series_id, ts, max(value) AS folded
                FROM samples FINAL
                WHERE name IN {names:Array(String)}
                AND ts > fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
                GROUP BY series_id, ts
            )
        )
        GROUP BY series_id, i
    )
) AS sample
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- first = 1789999980001
-- step = 60000
-- p0 = 1789999980000
-- p1 = 1790001780000
-- names = ['requests']
