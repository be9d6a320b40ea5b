"""The rules of the house, held by a machine: checks, walls, sizes, words, locks, links."""

import ast
import re
import runpy
import shutil
import string
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "chitieu"
WORDS = SOURCE / "words"
DEV = runpy.run_path(str(ROOT / "dev"))
CEILING = 400


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, in the repository; without git all but hidden folders and what is made."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            (git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
            check=True, capture_output=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        found = {ROOT / name for name in listed if name}
    else:
        ignored = {"var", "build", "dist", "__pycache__"}
        found = {
            page
            for page in ROOT.rglob("*")
            if not ignored & set(page.relative_to(ROOT).parts)
            and not any(part.startswith(".") and part != ".ci" for part in page.relative_to(ROOT).parts[:-1])
        }
    return tuple(sorted(page for page in found if page.is_file()))


def text_of(page: Path) -> str:
    """The text of a file; nothing for one that is not text."""
    try:
        return page.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def modules() -> dict[str, ast.Module]:
    """The parsed source of the program by its path from the root."""
    return {str(page.relative_to(ROOT)): ast.parse(text_of(page)) for page in sorted(SOURCE.rglob("*.py"))}


def calls(function: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function by name in the source, with its place."""
    for name, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == function:
                yield f"{name}:{node.lineno}", node


def literals(node: ast.AST) -> list[str]:
    """The texts an argument may be: itself, or those it chooses from."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


@cache
def sentences(language: str) -> dict[str, str]:
    """The catalogue of a language, read without the program: sentences by dotted key."""

    def flat(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield prefix + key, value

    found: dict[str, str] = {}
    for page in sorted((WORDS / language).glob("*.toml")):
        found |= dict(flat(tomllib.loads(text_of(page)), ""))
    return found


def placeholders(sentence: str) -> set[str]:
    """The values that a sentence asks for."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def nothing(found: Iterable[object]) -> None:
    """Fail with one line for each thing found."""
    lines = [str(one) for one in found]
    assert not lines, "\n" + "\n".join(lines)


@pytest.mark.parametrize("name", DEV["CHECKS"])
def test_every_check_of_the_dev_script_passes(name: str) -> None:
    command = (sys.executable, *DEV["CHECKS"][name])
    done = subprocess.run(command, check=False, cwd=ROOT, env=DEV["run_environment"](), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_or_test_is_longer_than_the_ceiling() -> None:
    pages = [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py"), ROOT / "dev"]
    assert len(pages) > 10
    nothing(page.relative_to(ROOT) for page in pages if len(text_of(page).splitlines()) > CEILING)


def test_every_module_says_what_it_knows() -> None:
    nothing(name for name, module in modules().items() if not ast.get_docstring(module) and "__main__" not in name)


def test_names_are_whole_english_words() -> None:
    vague = {"utils", "util", "common", "base", "core", "services", "manager", "helper", "helpers"}
    short = {"cchc", "tthc", "pakn", "donvi", "hoso", "chitieu", "sohoa", "vanban"}
    wrong = []
    for name, module in modules().items():
        wrong += [name] if vague & set(Path(name).with_suffix("").parts) else []
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                given, forbidden = node.name, vague | short
            elif isinstance(node, ast.Name | ast.arg):
                given, forbidden = getattr(node, "id", getattr(node, "arg", "")), short
            else:
                continue
            words = set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", given).lower().split("_"))
            wrong += [f"{name}:{node.lineno} {given}"] if words & forbidden and given != "chitieu" else []
    nothing(wrong)


def test_no_file_knows_a_machine_or_a_registry() -> None:
    place = re.compile(r"(?<![\w.~-])/(?:root|home|work|tmp|opt|Users)/\w|[A-Z]:\\\\?Users")
    hosts = ("py" + "pi", "python" + "hosted", "npm" + "js", "regis" + "try", "crates")
    address = re.compile(rf"(?:{'|'.join(hosts)})\.\w|/simple/\w|--(?:extra-)?index-url \S")
    itself = Path(__file__).resolve()
    wrong = [
        f"{page.relative_to(ROOT)}:{number}"
        for page in files()
        if page != itself
        for number, line in enumerate(text_of(page).splitlines(), 1)
        if place.search(line) or address.search(line)
    ]
    nothing(wrong)


def test_no_file_with_registry_addresses_can_be_committed() -> None:
    names = {page.name for page in files()}
    assert not names & {"uv.lock", "pylock.toml"}
    assert {"uv.lock", "pylock.toml"} <= set(text_of(ROOT / ".gitignore").splitlines())


def locked(kind: str) -> list[tuple[str, str]]:
    """Packages and versions of a lock; a package stands twice where Pythons differ."""
    text = text_of(ROOT / "requirements" / f"{kind}.lock")
    return re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", text, re.MULTILINE)


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_a_lock_holds_digests_and_no_addresses(kind: str) -> None:
    text = text_of(ROOT / "requirements" / f"{kind}.lock")
    assert "://" not in text
    assert not re.search(r"^--|^#", text, re.MULTILINE)
    entries = text.replace("\\\n", " ").splitlines()
    assert len(entries) == len(locked(kind)) > 5
    nothing(entry for entry in entries if "--hash=sha256:" not in entry)


def test_the_locks_hold_every_package_the_project_asks_for() -> None:
    asked = tomllib.loads(text_of(ROOT / "pyproject.toml"))

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-").replace(".", "-") for one in requirements}

    nothing(names(asked["project"]["dependencies"]) - set(dict(locked("run"))))
    nothing(names(asked["dependency-groups"]["dev"]) - set(dict(locked("dev"))))
    nothing(set(locked("run")) - set(locked("dev")))


def test_every_problem_raised_in_the_source_has_its_sentence() -> None:
    known = sentences("vi")
    raised = [(place, code) for place, call in calls("problem") if call.args for code in literals(call.args[0])]
    assert len(raised) > 5
    nothing((place, code) for place, code in raised if f"problem.{code}.says" not in known)


def test_every_sentence_of_a_problem_gets_its_values() -> None:
    places = {"file", "row", "field", "value", "weight"}
    missing = []
    for place, call in calls("problem"):
        given = {keyword.arg for keyword in call.keywords}
        if None in given or not call.args or not isinstance(call.func, ast.Name):
            continue
        for code in literals(call.args[0]):
            asked = {
                name
                for part in ("says", "fix")
                for name in placeholders(sentences("vi").get(f"problem.{code}.{part}", ""))
            }
            missing += [(place, code, name) for name in sorted(asked - (given - places))]
    nothing(missing)


def test_every_problem_of_the_catalogue_is_raised_somewhere() -> None:
    """Its code stands in the source in quotes, or as `f"PREFIX-{…}"` and the rest in quotes."""
    pages = [page for page in sorted(SOURCE.rglob("*")) if page.suffix in {".py", ".toml"}]
    used = "\n".join(text_of(page) for page in pages if not page.is_relative_to(WORDS / "vi"))

    def is_used(code: str) -> bool:
        parts = code.split("-")
        cuts = [("-".join(parts[:at]), "-".join(parts[at:])) for at in range(1, len(parts))]
        return f'"{code}"' in used or any(f'"{head}-{{' in used and f'"{rest}"' in used for head, rest in cuts)

    codes = sorted({key.split(".")[1] for key in sentences("vi") if key.startswith("problem.")})
    nothing(code for code in codes if not is_used(code))


def test_every_sentence_the_source_says_stands_in_the_catalogue() -> None:
    said = [(place, key) for place, call in calls("say") if call.args for key in literals(call.args[0])]
    assert len(said) > 3
    nothing((place, key) for place, key in said if key not in sentences("vi"))


def test_every_language_has_the_same_sentences_with_the_same_values() -> None:
    languages = sorted(page.name for page in WORDS.iterdir() if page.is_dir() and not page.name.startswith("_"))
    assert "vi" in languages
    for language in languages:
        assert sentences(language).keys() == sentences("vi").keys(), language
        for key, sentence in sentences(language).items():
            assert placeholders(sentence) == placeholders(sentences("vi")[key]), (language, key)
            assert unicodedata.is_normalized("NFC", sentence), (language, key)
            assert sentence.strip() != "", (language, key)


def paragraphs(page: str) -> list[str]:
    """The paragraphs of a page of Markdown, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n(?:>?\s*)\n", text_of(ROOT / page))]


def test_each_word_of_the_first_sentence_of_the_readme_leads_to_its_room() -> None:
    sentence = next(part for part in paragraphs("README.md") if "decision" in part and "](" in part)
    links = dict(re.findall(r"\[\W*(\w+)\W*\]\(([^)#]+)[^)]*\)", sentence))
    words = "decision targets units records measured standing appraised signed published".split()
    nothing(word for word in words if word not in links)
    nothing(target for target in links.values() if not (ROOT / target).exists())


def test_every_link_between_pages_leads_somewhere() -> None:
    link = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
    pages = [page for page in files() if page.suffix == ".md"]
    plain = {page: re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL) for page in pages}
    targets = [(page, target) for page in pages for target in link.findall(plain[page]) if ":" not in target]
    nothing(f"{page.relative_to(ROOT)}: {target}" for page, target in targets if not (page.parent / target).exists())


def test_every_identifier_of_the_glossary_lives_in_the_source_or_is_marked_as_later() -> None:
    """A table with a column `identifier`, names in backticks; a row with `(sau)` or `(later)` waits for its room."""
    source = "\n".join(text_of(page) for page in sorted(SOURCE.rglob("*")) if page.suffix in {".py", ".toml", ".csv"})
    living = set(re.findall(r"\w+", source)) | {part for page in SOURCE.rglob("*") for part in page.stem.split("-")}
    column, checked, missing = None, 0, []
    for line in text_of(ROOT / "GLOSSARY.md").splitlines():
        if not line.startswith("|"):
            column = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if column is None:
            column = cells.index("identifier") if "identifier" in cells else -1
        elif column >= 0 and not set(cells[column]) <= set(":- ") and not re.search(r"\((?:sau|later)\)", line):
            names = re.findall(r"`([^`]+)`", cells[column]) or [f"(no name in backticks) {cells[column]}"]
            checked += len(names)
            missing += [name for name in names if not set(re.split(r"\W+", name)) <= living]
    assert checked > 20
    nothing(missing)
