SELECT series_id
FROM (
    SELECT series_id, src, min(ts) AS since, max(ts) AS until
    FROM samples
    WHERE name IN {names:Array(String)}
    AND ts > fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
    AND series_id IN (SELECT series_id FROM series WHERE (name = {p2:String} AND mapContains(tags, {p3:String})))
    GROUP BY series_id, src
)
GROUP BY series_id
HAVING count() > 1 AND arrayExists(
    (one, next) -> next.1 <= one.2,
    arrayPopBack(arraySort(groupArray((since, until))) AS times), arrayPopFront(times))
LIMIT 1
-- p0 = 1789999980000
-- p1 = 1790001780000
-- names = ['requests']
-- p2 = 'requests'
-- p3 = 'app'
