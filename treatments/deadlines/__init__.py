"""BY WHEN: every date by which somebody has to do something (design/domain.md §2). Facts and rules in, due
dates out. Pure: the clock is never read here; the rules are settings.

| What is due                      | Function                   | Rule (setting)                      |
|----------------------------------|----------------------------|-------------------------------------|
| decision, without the pauses     | decision_due, after_pause  | 7 days, urgent 72 h (DECISION_DAYS) |
| … told to the next person        | decision_told_at           | 0, 1, 2 days after                  |
| answers to questions             | answer_due                 | 10 days, urgent 24 h (ANSWER_DAYS)  |
| … the end, and its warning       | lapses_at, lapse_notice_at | LAPSE_GRACE_HOURS                   |
| answer of the people on call     | emergency_due              | 1 h (EMERGENCY_ANSWER_HOURS)        |
| ratification of an emergency     | ratification_due           | 7 days (RATIFICATION_DAYS)          |
| whole form of an emergency       | full_form_due              | 2 working days                      |
| appeal                           | appeal_until               | 30 days (APPEAL_DAYS)               |
| note on a refused patient        | follow_up_on               | 90 days (FOLLOW_UP_DAYS)            |
| draft that nobody touches        | idle_from                  | 90 days (DRAFT_IDLE_DAYS)           |
| reassessment, by each trigger    | due_on, reassessment_due   | 3 months (REASSESSMENT_MONTHS)      |
| end where nobody reassessed      | expires_on                 | 30 days after (EXPIRY_DAYS)         |
| end of a trial without treatment | trial_until                | 90 days (TRIAL_OFF_DAYS)            |
| blood count after a high dose    | haemolysis_check_on        | day 7 (HAEMOLYSIS_CHECK_DAYS)       |
| mails that can wait              | next_working_time          | MAIL_HOURS, PATRON_SAINT            |

Dates move by calendar in the hospital's time zone: an answer due in ten days is due at the same time of day,
whatever daylight saving does. What is said in hours is hours that pass.
"""

from accounts.working_days import is_working_day, next_working_time, working_days_later
from treatments.deadlines.days import days_later, end_of_day, months_later
from treatments.deadlines.deciding import (
    LAPSE_NOTICE,
    URGENT_ANSWER,
    URGENT_DECISION,
    URGENT_LAPSE_NOTICE,
    Pause,
    after_pause,
    answer_due,
    appeal_until,
    decision_due,
    decision_told_at,
    emergency_due,
    follow_up_on,
    full_form_due,
    idle_from,
    lapse_notice_at,
    lapses_at,
    paused,
    ratification_due,
)
from treatments.deadlines.reassessing import (
    Course,
    due_on,
    expires_on,
    haemolysis_check_on,
    reassessment_due,
    trial_until,
)

__all__ = [
    "LAPSE_NOTICE",
    "URGENT_ANSWER",
    "URGENT_DECISION",
    "URGENT_LAPSE_NOTICE",
    "Course",
    "Pause",
    "after_pause",
    "answer_due",
    "appeal_until",
    "days_later",
    "decision_due",
    "decision_told_at",
    "due_on",
    "emergency_due",
    "end_of_day",
    "expires_on",
    "follow_up_on",
    "full_form_due",
    "haemolysis_check_on",
    "idle_from",
    "is_working_day",
    "lapse_notice_at",
    "lapses_at",
    "months_later",
    "next_working_time",
    "paused",
    "ratification_due",
    "reassessment_due",
    "trial_until",
    "working_days_later",
]
