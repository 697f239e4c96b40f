SELECT series_id
FROM samples
WHERE name IN {names:Array(String)}
    AND ts >= fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({last:Int64}, 'UTC')
    AND series_id IN (SELECT series_id FROM series WHERE (name = {p0:String} AND mapContains(tags, {p1:String})))
GROUP BY series_id
HAVING min(src) != max(src)
LIMIT 1
-- first = 1789999980001
-- last = 1790001780000
-- step = 60000
-- names = ['requests']
-- p0 = 'requests'
-- p1 = 'app'
