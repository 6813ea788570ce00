"""What is said of known faults: found, none, or that nothing could be learnt."""

from ops import audit

FINE = {"name": "django", "version": "5.2.19", "vulns": []}
FAULTY = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}],
}
UNKNOWN = {"name": "nullaosta", "skip_reason": "Dependency not found on PyPI"}


def test_a_known_fault_fails_and_says_what_corrects_it():
    assert audit.judge([FINE, FAULTY]) == (1, "pillow 1.0: PYSEC-1, corrected in 1.1")


def test_nothing_known_is_fine_and_what_was_not_audited_is_named():
    assert audit.judge([FINE]) == (0, "")
    assert audit.judge([FINE, UNKNOWN]) == (0, "NOTE nothing could be learnt of nullaosta")


def test_a_mirror_that_knows_no_faults_passes_for_no_audit():
    for told in (None, [UNKNOWN, UNKNOWN]):
        code, sentence = audit.judge(told)
        assert code == 0 and "nothing was audited" in sentence


def test_the_first_package_of_the_lock_is_asked_for_alone(tmp_path):
    first = audit.first_of(audit.LOCK, tmp_path).read_text()
    assert first.count("==") == 1
    assert "--hash=sha256:" in first and not first.rstrip().endswith("\\")
