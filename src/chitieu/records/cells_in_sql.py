"""Cells become values in DuckDB: what `cells` says of one cell, said of a column of them at once.

Gives expressions over a tidied text and the macros they call. Knows no file and no table. Where the two
differ `cells` is right: a test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence

from chitieu.language.sql import quoted
from chitieu.period import FIRST_YEAR, LAST_YEAR
from chitieu.records.cells import BARE_DAY, THOUSANDS, bounds, longest
from chitieu.records.kind import Column

_SPACES = "".join(map(chr, range(0x2000, 0x200B)))
BLANKS = f"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680{_SPACES}\u2028\u2029\u202f\u205f\u3000"
"""What Python strips from the ends of a text."""

STORED_AS = {
    "integer": "BIGINT",
    "money": "BIGINT",
    "year": "BIGINT",
    "day": "DATE",
    "moment": "TIMESTAMP",
    "flag": "BOOLEAN",
}
"""The types of the lake's columns; all others are texts."""

_BLANK = "[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in BLANKS) + "]"
_NOTHING = "(?:[-0/:T]|" + _BLANK + ")*"
_ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_SLASHED = "[0-9]{2}/[0-9]{2}/[0-9]{4}(?: [0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
_SERIAL = r"[0-9]{5}(?:\.[0-9]+)?"
_LAWFUL = r"[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*"
_DASHES = (
    "\u2212\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030"
    "\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010ead"
)

_MOMENT = f"""CASE
    WHEN t IS NULL THEN NULL
    WHEN strlen(t) = 14 AND regexp_full_match(t, '[0-9]{{14}}') THEN try_strptime(t, '%Y%m%d%H%M%S')
    WHEN regexp_full_match(t, {quoted(_ISO)}) THEN try_strptime(
        substr(t, 1, 10) || ' ' || CASE WHEN strlen(t) = 10 THEN '00:00' ELSE substr(t, 12, 5) END
            || CASE WHEN substr(t, 17, 1) = ':' THEN substr(t, 17, 3) ELSE ':00' END, '%Y-%m-%d %H:%M:%S'
        ) + CASE WHEN strlen(t) IN (10, 16, 19) THEN INTERVAL 0 MINUTE
        ELSE to_minutes(away(regexp_extract(substr(t, 17), '(Z|[-+][0-9]{{2}}:?[0-9]{{2}})$', 1))) END
    WHEN regexp_full_match(t, {quoted(_SLASHED)}) THEN try_strptime(
        substr(t, 1, 10) || CASE WHEN strlen(t) = 10 THEN ' 00:00:00' WHEN strlen(t) = 16 THEN substr(t, 11) || ':00'
        ELSE substr(t, 11) END, '%d/%m/%Y %H:%M:%S')
    WHEN regexp_full_match(t, {quoted(_SERIAL)}) THEN TIMESTAMP '1899-12-30 00:00:00' + to_seconds(
        try_cast(substr(t, 1, 5) AS BIGINT) * 86400 + half_even(
            try_cast('0.' || substr(t, 7, 20) || '0' AS DECIMAL(21, 20)) * CAST(86400000 AS DECIMAL(8, 0))
        ) // 1000)
END"""

# A macro says its argument again wherever it names it; a lambda names it once. Planning is long for all, and these are
# asked of few.
MACROS = (
    (
        f"tidy(x) AS CASE WHEN x = '' THEN NULL WHEN strlen(x) = length(x) AND x >= '!' AND right(x, 1) >= '!' THEN x "
        # Normalising ends a text at a NUL: another control character stands for it, as unlawful as it is.
        f"ELSE nullif(trim(nfc_normalize(replace(x, chr(0), chr(1))), {quoted(BLANKS)}), '') END"
    ),
    "less_than_a_day(minutes) AS CASE WHEN minutes < 1440 THEN minutes END",
    (
        f"lawful_year(m) AS CASE WHEN m >= TIMESTAMP '{FIRST_YEAR}-01-01 00:00:00' "
        f"AND m < TIMESTAMP '{LAST_YEAR + 1}-01-01 00:00:00' THEN m END"
    ),
    # Minutes from an offset to +07:00; none is local time; one of a day or more is none that could be.
    (
        "away(x) AS list_transform([x], lambda o: CASE o WHEN '' THEN 0 WHEN 'Z' THEN 420 ELSE 420 "
        "- CASE WHEN o[1] = '-' THEN -1 ELSE 1 END * list_transform([try_cast(substr(o, 2, 2) AS INTEGER) "
        "* 60 + try_cast(right(o, 2) AS INTEGER)], lambda minutes: less_than_a_day(minutes))[1] END)[1]"
    ),
    (
        "half_even(x) AS list_transform([x], lambda d: CAST(floor(d) AS BIGINT) + CASE WHEN d - floor(d) > 0.5 "
        "OR (d - floor(d) = 0.5 AND CAST(floor(d) AS BIGINT) % 2 = 1) THEN 1 ELSE 0 END)[1]"
    ),
    f"moment_of(t) AS {_MOMENT}",
    # A text that is a list of objects in JSON. What is no JSON has no type: asking it would fail.
    (
        "is_entries(t) AS CASE WHEN json_valid(t) THEN json_type(t) = 'ARRAY' AND coalesce(list_bool_and("
        "list_transform(json_extract(t, '$[*]'), lambda e: json_type(e) IN ('OBJECT', 'NULL'))), true) ELSE false END"
    ),
    f"is_nothing(t) AS regexp_full_match(t, {quoted(_NOTHING)})",
    # What is no letter, mark, number, sign or blank is a control, format, private, lone or unassigned character.
    (
        f"is_unlawful(t) AS CASE WHEN strlen(t) = length(t) THEN regexp_matches(t, '[\\x00-\\x1f\\x7f]') "
        f"ELSE NOT regexp_full_match(t, {quoted(_LAWFUL)}) END"
    ),
    (
        "folded(t) AS CASE WHEN strlen(t) = length(t) AND NOT regexp_matches(t, '[\\x09-\\x0d\\x1c-\\x20]') "
        "THEN lower(t) ELSE nfc_normalize(replace(replace(lower(replace(translate(translate(nfc_normalize(t), "
        f"'ÐƉðɖ' || {quoted(_DASHES)}, 'ĐĐđđ' || repeat('-', {len(_DASHES)})), {quoted(BLANKS)}, ''), 'ſ', 's')), "
        "'ß', 'ss'), 'ẞ', 'ss')) END"
    ),
    # What the national format sends: fourteen digits. NULL for every other text, which is then read with care. The cast
    # alone would let an exponent pass, the pattern alone thirteen digits; together they admit digits only.
    (
        f"compact(x) AS CASE WHEN strlen(x) = 14 AND try_cast(x AS BIGINT) BETWEEN {FIRST_YEAR}0101000000 "
        f"AND {LAST_YEAR}1231235959 THEN try_strptime(x, '%Y%m%d%H%M%S') END"
    ),
)
"""Bodies of the macros, in an order in which each names only those before it."""


