"""Everything that the naive world knows too, read from the database in one statement."""

STATE = """
SELECT json_build_object(
  'cases', (SELECT json_agg(json_build_object(
      'id', a.id, 'status', a.status, 'version', a.version, 'round', a.round, 'asked_from', a.asked_from,
      'appointed', (SELECT coalesce(json_agg(json_build_array(u.username, p.presides)
            ORDER BY u.username COLLATE "C"), '[]') FROM approvals_appointment p
            JOIN accounts_user u ON u.id = p.member_id WHERE p.application_id = a.id),
      'rapporteur', (SELECT username FROM accounts_user u WHERE u.id = a.rapporteur_id),
      'hearings', (SELECT coalesce(json_agg(json_build_array(
            h.round, extract(epoch FROM h.voting_until)::bigint, h.outcome,
            (SELECT coalesce(json_agg(u.username ORDER BY u.username COLLATE "C"), '[]')
               FROM approvals_presence p JOIN accounts_user u ON u.id = p.member_id
               WHERE p.hearing_id = h.id AND p.left_at IS NULL),
            h.deferred_to) ORDER BY h.id), '[]') FROM approvals_hearing h WHERE h.application_id = a.id),
      'declared', (SELECT coalesce(json_agg(json_build_array(d.round, u.username, d.has_conflict)
            ORDER BY d.round, u.username COLLATE "C", d.has_conflict), '[]') FROM approvals_declaration d
            JOIN accounts_user u ON u.id = d.declared_by_id WHERE d.application_id = a.id),
      'votes', (SELECT coalesce(json_agg(json_build_array(v.round, u.username, v.choice) ORDER BY v.id), '[]')
            FROM approvals_vote v JOIN accounts_user u ON u.id = v.voted_by_id WHERE v.application_id = a.id),
      'decisions', (SELECT coalesce(json_agg(json_build_array(
            d.round, d.is_approval, u.username, d.alone_because <> '',
            (SELECT r.round FROM approvals_decision r WHERE r.id = d.ratifies_id), d.tally)
            ORDER BY d.id), '[]') FROM approvals_decision d JOIN accounts_user u ON u.id = d.decided_by_id
            WHERE d.application_id = a.id)
    ) ORDER BY a.id) FROM approvals_application a WHERE a.id = ANY(%(cases)s)),
  'sittings', (SELECT coalesce(json_agg(json_build_array(
      s.id, s.status, s.version, extract(epoch FROM s.voting_until)::bigint,
      (SELECT coalesce(json_agg(u.username ORDER BY u.username COLLATE "C"), '[]') FROM committee_attendance t
         JOIN accounts_user u ON u.id = t.member_id WHERE t.sitting_id = s.id AND t.left_at IS NULL),
      (SELECT coalesce(json_agg(json_build_array(i.id, i.application_id, i.position,
            (SELECT count(*) FROM approvals_hearing h, approvals_hearing mine WHERE mine.id = i.hearing_id
                AND h.application_id = mine.application_id AND h.id < mine.id) + 0 * i.hearing_id,
            i.removed_at IS NOT NULL) ORDER BY i.id), '[]') FROM committee_item i WHERE i.sitting_id = s.id)
    ) ORDER BY s.id), '[]') FROM committee_sitting s WHERE s.id > %(after)s),
  'roles', (SELECT json_agg(json_build_array(u.username, m.role, n.code, m.from_on, m.to_on,
      m.stands_in_for_id IS NOT NULL, m.id)) FROM accounts_membership m
      JOIN accounts_user u ON u.id = m.user_id JOIN accounts_unit n ON n.id = m.unit_id
      WHERE m.to_on IS NULL OR m.to_on >= m.from_on),  -- taken back before it began: it never was
  'inactive', (SELECT coalesce(json_agg(username ORDER BY username COLLATE "C"), '[]')
      FROM accounts_user WHERE NOT is_active)
)
"""
