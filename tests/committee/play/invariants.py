"""What may never be, whatever was played, in plain SQL that knows nothing of the program."""

# Each finds what breaks the sentence; none may find anything.
NEVER = {
    "a vote outside a hearing, or after its time": """
        SELECT v.id FROM approvals_vote v WHERE v.application_id = ANY(%(cases)s) AND NOT EXISTS (
          SELECT 1 FROM approvals_hearing h WHERE h.application_id = v.application_id AND h.round = v.round
             AND h.opened_at <= v.voted_at AND (h.closed_at IS NULL OR v.voted_at <= h.closed_at)
             AND (h.voting_until IS NULL OR v.voted_at < h.voting_until))""",
    "a vote of somebody who was not in the room": """
        SELECT v.id FROM approvals_vote v JOIN approvals_hearing h
            ON h.application_id = v.application_id AND h.round = v.round AND NOT h.is_virtual
         WHERE v.application_id = ANY(%(cases)s) AND NOT EXISTS (
          SELECT 1 FROM approvals_presence p WHERE p.hearing_id = h.id AND p.member_id = v.voted_by_id
             AND p.arrived_at <= v.voted_at AND (p.left_at IS NULL OR v.voted_at <= p.left_at))""",
    "a vote after a declared conflict": """
        SELECT v.id FROM approvals_vote v JOIN approvals_declaration d
            ON d.application_id = v.application_id AND d.declared_by_id = v.voted_by_id AND d.has_conflict
         WHERE v.application_id = ANY(%(cases)s) AND d.declared_at < v.voted_at""",
    "a vote without a declaration in its round": """
        SELECT v.id FROM approvals_vote v WHERE v.application_id = ANY(%(cases)s) AND NOT EXISTS (
          SELECT 1 FROM approvals_declaration d WHERE d.application_id = v.application_id
             AND d.round = v.round AND d.declared_by_id = v.voted_by_id AND NOT d.has_conflict
             AND d.declared_at <= v.voted_at)""",
    "a vote of the author, of the reviewer or of who endorsed it": """
        SELECT v.id FROM approvals_vote v JOIN approvals_application a ON a.id = v.application_id
         WHERE a.id = ANY(%(cases)s) AND v.voted_by_id IN (
          a.author_id, a.submitted_by_id, a.prepared_by_id, a.taken_by_id, a.endorsed_by_id)""",
    "a vote of somebody without a seat that day, or of the unit": """
        SELECT v.id FROM approvals_vote v JOIN approvals_application a ON a.id = v.application_id
         WHERE a.id = ANY(%(cases)s) AND v.id > %(last_vote)s AND (NOT EXISTS (
            SELECT 1 FROM accounts_membership m WHERE m.user_id = v.voted_by_id
               AND m.role IN ('chair', 'committee_member')
               AND ON_THE_DAY BETWEEN m.from_on AND coalesce(m.to_on, 'infinity')
               AND NOT EXISTS (SELECT 1 FROM accounts_membership s WHERE s.stands_in_for_id = m.id
                 AND ON_THE_DAY
                     BETWEEN s.from_on AND coalesce(s.to_on, 'infinity')))
          OR EXISTS (SELECT 1 FROM accounts_membership m
             WHERE m.user_id = v.voted_by_id AND m.unit_id = a.unit_id AND ON_THE_DAY
                   BETWEEN m.from_on AND coalesce(m.to_on, 'infinity')))""",
    "a decision whose counts are not its votes": """
        SELECT d.id FROM approvals_decision d CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE choice IN ('approve', 'conditions')) AS for_it,
                 count(*) FILTER (WHERE choice = 'conditions') AS with_conditions,
                 count(*) FILTER (WHERE choice = 'reject') AS against,
                 count(*) FILTER (WHERE choice = 'information') AS information,
                 count(*) FILTER (WHERE choice = 'abstain') AS abstained, count(*) AS voted FROM (
            SELECT DISTINCT ON (v.voted_by_id) v.choice FROM approvals_vote v
              LEFT JOIN approvals_hearing h ON h.application_id = d.application_id AND h.round = d.round
                   AND h.closed_at = d.decided_at
             WHERE v.application_id = d.application_id AND v.round = d.round AND v.voted_at <= d.decided_at
               AND EXISTS (SELECT 1 FROM jsonb_array_elements(h.roll) line
                            WHERE (line->>'member')::bigint = v.voted_by_id AND line->>'ground' = '')
             ORDER BY v.voted_by_id, v.change DESC) latest) votes
         WHERE d.application_id = ANY(%(cases)s) AND
           ((d.tally->>'in_favour')::int, (d.tally->>'with_conditions')::int, (d.tally->>'against')::int,
            (d.tally->>'information')::int, (d.tally->>'abstained')::int, (d.tally->>'voted')::int)
           IS DISTINCT FROM (for_it::int, with_conditions::int, against::int, information::int,
                             abstained::int, voted::int)""",
    "a decision of the votes without a quorum, or against them": """
        SELECT d.id FROM approvals_decision d CROSS JOIN LATERAL (
          SELECT (d.tally->>'in_favour')::int AS for_it, (d.tally->>'cast')::int AS counted,
                 (d.tally->>'against')::int AS against, (d.tally->>'voted')::int AS voted,
                 (d.tally->>'entitled')::int AS entitled, (d.tally->>'two_thirds')::bool AS two_thirds,
                 d.tally->>'casting' IN ('approve', 'conditions') AS breaks_ties) t
         WHERE d.application_id = ANY(%(cases)s) AND d.alone_because = '' AND (
           voted * 2 <= entitled OR counted = 0 OR d.is_approval IS DISTINCT FROM (
             CASE WHEN two_thirds THEN for_it * 3 >= counted * 2
                  WHEN for_it = against AND for_it * 2 = counted THEN breaks_ties
                  ELSE for_it * 2 > counted END))""",
    "a decision without its step": """
        SELECT d.id FROM approvals_decision d JOIN approvals_step s ON s.id = d.step_id
         WHERE d.application_id = ANY(%(cases)s) AND (s.application_id, s.at, s.by_id)
               IS DISTINCT FROM (d.application_id, d.decided_at, d.decided_by_id)""",
    "steps that do not follow one another, or a version that is not their number": """
        SELECT a.id FROM approvals_application a JOIN (
          SELECT s.application_id, count(*) AS n, max(s.sequence) AS last,
                 bool_and(s.source = coalesce(s.before, 'draft')) AS follow,
                 (array_agg(s.target ORDER BY s.sequence DESC))[1] AS status
            FROM (SELECT *, lag(target) OVER (PARTITION BY application_id ORDER BY sequence) AS before
                    FROM approvals_step WHERE application_id = ANY(%(cases)s)) s GROUP BY 1) steps
            ON steps.application_id = a.id
         WHERE NOT follow
            OR (a.version, a.version, a.status) IS DISTINCT FROM (n::int, last, steps.status)""",
    "a step that has not exactly one entry in the trail, or the other way round": """
        SELECT coalesce(s.id, e.id) FROM (
            SELECT * FROM approvals_step WHERE application_id = ANY(%(cases)s)) s
          FULL JOIN (SELECT * FROM audit_entry WHERE chain = ANY(%(case_chains)s) AND data ? 'version') e
            ON e.chain = 'application:' || s.application_id AND (e.data->>'version')::int = s.sequence
         GROUP BY 1 HAVING count(s.id) <> 1 OR count(e.id) <> 1 OR bool_or(
            (s.action, s.source, s.target, s.at, s.by_id)
            IS DISTINCT FROM (e.action, e.data->>'from', e.data->>'to', e.at, e.actor_id))""",
    "a sitting whose trail is not its versions": """
        SELECT s.id FROM committee_sitting s LEFT JOIN audit_entry e ON e.chain = 'sitting:' || s.id
           AND e.chain = ANY(%(sitting_chains)s)
         WHERE s.id = ANY(%(sittings)s) GROUP BY s.id HAVING count(e.id) <> s.version + 1
            OR count(DISTINCT e.data->>'version') <> s.version + 1
            OR max((e.data->>'version')::int) <> s.version""",
    "an application on two agendas, or on one and in the room": """
        SELECT application_id FROM (
          SELECT application_id FROM committee_item WHERE hearing_id IS NULL AND removed_at IS NULL
          UNION ALL SELECT application_id FROM approvals_hearing WHERE closed_at IS NULL) both_ways
         WHERE application_id = ANY(%(cases)s) GROUP BY 1 HAVING count(*) > 1""",
    "an item that waits on the agenda of a sitting that is over": """
        SELECT i.id FROM committee_item i JOIN committee_sitting s ON s.id = i.sitting_id
         WHERE s.id = ANY(%(sittings)s) AND i.hearing_id IS NULL AND i.removed_at IS NULL
           AND s.status NOT IN ('scheduled', 'open')""",
    "an open hearing of what is not heard, or of a sitting that is not open": """
        SELECT h.id FROM approvals_hearing h JOIN approvals_application a ON a.id = h.application_id
          LEFT JOIN committee_item i ON i.hearing_id = h.id
          LEFT JOIN committee_sitting s ON s.id = i.sitting_id
         WHERE a.id = ANY(%(cases)s) AND h.closed_at IS NULL
           AND (a.status NOT IN ('committee_review', 'approved', 'reassessed')
                OR s.status IS DISTINCT FROM 'open' OR h.round <> a.round)""",
    "somebody at a hearing who is not in the room, or in the room and not at the hearing": """
        SELECT coalesce(p.member_id, t.member_id) FROM (
          SELECT i.sitting_id, p.member_id FROM approvals_presence p
            JOIN approvals_hearing h ON h.id = p.hearing_id JOIN committee_item i ON i.hearing_id = h.id
           WHERE h.application_id = ANY(%(cases)s) AND h.closed_at IS NULL AND p.left_at IS NULL) p
        FULL JOIN (
          SELECT t.sitting_id, t.member_id FROM committee_attendance t
           WHERE t.sitting_id = ANY(%(sittings)s) AND t.left_at IS NULL AND EXISTS (
             SELECT 1 FROM committee_item i JOIN approvals_hearing h ON h.id = i.hearing_id
              WHERE i.sitting_id = t.sitting_id AND h.closed_at IS NULL)) t
          ON t.sitting_id = p.sitting_id AND t.member_id = p.member_id
        WHERE p.member_id IS NULL OR t.member_id IS NULL""",
    "somebody at a hearing at a time when they were not in the room": """
        SELECT p.id FROM approvals_presence p JOIN approvals_hearing h ON h.id = p.hearing_id
          JOIN committee_item i ON i.hearing_id = h.id
         WHERE h.application_id = ANY(%(cases)s) AND NOT EXISTS (
           SELECT 1 FROM committee_attendance t
            WHERE t.sitting_id = i.sitting_id AND t.member_id = p.member_id AND t.arrived_at <= p.arrived_at
              AND (t.left_at IS NULL OR t.left_at >= coalesce(p.left_at, h.closed_at, p.arrived_at)))""",
    "a treatment that goes on without a period, or a period without a treatment": """
        SELECT a.id FROM approvals_application a WHERE a.id = ANY(%(cases)s)
           AND (a.status IN ('approved', 'reassessed')) IS DISTINCT FROM EXISTS (
             SELECT 1 FROM treatments_authorisation t
              WHERE t.application_id = a.id AND t.settled_at IS NULL)""",
}
NEVER = {
    sentence: sql.replace("ON_THE_DAY", "(v.voted_at AT TIME ZONE 'Europe/Rome')::date")
    for sentence, sql in NEVER.items()
}
