"""What waits for readers at each place of the menu (spec, notify.md, "Counters"): for one, and for many at once."""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.planning import plan_for_values
from services.notify.store.addressees import addressees_of

COUNT_MAX: Final = 1_000
"""So many messages of an addressee are counted at a place; a menu shows no more, and nobody waits for the rest to be counted."""
TASKS_MAX: Final = 10_000
"""So many messages about open tasks, wherever they are."""

# What few messages of an addressee wait is read once, however many of the readers it is: each has all of them that are newer than
# his or her mark, but for those that he or she has read one by one. Of what has more, each reader's newest are found, by place.
_WAITING: Final = text("""
WITH RECURSIVE readers AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:readers AS jsonb)) AS reader (number integer, user_id uuid, addressees text[])
     ), seats AS MATERIALIZED (
        SELECT readers.number, readers.user_id, seat.addressee, coalesce(read_marks.read_until, '-infinity') AS read_until
          FROM readers
         CROSS JOIN LATERAL unnest(readers.addressees) AS seat (addressee)
          LEFT JOIN read_marks ON read_marks.user_id = readers.user_id AND read_marks.addressee = seat.addressee
     ), given AS MATERIALIZED (
        SELECT addressee, min(read_until) AS read_until FROM seats GROUP BY addressee
     ), tasks AS MATERIALIZED (
        SELECT task.*
          FROM given
         CROSS JOIN LATERAL (
                SELECT id, addressee, place, task_id, posted_at FROM messages
                 WHERE messages.addressee = given.addressee AND task_id IS NOT NULL AND NOT is_done
                 LIMIT :tasks_max
               ) AS task
     ), newest AS MATERIALIZED (
        SELECT message.*
          FROM given
         CROSS JOIN LATERAL (
                SELECT id, addressee, place, things, posted_at FROM messages
                 WHERE messages.addressee = given.addressee AND task_id IS NULL AND NOT is_done AND posted_at > given.read_until
                 ORDER BY posted_at DESC, id DESC
                 LIMIT :count_max + 1
               ) AS message
     ), many AS MATERIALIZED (
        SELECT addressee FROM newest GROUP BY addressee HAVING count(*) > :count_max
     ), few AS NOT MATERIALIZED (
        SELECT * FROM newest WHERE addressee NOT IN (SELECT addressee FROM many)
     ), oldest AS MATERIALIZED (
        SELECT min(posted_at) AS posted_at
          FROM (SELECT posted_at FROM few UNION ALL SELECT posted_at FROM tasks) AS counted
     ), reads AS MATERIALIZED (
        SELECT readers.number, read.message_id
          FROM readers
         CROSS JOIN oldest
         CROSS JOIN LATERAL (
                SELECT message_id FROM message_reads
                 WHERE user_id = readers.user_id AND message_reads.posted_at >= oldest.posted_at
                OFFSET 0
               ) AS read
     ), places AS (
        SELECT addressee, (SELECT min(place) FROM messages WHERE messages.addressee = many.addressee) AS place FROM many
        UNION ALL
        SELECT addressee,
               (SELECT min(place) FROM messages WHERE messages.addressee = places.addressee AND messages.place > places.place)
          FROM places WHERE place IS NOT NULL
     ), waiting AS (
        SELECT seats.number, there.place, there.unread, there.things, CAST(NULL AS uuid) AS task_id
          FROM seats
          JOIN (
                SELECT addressee, read_until, place, count(*) AS unread, sum(things) AS things
                  FROM (SELECT DISTINCT addressee, read_until FROM seats) AS marked
                  JOIN few USING (addressee)
                 WHERE few.posted_at > marked.read_until
                 GROUP BY addressee, read_until, place
               ) AS there USING (addressee, read_until)
        UNION ALL
        SELECT seats.number, few.place, -count(*), -sum(few.things), NULL
          FROM reads
          JOIN few ON few.id = reads.message_id
          JOIN seats ON seats.number = reads.number AND seats.addressee = few.addressee
         WHERE few.posted_at > seats.read_until
         GROUP BY seats.number, few.place
        UNION ALL
        SELECT seats.number, places.place, 1, other.things, NULL
          FROM seats
          JOIN places ON places.addressee = seats.addressee
         CROSS JOIN LATERAL (
                SELECT things FROM messages
                 WHERE messages.addressee = seats.addressee AND messages.place = places.place AND task_id IS NULL AND NOT is_done
                   AND posted_at > seats.read_until
                   AND NOT EXISTS (SELECT FROM message_reads WHERE user_id = seats.user_id AND message_id = messages.id)
                 ORDER BY posted_at DESC, id DESC
                 LIMIT :count_max
               ) AS other
        UNION ALL
        SELECT seats.number, tasks.place, CAST(tasks.posted_at > seats.read_until AND reads.message_id IS NULL AS integer), 0,
               tasks.task_id
          FROM seats
          JOIN tasks ON tasks.addressee = seats.addressee
          LEFT JOIN reads ON reads.number = seats.number AND reads.message_id = tasks.id
     )
SELECT number, place, CAST(sum(unread) AS integer) AS unread, CAST(count(DISTINCT task_id) + sum(things) AS integer) AS waiting
  FROM waiting
 GROUP BY number, place
HAVING sum(unread) > 0 OR count(task_id) > 0
 ORDER BY number, place
""")


def counts_by_place(session: Session, caller: Caller) -> list[Row[str, int, int]]:
    """``place``, ``unread`` messages and what is ``waiting``, of each place of the menu where a task is open or a message unread.

    A task waits once, however many messages there are about it (that somebody urges it, that it is overdue), until somebody has
    dealt with it; all else until it is read. What is marked read with everything older is not looked at.
    """
    plan_for_values(session)
    (counts,) = counts_by_reader(session, [caller])
    return counts


def counts_by_reader(session: Session, readers: Sequence[Caller]) -> list[list[Row[str, int, int]]]:
    """The same of each of them, in their order; whoever asks has had the transaction's queries planned for their values."""
    given = [
        {"number": number, "user_id": reader.user_id or None, "addressees": addressees_of(reader)}
        for number, reader in enumerate(readers)
    ]
    counts: list[list[Row[str, int, int]]] = [[] for _ in readers]
    asked = {"readers": json.dumps(given), "tasks_max": TASKS_MAX, "count_max": COUNT_MAX}
    for row in session.execute(_WAITING, asked):
        counts[row.number].append(row)
    return counts
