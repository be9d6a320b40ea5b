"""Wrong steps on the way in and in the store, planted one at a time: each is killed by the test named beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardening.planting import Fault, kill

DOOR = "tests/law/test_records_in.py::test_"
ACCOUNT = "tests/law/test_records_account.py::test_"
NATIONAL = "tests/law/test_dossier_synchronisation.py::test_"
KEPT = "tests/laws_of_sums/test_records_kept.py::test_"
ROWS = "tests/law/test_populations.py::test_"

FAULTS = {
    # The way in
    "time-zone shift": Fault(
        file="records/cells_in_sql.py",
        right="WHEN 'Z' THEN 420 ELSE 420",
        wrong="WHEN 'Z' THEN 0 ELSE 420",
        killed_by=DOOR + "a_moment_is_local_whatever_way_it_is_written",
    ),
    "an offset is taken the wrong way": Fault(
        file="records/cells_in_sql.py",
        right="CASE WHEN o[1] = '-' THEN -1 ELSE 1 END",
        wrong="CASE WHEN o[1] = '-' THEN 1 ELSE -1 END",
        killed_by=DOOR + "a_moment_is_local_whatever_way_it_is_written",
    ),
    "bare day of a due column is its start": Fault(
        file="records/cells_in_sql.py",
        right="INTERVAL 86399 SECOND",
        wrong="INTERVAL 0 SECOND",
        killed_by=DOOR + "a_day_without_time_is_its_end_in_a_due_column_and_its_start_elsewhere",
    ),
    "the latest request is the first": Fault(
        file="records/flattening.py",
        right="list_sort(list_distinct(list_transform({kept}, lambda e: e.{first})))",
        wrong="list_reverse_sort(list_distinct(list_transform({kept}, lambda e: e.{first})))",
        killed_by=DOOR + "requests_are_put_in_order_and_those_of_one_moment_are_one",
    ),
    "an extension granted too late moves the due day": Fault(
        file="records/flattening.py",
        right="moves = f'x.g <= a.n AND (",
        wrong="moves = f'(",
        killed_by="tests/rooms/test_cells_in_sql.py::test_extensions_are_flattened_alike",
    ),
    "the first due moment is that of the latest request": Fault(
        file="records/feeds/dong_bo_ho_so.py",
        right="e.at IS NOT NULL))[1].due",
        wrong="e.at IS NOT NULL))[-1].due",
        killed_by=NATIONAL + "the_first_due_moment_is_that_before_the_first_request_in_order_of_time",
    ),
    "quarantined rows counted": Fault(
        file="records/receiving.py",
        right='SELECT {columns}, row FROM {staged.rows} WHERE errors IS NULL"',
        wrong='SELECT {columns}, row FROM {staged.rows}"',
        killed_by=KEPT + "the_newest_version_speaks_in_either_order_of_arrival",
    ),
    "a delivery doubled when sent twice": Fault(
        file="records/receiving.py",
        right="    if not is_new:\n        return received\n",
        wrong="",
        killed_by=KEPT + "a_file_sent_again_is_unchanged_and_changes_no_figure",
    ),
    "an older version that arrives later is counted as replacing": Fault(
        file="records/arrivals.py",
        right="WHEN v >= best_v THEN 'replaced'",
        wrong="WHEN true THEN 'replaced'",
        killed_by=ACCOUNT + "a_later_version_replaces_and_an_older_one_that_arrives_later_is_kept_and_counted",
    ),
    # The store
    "latest version by arrival": Fault(
        file="records/current.py",
        right="        if before is None or _is_not_older(versions[place], versions[before]):\n",
        wrong="        if True:\n",
        killed_by=KEPT + "the_newest_version_speaks_in_either_order_of_arrival",
    ),
    "latest version by arrival, in mass": Fault(
        file="records/current.py",
        right='f"{name_of(kind.version)} DESC NULLS LAST, " if kind.version else ""',
        wrong='""',
        killed_by=KEPT + "the_newest_version_speaks_in_either_order_of_arrival",
    ),
    "an empty version stands after every moment": Fault(
        file="records/current.py",
        right="DESC NULLS LAST",
        wrong="DESC NULLS FIRST",
        killed_by=KEPT + "the_newest_version_speaks_in_either_order_of_arrival",
    ),
    "equal version: the earlier speaks": Fault(
        file="records/current.py",
        right="return before is None or (version is not None and version >= before)",
        wrong="return version is not None and (before is None or version > before)",
        killed_by=ACCOUNT + "of_equal_versions_the_later_arrival_speaks_also_when_it_said_so_before",
    ),
    "equal version: the earlier speaks, in mass": Fault(
        file="records/current.py",
        right="delivery DESC, row DESC",
        wrong="delivery, row",
        killed_by=KEPT + "of_equal_versions_the_later_arrival_speaks_in_every_figure",
    ),
    "a later version of a procedure counted beside the earlier": Fault(
        file="records/kinds/procedure.toml",
        right='key     = ["procedure", "unit"]',
        wrong='key     = ["procedure", "unit", "version_at"]',
        killed_by=ROWS + "a_later_version_of_a_procedure_is_not_counted_beside_the_earlier",
    ),
    "withdrawn rows still count": Fault(
        file="records/delivery.py",
        right=" and delivery.number not in withdrawn",
        wrong="",
        killed_by=KEPT + "a_withdrawn_delivery_leaves_no_trace_in_figures",
    ),
    "a withdrawn cover still holds": Fault(
        file="records/feed.py",
        right="[delivery for delivery in in_state(known, None) if delivery.kind == kind]",
        wrong="[delivery for delivery in known if delivery.kind == kind]",
        killed_by=KEPT + "a_withdrawn_delivery_leaves_no_trace_in_figures",
    ),
    "state ignored": Fault(
        file="records/delivery.py",
        right="if state is None or delivery.number <= state]",
        wrong="]",
        killed_by=KEPT + "a_data_state_is_the_same_bytes_for_ever_and_counts_what_stood_then",
    ),
    "a withdrawal holds before it was made": Fault(
        file="records/delivery.py",
        right="{delivery.withdraws for delivery in known if",
        wrong="{delivery.withdraws for delivery in deliveries if",
        killed_by=KEPT + "a_data_state_is_the_same_bytes_for_ever_and_counts_what_stood_then",
    ),
    "the cache outlives what it was made from": Fault(
        file="records/current.py",
        right="of.key, of.version, files])",
        wrong="of.key, of.version])",
        killed_by=KEPT + "a_withdrawn_delivery_leaves_no_trace_in_figures",
    ),
    "a changed data file is counted all the same": Fault(
        file="records/store.py",
        right="    if sha256 != file.sha256:\n",
        wrong="    if False:\n",
        killed_by="tests/hardening/test_import_killed.py::"
        "test_a_workspace_with_a_flipped_bit_says_it_and_gives_no_figure",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_killed_by_the_test_that_names_it(name: str, tmp_path: Path) -> None:
    kill(FAULTS[name], tmp_path)
