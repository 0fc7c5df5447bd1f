-- duty_limit.sql: limits of a duty's own; words of kinds of texts that stand side by side.

-- :name duty_limit_add(region_code:text, duty_id:int, clock:text, unit:int, n:int)   a limit of this duty's own for a clock
INSERT INTO duty_limit (region_code, duty_id, clock, unit, n) VALUES (:region_code, :duty_id, :clock, :unit, :n);

-- :name duty_limit_of(region_code:text, duty_id:int, clock:text)   its own limit for a clock; no row: the machine's
SELECT l.unit, l.n FROM duty_limit l WHERE l.region_code = :region_code AND l.duty_id = :duty_id AND l.clock = :clock;

-- :name duty_edition_words(kind:text, at_us:int)   words of a kind that editions have brought
SELECT e.word FROM duty_edition e WHERE e.kind = :kind AND e.from_at_us <= :at_us GROUP BY e.word ORDER BY e.word;
