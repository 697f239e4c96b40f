SELECT DISTINCT signal, toInt64(toUnixTimestamp(window)) * 1000 AS window_ms
FROM dirty_windows FINAL
WHERE cleared = 0 AND ((signal IN {p2:Array(String)} AND window > toDateTime({p0:Int64}, 'UTC') AND window <= toDateTime({p1:Int64}, 'UTC')) OR (signal IN {p5:Array(String)} AND window > toDateTime({p3:Int64}, 'UTC') AND window <= toDateTime({p4:Int64}, 'UTC')))
-- p0 = 1790078400
-- p1 = 1790085600
-- p2 = ['writing', 'minutes']
-- p3 = 1790078400
-- p4 = 1790085600
-- p5 = ['hours']
