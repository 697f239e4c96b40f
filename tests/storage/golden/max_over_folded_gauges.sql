SELECT toUInt32(0) AS g, i, min(consolidated) AS v
FROM (
    SELECT series_id, toUInt16(intDiv(toUnixTimestamp64Milli(ts) - {first:Int64}, {step:Int64})) AS i, max(value) AS consolidated
    FROM (
        SELECT series_id, ts, folded AS value
        FROM (
            SELECT series_id, ts, max(value) AS folded
            FROM samples FINAL
            WHERE name IN {names:Array(String)}
            AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
            GROUP BY series_id, ts
        )
    ) AS sample
    GROUP BY series_id, i
) AS stepped
GROUP BY g, i
SETTINGS optimize_move_to_prewhere_if_final = 1
-- first = 1789999980001
-- last = 1790001780000
-- step = 60000
-- names = ['requests']
