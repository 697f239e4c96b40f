INSERT INTO samples_1m (name, series_id, ts, sum, cnt, min, max, ver)
SELECT any(name), series_id, toDateTime(intDiv(toUnixTimestamp64Milli(ts) + 59999, 60000) * 60, 'UTC') AS bucket, sum(value), count(), min(value), max(value), greatest(toUInt64({now:Int64}), (SELECT max(ver) + 1 FROM samples_1m WHERE ts > toDateTime({after_s:Int64}, 'UTC') AND ts <= toDateTime({until_s:Int64}, 'UTC')))
FROM samples FINAL
WHERE ts > fromUnixTimestamp64Milli({after:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({until:Int64}, 'UTC')
GROUP BY series_id, bucket
HAVING min(src) = max(src)
SETTINGS optimize_move_to_prewhere_if_final = 1, max_bytes_before_external_group_by = 268435456,
    max_threads = 1, max_insert_threads = 1
-- after = 1790078400000
-- until = 1790078520000
-- after_s = 1790078400
-- until_s = 1790078520
-- now = 1790078550000
