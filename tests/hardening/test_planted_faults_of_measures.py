"""Wrong formulas of the measure, planted one at a time: each is killed by the test named beside it (quality.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardening.planting import Fault, kill

MOMENTS = "tests/law/test_dossier_moments.py::test_"
TRAPS = "tests/law/test_traps_of_indicators.py::test_"
FIGURES = "tests/law/test_measured_figures.py::test_"
ROWS = "tests/law/test_populations.py::test_"
DOSSIER, PETITION = "records/kinds/dossier.toml", "records/kinds/petition.toml"
ALL_OF_THE_UNIT = "        units = [unit, *(self._snapshot.units[code] for code in below)]\n"

FAULTS = {
    "equality as late": Fault(
        file=DOSSIER,
        right="(ended_at is null or ended_at > deadline_at)",
        wrong="(ended_at is null or ended_at >= deadline_at)",
        killed_by=TRAPS + "ended_in_the_second_of_the_due_moment_is_on_time_and_one_second_later_is_not",
    ),
    "clock not stopped": Fault(
        file=DOSSIER,
        right="then moved(due, supplement1_requested_at, supplement1_supplied_at) end",
        wrong="then due end",
        killed_by=TRAPS + "the_clock_stops_while_the_citizen_is_waited_for",
    ),
    "second request ignored": Fault(
        file=DOSSIER,
        right="least(deadline_1, second)",
        wrong="deadline_1",
        killed_by=TRAPS + "a_second_request_makes_late_but_not_in_the_second_of_the_end",
    ),
    "second request in the second of the end counts": Fault(
        file=DOSSIER,
        right="supplement2_requested_at < ended_at",
        wrong="supplement2_requested_at <= ended_at",
        killed_by=FIGURES + "a_second_request_in_the_second_of_the_end_moves_no_deadline",
    ),
    "request after due moves it": Fault(
        file=DOSSIER,
        right="supplement1_requested_at is not null and supplement1_requested_at <= due",
        wrong="supplement1_requested_at is not null and due is not null",
        killed_by=TRAPS + "a_request_after_the_due_moment_moves_nothing_and_one_in_its_second_does",
    ),
    "extension heals": Fault(
        file=DOSSIER,
        right="coalesce(first_due_at, due_at, end_of_day",
        wrong="coalesce(due_at, first_due_at, end_of_day",
        killed_by=TRAPS + "a_later_due_moment_does_not_heal_a_dossier",
    ),
    "a returned dossier ends at its return though it was finished": Fault(
        file=DOSSIER,
        right='"coalesce(finished_at, returned_at)"',
        wrong='"coalesce(returned_at, finished_at)"',
        killed_by=MOMENTS + "the_result_is_the_finish_else_the_return",
    ),
    "the state decides": Fault(
        file=DOSSIER,
        right='resulted_at = "coalesce(finished_at, returned_at)"',
        wrong='resulted_at = "case when state in (9, 10) then coalesce(finished_at, returned_at, received_at) end"',
        killed_by=MOMENTS + "moments_decide_and_never_the_state_so_state_9_without_a_moment_is_open_with_a_warning",
    ),
    "cut at the period's end": Fault(
        file="measures/fate.py",
        right="first, last = date.min, self._asked.as_of",
        wrong="first, last = date.min, self._asked.judged_on",
        killed_by=FIGURES + "the_december_figure_as_of_31_12_and_as_of_31_01",
    ),
    "a record is there before its day": Fault(
        file="measures/fate.py",
        right="return population.ahead or day <= asked.as_of",
        wrong="return True",
        killed_by=FIGURES + "a_dossier_received_in_september_is_absent_as_of_30_06",
    ),
    "unknown as false": Fault(
        file="measures/fate.py",
        right="        if met is False:",
        wrong="        if not met:",
        killed_by=TRAPS + "what_is_unknown_stays_in_d_and_is_never_in_n",
    ),
    "unknown as met": Fault(
        file="measures/fate.py",
        right="return UNKNOWN if met is None else NUMERATOR",
        wrong="return NUMERATOR",
        killed_by=TRAPS + "what_is_unknown_stays_in_d_and_is_never_in_n",
    ),
    "an unknown condition falls out of d": Fault(
        file="measures/fate.py",
        right="        if counts is False:",
        wrong="        if not counts:",
        killed_by=FIGURES + "a_look_up_goes_up_the_tree_and_passes_over_an_empty_cell",
    ),
    "unknown out of d": Fault(
        file="measures/measured.py",
        right='(0 if outcome == "excluded" else records)',
        wrong='(0 if outcome in ("excluded", "unknown") else records)',
        killed_by=FIGURES + "a_look_up_goes_up_the_tree_and_passes_over_an_empty_cell",
    ),
    "own for subtree": Fault(
        file="measures/measured.py",
        right='self._snapshot.below(unit.code) if scope == "subtree" else ()',
        wrong="()",
        killed_by=FIGURES + "a_parent_has_its_own_and_all_below_it_summed_from_counts",
    ),
    "double count in roll-up": Fault(
        file="measures/measured.py",
        right=ALL_OF_THE_UNIT,
        wrong=ALL_OF_THE_UNIT
        + "        units += [self._snapshot.units[code] for code in self._snapshot.children(unit.code)]\n",
        killed_by=FIGURES + "a_parent_has_its_own_and_all_below_it_summed_from_counts",
    ),
    "mean of ratios": Fault(
        file="measures/measured.py",
        right="        for part in with_data:\n            total.add(part.sum)",
        wrong="        for part in with_data:\n"
        "            total.add(Sum(n=100 * part.sum.n // (part.sum.d or 1), d=100 if part.sum.d else 0))",
        killed_by=FIGURES + "w7_ratios_are_never_averaged_and_who_sent_nothing_is_named",
    ),
    "no data as zero": Fault(
        file="measures/measured.py",
        right="            has_data = sent and (total.n if is_count else total.d) > 0",
        wrong="            has_data = True",
        killed_by=FIGURES + "nothing_received_and_covered_is_none_arisen_and_nothing_sent_is_no_data",
    ),
    "an uncovered day is passed over": Fault(
        file="measures/measured.py",
        right="return _Own(total, not missing, stated=True",
        wrong="return _Own(total, True, stated=True",
        killed_by=FIGURES + "a_day_of_the_period_that_is_not_covered_makes_no_data_and_is_named",
    ),
    "a cover holds on days its unit does not stand": Fault(
        file="measures/coverage.py",
        right="for first, last in _spans(tree, cover.first, cover.last):",
        wrong="for first, last in ((cover.first, cover.last),):",
        killed_by=FIGURES + "a_cover_that_names_a_unit_on_a_day_it_does_not_stand_covers_nothing",
    ),
    "a merged unit is forgotten": Fault(
        file="measures/measured.py",
        right="members = [unit, *self._held.get(unit.identity, ())]",
        wrong="members = [unit]",
        killed_by=FIGURES + "a_merged_commune_is_found_under_its_successor_once",
    ),
    "a merged unit twice": Fault(
        file="measures/measured.py",
        right="tuple({past.identity: past for past in stretches}.values())",
        wrong="(*stretches, *stretches)",
        killed_by=FIGURES + "a_merged_commune_is_found_under_its_successor_once",
    ),
    "a code is read today": Fault(
        file="records/own_day.py",
        right="return tree.look_up(row[column], own_day(kind, row))",
        wrong="return tree.look_up(row[column], None)",
        killed_by=FIGURES + "a_merged_commune_is_found_under_its_successor_once",
    ),
    "petition term in calendar days": Fault(
        file="language/plain.py",
        right="reached = working.add(_day(at), n)",
        wrong="reached = date.fromordinal(_day(at).toordinal() + n)",
        killed_by=TRAPS + "the_term_of_a_petition_is_counted_in_working_days_and_ends_with_the_day",
    ),
    "petition term from its sending": Fault(
        file=PETITION,
        right="add_working_days(coalesce(transferred_at, sent_at), 15)",
        wrong="add_working_days(sent_at, 15)",
        killed_by=TRAPS + "the_term_of_a_petition_runs_from_when_it_last_came_to_the_unit",
    ),
    "publication ignored": Fault(
        file=PETITION,
        right="case when answered_at is not null and published_at is not null "
        "then greatest(answered_at, published_at) end",
        wrong="answered_at",
        killed_by=TRAPS + "a_petition_that_was_answered_and_not_published_is_not_settled",
    ),
    "plan cut by quarter": Fault(
        file="measures/indicators/inspected-units.toml",
        right='window = "year"',
        wrong='window = "period"',
        killed_by=ROWS + "without_a_plan_the_direct_children_of_1_january_are_in_scope",
    ),
    "look-up stopped by an empty cell": Fault(
        file="records/lookups.py",
        right="                if value is not None:\n                    break",
        wrong="                if there is not None:\n                    break",
        killed_by=FIGURES + "a_look_up_goes_up_the_tree_and_passes_over_an_empty_cell",
    ),
    "a committee follows its code to another unit": Fault(
        file="records/populations.py",
        right="for row in seated.get(unit.identity, ()))",
        wrong="for rows in seated.values() for row in rows if row['unit'] == unit.code)",
        killed_by=ROWS + "a_committee_is_of_the_unit_that_bore_the_code_when_it_was_set_up",
    ),
    "a meeting follows its code to another unit": Fault(
        file="records/populations.py",
        right="cycle.holds(day) for day in held.get(unit.identity, ())",
        wrong="cycle.holds(day) for identity, days in held.items() "
        "if identity.split('@')[0] == unit.code for day in days",
        killed_by=ROWS + "a_meeting_is_of_the_unit_that_bore_the_code_when_it_was_held",
    ),
    "a committee is renewed at leisure": Fault(
        file="records/populations.py",
        right="anew <= changed + timedelta(days=DAYS_TO_RE_ESTABLISH)",
        wrong="anew <= day",
        killed_by=ROWS + "a_committee_is_established_anew_within_thirty_days_of_a_change",
    ),
    "reporting quarters as civil ones": Fault(
        file="measures/jobs.py",
        right='calendar: Calendar = asked[0].period.calendar or "civil"',
        wrong='calendar: Calendar = "civil"',
        killed_by=ROWS + "cycles_are_quarters_of_the_calendar_of_the_period",
    ),
    "proposal as initiative": Fault(
        file="measures/indicators/initiatives.toml",
        right='"recognition_document is not null"',
        wrong='"true"',
        killed_by=TRAPS + "a_proposal_is_no_initiative",
    ),
    "0-fee in d": Fault(
        file="measures/indicators/cashless-payments.toml",
        right='"fee_total = 0"',
        wrong='"fee_total < 0"',
        killed_by=TRAPS + "a_dossier_free_of_fee_is_left_out_by_name",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_killed_by_the_test_that_names_it(name: str, tmp_path: Path) -> None:
    kill(FAULTS[name], tmp_path)
