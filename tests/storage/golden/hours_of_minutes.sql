INSERT INTO samples_1h (name, series_id, ts, sum, cnt, min, max, ver)
SELECT any(name), series_id, toDateTime(intDiv(toUnixTimestamp(ts) + 3599, 3600) * 3600, 'UTC') AS bucket,
    sum(sum), sum(cnt), min(min), max(max), greatest(toUInt64({now:Int64}), (SELECT max(ver) + 1 FROM samples_1h WHERE ts > toDateTime({after_s:Int64}, 'UTC') AND ts <= toDateTime({until_s:Int64}, 'UTC')))
FROM samples_1m FINAL
WHERE ts > toDateTime({after_s:Int64}, 'UTC') AND ts <= toDateTime({until_s:Int64}, 'UTC')
GROUP BY series_id, bucket
SETTINGS optimize_move_to_prewhere_if_final = 1, max_bytes_before_external_group_by = 268435456,
    max_threads = 1, max_insert_threads = 1
-- after = 1790078400000
-- until = 1790082000000
-- after_s = 1790078400
-- until_s = 1790082000
-- now = 1790082100000