def are_plain(texts: Sequence[str]) -> str:
    """Whether all these texts are tidy and lawful at a glance, as nearly all are: printable ASCII without a blank.

    One look at all of them, set side by side. In JSON a control character is longer, but for one.
    """
    one = f"concat({', '.join(texts)})"
    return (
        f"(strlen({one}) = length({one}) AND strlen(CAST(to_json({one}) AS VARCHAR)) = strlen({one}) + 2 "
        f"AND NOT contains({one}, ' ') AND NOT contains({one}, chr(127)))"
    )


def moments(texts: str) -> str:
    """A list of tidied texts as a list of moments, NULL for what is none. One form for all columns of a row.

    It is costly to prepare; most texts are `compact` and never need it.
    """
    return f"list_transform(list_transform({texts}, lambda t: moment_of(t)), lambda m: lawful_year(m))"


def value(column: Column, text: str, moment: str) -> str:
    """The value of a tidied text, of which `moment` is the moment; NULL where it is empty or faulty.

    A too long or unlawful text and a number out of its bounds are still given.
    """
    match column.type:
        case "code":
            whens = " ".join(f"WHEN {quoted(code)} THEN {quoted(code)}" for code in column.codes)
            return f"CASE {text} {whens} END"
        case "flag":
            return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
        case "day":
            return f"CAST({moment} AS DATE)"
        case "moment" if column.bare_day == "end":
            bare = f"strlen({text}) <= 10 AND regexp_full_match({text}, {quoted(BARE_DAY.pattern)})"
            return f"{moment} + CASE WHEN {bare} THEN INTERVAL 86399 SECOND ELSE INTERVAL 0 SECOND END"
        case "moment":
            return moment
        case "integer" | "year":
            return f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,18}}') THEN try_cast({text} AS BIGINT) END"
        case "money":
            dotted = f"strlen({text}) <= 23 AND regexp_full_match({text}, {quoted(THOUSANDS.pattern)})"
            return (
                f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,18}}') THEN try_cast({text} AS BIGINT) "
                f"WHEN {dotted} THEN try_cast(replace({text}, '.', '') AS BIGINT) END"
            )
        case _:
            return text


def fault(column: Column, text: str, given: str, unlawful: str) -> str:
    """The code of what is wrong with a tidied text whose value is `given`, NULL for nothing.

    `unlawful`: whether the text has a character that is not allowed, of columns of texts.
    """
    match column.type:
        case "code":
            return f"CASE WHEN {given} IS NULL AND {text} IS NOT NULL THEN 'NOT-IN-LIST' END"
        case "flag":
            return f"CASE WHEN {given} IS NULL AND {text} IS NOT NULL THEN 'RECORD-FLAG' END"
        case "day" | "moment":
            is_fault = f"{given} IS NULL AND {text} IS NOT NULL AND NOT is_nothing({text})"
            return f"CASE WHEN {is_fault} THEN 'RECORD-MOMENT' END"
        case "integer" | "year" | "money":
            return _fault_of_number(column, text, given)
        case _:
            most = longest(column)
            long = "" if most is None else f" WHEN length({text}) > {most} THEN 'RECORD-TEXT-LONG'"
            return f"CASE WHEN {unlawful} THEN 'UNLAWFUL-CHARACTER'{long} END"


def _fault_of_number(column: Column, text: str, given: str) -> str:
    digits = f"replace({text}, '.', '')" if column.type == "money" else text
    if column.type == "money":
        dotted = f"regexp_full_match({text}, {quoted(THOUSANDS.pattern)})"
        digits = f"CASE WHEN {dotted} THEN {digits} ELSE {text} END"
    least, most = bounds(column)
    beyond = [f"{given} < {least}"] if least else []
    beyond += [f"{given} > {most}"] if most is not None else []
    out = f"WHEN {' OR '.join(beyond)} THEN 'RECORD-OUT-OF-RANGE' " if beyond else ""
    return (
        f"CASE WHEN {text} IS NULL THEN NULL {out}WHEN {given} IS NOT NULL THEN NULL "
        f"WHEN regexp_full_match({digits}, '[0-9]+') THEN 'RECORD-NUMBER-LARGE' "
        f"WHEN regexp_full_match({text}, '[-−–][0-9]+') THEN 'RECORD-NEGATIVE' ELSE 'RECORD-NOT-WHOLE' END"
    )
