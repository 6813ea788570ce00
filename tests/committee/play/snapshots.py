"""The naive world as the database would tell it."""

from datetime import date, datetime

from tests.committee.play.world import World


def snapshot(world: World) -> dict:
    """The world as `playing.Player.state` reads it from the database."""
    return {
        "cases": {
            case.name: {
                "status": case.status,
                "version": case.version,
                "round": case.round,
                "rapporteur": case.rapporteur,
                "asked_from": case.asked_from,
                "appointed": sorted([*one] for one in case.appointed),
                "hearings": [
                    [h.round, stamp(h.until), h.outcome, sorted(h.inside), text(h.deferred_to)]
                    for h in case.hearings
                ],
                "declared": sorted([*told] for told in case.declared),
                "votes": [[v.round, v.who, v.choice] for v in case.votes],
                "decisions": [
                    [d.round, d.is_approval, d.by, d.is_alone, d.ratified_round, d.tally]
                    for d in case.decisions
                ],
            }
            for case in world.cases.values()
        },
        "sittings": [
            [
                sitting.status,
                sitting.version,
                stamp(sitting.until),
                sorted(sitting.inside),
                [
                    [
                        item.case,
                        item.position,
                        world.cases[item.case].hearings.index(item.hearing) if item.hearing else None,
                        item.is_removed,
                    ]
                    for item in sitting.items
                ],
            ]
            for sitting in world.sittings
        ],
        "roles": sorted(
            [role.who, role.name, role.unit, text(role.first), text(role.last), bool(role.instead_of)]
            for role in world.roles
        ),
        "inactive": sorted(world.inactive),
    }


def stamp(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


def text(on: date | None) -> str | None:
    return on.isoformat() if on else None
