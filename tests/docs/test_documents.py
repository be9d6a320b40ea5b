"""The documents say what is so: links lead, commands parse, shown output is printed, nothing is missing."""

import ast
import io
import re
import runpy
import shlex
import shutil
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

from chitieu.acts import level as levels
from chitieu.acts import reading
from chitieu.cli import chitieu, main
from chitieu.measures.indicators import built_in
from chitieu.problem import Problem
from chitieu.records.kinds import kinds
from chitieu.words import catalogue

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "chitieu"
DEV = runpy.run_path(str(ROOT / "dev"))
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "provinces").rglob("*.md")])
NOW = "2026-10-10T17:00:00+07:00"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OMITTED = "…"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def called(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", text)


def nothing(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


# Links.


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(path.read_text(encoding="utf-8")), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        kept = (c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LMN")
        found.add("".join(kept).strip().replace(" ", "-"))
    return frozenset(found)


def test_every_link_and_every_anchor_leads_somewhere() -> None:
    wrong, checked = [], 0
    for path in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(path.read_text(encoding="utf-8"))):
            if ":" in target:
                continue
            checked += 1
            file, _, anchor = target.partition("#")
            there = (path.parent / file).resolve() if file else path
            lost = not there.exists() or (anchor and anchor not in anchors(there))
            wrong += [f"{called(path)}: {target}"] if lost else []
    assert checked > 60
    nothing(wrong)


def test_every_page_of_the_documents_is_on_the_map() -> None:
    place = ROOT / "docs" / "README.md"
    listed = {
        (place.parent / link).resolve() for link in re.findall(r"\]\(([^)#]+)", place.read_text(encoding="utf-8"))
    }
    pages = [path for path in PAGES if path.is_relative_to(place.parent) and path != place]
    assert len(pages) > 20
    nothing([called(path) for path in pages if path not in listed])


def test_every_path_that_is_named_in_code_exists() -> None:
    """A path of the checkout in backticks; `<…>`, `*` and those of a workspace stand for many."""
    named = re.compile(r"`((?:src|tests|docs|provinces|requirements|bench)/[\w./-]+)`")
    found = [(path, name) for path in PAGES for name in named.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 20
    nothing([f"{called(path)}: {name}" for path, name in found if not (ROOT / name).exists()])


# Commands.


def commands_of(text: str) -> Iterator[str]:
    """Every command line of a page: in code, at a prompt, in an example of a help text, in a block of a shell."""
    for name, block in FENCE.findall(text):
        if name.split()[:1] in (["console"], ["sh"], ["text"]):
            for line in block.splitlines():
                found = re.match(r"(?:\$ | {2}|)((?:\./dev|chitieu) .+)$", line)
                if found and "[" not in found[1]:
                    yield found[1]
    yield from re.findall(r"^<!-- \$ (\./dev [^\n]+) -->$", text, re.MULTILINE)
    yield from re.findall(r"`((?:\./dev|chitieu) [^`…]+)`", prose(text))


def why_not(line: str) -> str | None:
    """Why a command line is none of the real program; None where it is one, or the bare name of a command."""
    words = shlex.split(re.split(" [<>] ", line)[0], comments=True)
    if words[0] == "./dev":
        if words[1] not in (*DEV["COMMANDS"], "help"):
            return f"./dev has no {words[1]}"
        if words[1] not in ("chitieu", "demo"):
            return None
        words = words[1:] if words[1] == "chitieu" else ["chitieu", *words[1:]]
    command: click.Command = chitieu
    context, rest = None, words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        context = click.Context(command, info_name=command.name, parent=context)
        inner = command.get_command(context, rest[0])
        if inner is None:
            return f"no command {rest[0]}"
        command, rest = inner, rest[1:]
    if not rest:
        return None
    try:
        command.make_context(command.name, list(rest), parent=context)
    except click.exceptions.Exit:
        return None
    except click.ClickException as fault:
        return fault.format_message()
    return None


def test_every_command_line_in_the_documents_is_one_of_the_program() -> None:
    lines = [(path, line) for path in PAGES for line in commands_of(path.read_text(encoding="utf-8"))]
    assert len(lines) > 60
    nothing([f"{called(path)}: {line}: {why}" for path, line in lines if (why := why_not(line)) is not None])


def test_a_command_line_that_is_none_is_noticed() -> None:
    assert why_not("chitieu publish --period 2024") is not None
    assert why_not("chitieu standing --decision 194 --colour") is not None
    assert why_not("./dev publish") is not None
    assert why_not("chitieu standing --decision 194/QĐ-UBND") is None


# Output.


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of a page with the output that the page shows, and the exit status it says."""

    line: str
    shown: tuple[str, ...]
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file the page tells its reader to write: the name stands behind the language of its block."""

    name: str
    text: str


def steps(text: str) -> Iterator[Step | Written]:
    """What a reader of a page does, in order; hidden lines `<!-- $ … -->` prepare."""
    parts = re.compile(rf"{FENCE.pattern}|^<!-- \$ ([^\n]+) -->$", re.MULTILINE | re.DOTALL)
    for name, block, hidden in parts.findall(text):
        if hidden:
            yield Step(line=hidden, shown=(OMITTED,), status=0)
        elif name.startswith(("csv ", "toml ")):
            yield Written(name=name.split()[1], text=block)
        elif name == "console":
            for part in (
                re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] if "./dev demo\n" not in block else [block[2:]]
            ):
                line, _, output = part.partition("\n")
                said = re.search(r"# mã thoát (\d)$", line)
                yield Step(line=line, shown=tuple(output.splitlines()), status=int(said[1]) if said else 0)


def run(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """Exit status and lines of output of one command; both streams as a terminal shows them."""
    words = shlex.split(line, comments=True)
    if words[0] == "export":
        monkeypatch.setenv(*words[1].split("=", 1))
        return 0, []
    if words[:2] == ["cp", "-r"]:
        shutil.copytree(folder / words[2], folder / words[3])
        return 0, []
    assert words[0] == "./dev", line
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(screen), redirect_stderr(screen):
        status = main(words[2:] if words[1] == "chitieu" else words[1:])
    screen.flush()
    raw: Any = screen.buffer
    return status, raw.getvalue().decode().splitlines()


def first_not_printed(shown: tuple[str, ...], printed: list[str]) -> str | None:
    """The first line shown that was not printed there; `…` alone stands for lines, at an end for the rest of one."""
    at, skipping = 0, False
    for line in shown:
        if line == OMITTED:
            skipping = True
            continue
        here = range(at, len(printed)) if skipping else range(at, min(at + 1, len(printed)))
        start = line.removesuffix(OMITTED)
        match = next((n for n in here if printed[n] == line or (start != line and printed[n].startswith(start))), None)
        if match is None:
            return line
        at, skipping = match + 1, False
    return None if skipping or at == len(printed) else f"(more was printed: {printed[at]!r})"


RUN = [called(path) for path in PAGES if "```console" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", RUN)
def test_the_program_prints_what_the_page_shows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "provinces", tmp_path / "provinces")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHITIEU_NOW", NOW)
    monkeypatch.delenv("CHITIEU_HOME", raising=False)
    ran = 0
    for step in steps(page(name)):
        if isinstance(step, Written):
            (tmp_path / step.name).write_text(step.text, encoding="utf-8")
            continue
        status, printed = run(step.line, tmp_path, monkeypatch)
        assert status == step.status, "\n".join([step.line, *printed])
        lost = first_not_printed(step.shown, printed)
        assert lost is None, "\n".join([step.line, f"shown: {lost}", "printed:", *printed])
        ran += 1
    assert ran > 0


def test_a_line_that_was_not_printed_is_noticed() -> None:
    printed = ["a", "b 12", "c"]
    assert first_not_printed(("a", "…"), printed) is None
    assert first_not_printed(("…", "b …", "c"), printed) is None
    assert first_not_printed(("…", "b 13", "…"), printed) == "b 13"
    assert first_not_printed(("a", "c"), printed) == "c"
    assert first_not_printed(("a", "b 12"), printed) is not None


# What has to be there.


def test_the_reference_pages_are_those_the_program_makes() -> None:
    stale = [called(path) for path, text in GENERATE["pages"]().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, f"run python docs/generate.py: {stale}"


def test_every_command_and_every_option_is_on_its_page() -> None:
    text, options = page("docs/reference/lenh.md"), 0
    for path, command, _ in GENERATE["commands"]():
        assert f"## {path}\n" in text
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                options += 1
                assert parameter.opts[0] in text, (path, parameter.opts)
    assert options > 20
    assert "| ---" in text
    read = "\n".join(module.read_text(encoding="utf-8") for module in (SOURCE / "cli").glob("*.py"))
    nothing([name for name in re.findall(r'environ(?:\.get\(|\[)"(CHITIEU_\w+)"', read) if f"`{name}`" not in text])


def test_every_problem_and_every_indicator_is_on_its_page() -> None:
    codes = {key.split(".")[1] for key in catalogue() if key.startswith("problem.")}
    nothing(sorted(code for code in codes if f"| `{code}` |" not in page("docs/reference/ma-loi.md")))
    text = page("docs/reference/chi-so.md")
    known = GENERATE["WORDS"]["indicators"]["certainty"]
    for indicator in built_in().values():
        assert f"## {indicator.code}\n" in text
        assert all(f"| `{method.code}` |" in text for method in indicator.methods)
        for source in (*indicator.also_asked, *(source for method in indicator.methods for source in method.sources)):
            assert source.certainty in known, source.certainty


def test_every_key_of_an_act_and_every_kind_of_level_is_on_its_page() -> None:
    tree = ast.parse(Path(reading.__file__).read_text(encoding="utf-8"))
    takers = ("take", "one_of", "_text", "_texts", "_day")
    asked = {
        str(argument.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in takers
        for argument in node.args[:3]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    } | set(reading.ONLY_OF) | {"row", "units"}  # fmt: skip
    assert len(asked) > 25
    text = page("docs/reference/van-ban.md")
    nothing(sorted(key for key in asked if f"| `{key}` |" not in text))
    for written, _ in GENERATE["WORDS"]["acts"]["levels"]:
        assert not isinstance(levels.read(written.strip('"')), Problem), written


def test_every_column_of_a_figure_is_told_to_whoever_sends_them() -> None:
    text = page("docs/how-to/nhan-so-lieu.md")
    nothing([column.name for column in kinds()["figure"].columns if f"`{column.name}`" not in text])


def test_the_glossary_holds_every_public_class() -> None:
    rooms = ["acts", "records", "measures", "standings", "period.py", "problem.py"]
    files = [file for room in rooms for file in ([SOURCE / room] if "." in room else (SOURCE / room).rglob("*.py"))]
    classes = {
        node.name
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    assert len(classes) > 50
    nothing(sorted(name for name in classes if f"`{name}`" not in page("GLOSSARY.md")))


def test_the_readme_says_of_each_room_and_command_whether_it_is_there() -> None:
    today, _, later = page("README.md").partition("## Hôm nay làm được")[2].partition("## Chưa có")
    later = later.partition("\n## ")[0]
    nothing([name for name in chitieu.list_commands(click.Context(chitieu)) if f"`chitieu {name}`" not in today])
    for room in ("language", "appraisal", "papers", "publish", "office", "web"):
        there = (SOURCE / room).exists() or (SOURCE / f"{room}.py").exists()
        assert (f"(`{room}`)" in later) != there, room


def test_every_decision_of_structure_is_one_page_that_ends_with_what_enforces_it() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in pages] == list(range(1, len(pages) + 1))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert heads[0].startswith(f"{int(path.name[:4])}. "), path.name
        assert heads[1:] == ["Context", "Decision", "Refused", "Consequences"], path.name
        assert text.strip().splitlines()[-1].startswith("*Enforced by:* "), path.name
        assert len(text.splitlines()) <= 60, path.name


def test_every_package_the_project_asks_for_is_explained() -> None:
    asked = tomllib.loads(page("pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[^\w-]", one)[0] for one in asked}
    told = set(re.findall(r"^\| ([\w-]+) \|", page("docs/adr/0007-dependencies.md"), re.MULTILINE)) - {"package"}
    assert names == told


def test_every_folder_of_tests_is_explained() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    nothing(sorted(called(path) for path in folders if f"| `{called(path)}` |" not in page("CONTRIBUTING.md")))
