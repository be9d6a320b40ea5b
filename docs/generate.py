"""The pages of docs/reference, made from the program itself: `python docs/generate.py` writes them.

Takes commands, indicators, sentences and weights from the program, and the words between them from
`generate.toml`. A test holds that the pages are current.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "chitieu"
WORDS = tomllib.loads((ROOT / "docs" / "generate.toml").read_text(encoding="utf-8"))
STATUS_OF = {"WARNING": "0", "REFUSED": "1", "MISUSED": "2", "UNREADABLE": "3", "DAMAGED": "4"}
sys.path.insert(0, str(ROOT / "src"))


def table(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([" ".join(str(cell).replace("|", "\\|").split()) for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def first_in_code(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """The same rows, their first cell as code."""
    return [[f"`{first}`", *rest] for first, *rest in rows]


def commands() -> Iterator[tuple[str, Any, Any]]:
    """Every command with its full name and its context, groups before their members."""
    from chitieu.cli import chitieu

    def walk(command: Any, name: str, above: Any) -> Iterator[tuple[str, Any, Any]]:
        context = command.context_class(command, info_name=name, parent=above, terminal_width=96)
        yield context.command_path, command, context
        if hasattr(command, "list_commands"):
            for inner in command.list_commands(context):
                yield from walk(command.get_command(context, inner), inner, context)

    return walk(chitieu, "chitieu", None)


def commands_page(words: dict[str, Any]) -> Iterator[str]:
    """`lenh.md`: the help of every command, and what all of them share."""
    yield words["text"]
    yield "## Mã thoát\n"
    yield table(("mã", "nghĩa"), words["statuses"])
    yield "## Cách ghi kỳ\n"
    yield table(("ghi", "nghĩa"), first_in_code(words["periods"]))
    yield words["days"]
    yield "## Biến môi trường\n"
    yield table(("biến", "nghĩa"), words["environment"])
    for path, _, context in commands():
        lines = (line.rstrip() for line in context.get_help().splitlines())
        yield f"## {path}\n\n```text\n" + "\n".join(lines) + "\n```\n"


def acts_page(words: dict[str, Any]) -> Iterator[str]:
    """`van-ban.md`: the keys of an act, how a level is written, and whole files of the province."""
    yield words["text"]
    yield "## Khóa của văn bản\n"
    yield table(("khóa", "loại văn bản", "", "nghĩa"), first_in_code(words["keys"]))
    yield words["names"]
    yield "## Khóa của một dòng `[[line]]`\n"
    yield table(("khóa", "", "nghĩa"), first_in_code(words["line"]))
    yield words["tiers"]
    yield "## Khóa của lệnh phân giao `[[cascade]]`\n"
    yield table(("khóa", "", "nghĩa"), first_in_code(words["order"]))
    yield "## Cách ghi mức\n"
    yield table(("ghi", "nghĩa"), first_in_code(words["levels"]))
    yield words["levels_text"]
    for title, name in zip(("Một quyết định", "Một văn bản phân giao"), words["whole"], strict=True):
        text = (ROOT / "provinces" / "dong-nai" / "demo" / name).read_text(encoding="utf-8")
        yield f"## {title}, trọn tệp\n\n```toml\n{text.strip()}\n```\n"


def indicators_page(words: dict[str, Any]) -> Iterator[str]:
    """`chi-so.md`: every built-in indicator with its methods, their sources and how certain those are."""
    from chitieu.measures.indicators import built_in
    from chitieu.records.intake import source

    known = sorted(built_in().values(), key=lambda one: (one.order or 0, one.code))
    yield words["text"].format(count=len(known))
    head = ("dòng", "mã", "tên", "dạng", "đơn vị tính", "cách tính mặc định", "xét")
    yield table(
        head,
        (
            (
                one.order or "",
                f"[`{one.code}`](#{one.code})",
                one.name.vi,
                words["shape"][one.shape],
                words["measure"][one.unit],
                f"`{one.default}`" if one.default else "",
                words["scope"][one.scope],
            )
            for one in known
        ),
    )
    for one in known:
        yield from _indicator(one, words)
    portal = source("portal-766")
    yield f"## Khóa của {portal.name}\n"
    yield words["portal"]
    yield table(("khóa", "chỉ tiêu", "cách tính"), ((f"`{key}`", *to) for key, to in portal.figure.items()))


def _indicator(one: Any, words: dict[str, Any]) -> Iterator[str]:
    def sure(text: str) -> str:
        return f"*{words['certainty'].get(text, text)}*"

    yield f"## {one.code}\n"
    yield f"{one.name.vi}.{words['fixed'] if one.fixed else ''} [Cách đếm](cach-tinh.md#{one.code}).\n"
    if not one.methods:
        yield words["no_method"]
        return
    rows = []
    for method in one.methods:
        begins = f"từ {method.begins:%d/%m/%Y}" if method.begins else ""
        ends = f" đến {method.ends:%d/%m/%Y}" if method.ends else ""
        sources = "; ".join(f"{source.act or source.text} ({sure(source.certainty)})" for source in method.sources)
        rows.append(
            (f"`{method.code}`", method.name.vi, begins + ends or "chưa rõ văn bản", f"`{method.record}`", sources)
        )
    yield table(("cách tính", "tên", "hiệu lực", "loại số liệu", "nguồn"), rows)
    if one.also_asked:
        yield "Cũng được hỏi ở:\n"
        yield "".join(
            f"- {asked.by}: "
            + (f"cách tính `{asked.method}`, " if asked.method else "")
            + f"{words['same'][asked.same]} ({sure(asked.certainty)})\n"
            for asked in one.also_asked
        )


def methods_page(words: dict[str, Any]) -> Iterator[str]:
    """`cach-tinh.md`: every clause of every method in its exact text, its sources, and its examples to be signed."""
    from chitieu.measures.indicators import built_in
    from chitieu.records.kinds import kinds

    known = sorted(built_in().values(), key=lambda one: (one.order or 0, one.code))
    yield words["text"]
    yield "## Các mệnh đề\n"
    yield table(("mệnh đề", "nghĩa"), first_in_code(words["clauses"]))
    yield words["language"]
    yield "## Kết quả của một bản ghi\n"
    yield table(
        ("kết quả", "trong tệp", "khi nào"), ((f"**{word}**", f"`{code}`", when) for code, word, when in words["fates"])
    )
    yield words["time"]
    used = set()
    for one in known:
        yield f"## {one.code}\n"
        yield f"{one.name.vi}. Mặc định: `{one.default}`.\n"
        for method in one.methods:
            yield from _method(one.code, method, words)
            used.add(method.record)
    yield "## Các cột\n"
    yield words["columns"]
    for code in sorted(used):
        kind = kinds()[code]
        yield f"### {code}\n"
        yield f"{kind.label}.\n"
        columns = [*kind.stored, *kind.joined.values()]
        yield table(
            ("cột", "tên", "để trống là"),
            ((f"`{one.name}`", one.label, words["empty"].get(one.empty or "", "")) for one in columns),
        )
        if kind.derived:
            yield "Suy ra:\n"
            yield table(("cột", "bằng"), ((f"`{name}`", f"`{of.text}`") for name, of in kind.derived.items()))


def _method(indicator: str, method: Any, words: dict[str, Any]) -> Iterator[str]:
    certainty = WORDS["indicators"]["certainty"]
    yield f"### {indicator}: {method.code}\n"
    sources = (f"{source.act or source.text} (*{certainty[source.certainty]}*)" for source in method.sources)
    yield f"{method.name.vi}; đếm từ [`{method.record}`](#{method.record}). Nguồn: {'; '.join(sources)}.\n"
    definition = method.definition
    population = definition.population
    lines = [f"{called} = {' '.join(clause.text.split())}" for called, clause in definition.clauses()]
    lines += ["population.ahead = true"] if population.ahead else []
    lines += ["population.fixed = true", f"population.window = {population.window}"] if population.fixed else []
    lines += [f"apart = {definition.apart}"] if definition.apart else []
    yield "```text\n" + "\n".join(lines) + "\n```\n"
    fates = {code: word for code, word, _ in words["fates"]}
    yield table(
        ("ví dụ", "bản ghi", "kỳ", "chốt ngày", "kết quả", "vì"),
        (
            (
                example.why,
                "; ".join(f"`{name}` {_cell(value)}" for name, value in example.record.items()),
                example.period.name,
                f"{example.as_of:%d/%m/%Y}",
                f"**{fates[example.outcome]}**",
                f"`{example.name or example.because}`" if example.name or example.because else "",
            )
            for example in definition.examples
        ),
    )


def _cell(value: object) -> str:
    """A value as people write it: days and moments from the day on, a truth in words."""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "có" if value else "không"
    return str(value)


def problems_page(words: dict[str, Any]) -> Iterator[str]:
    """`ma-loi.md`: every problem with its sentence, what to do, and the exit status it leads to."""
    from chitieu.words import catalogue

    weights = problem_weights()

    def sentence(code: str, part: str) -> str:
        return catalogue().get(f"problem.{code}.{part}", "").replace("{{", "{").replace("}}", "}")

    yield words["text"].format(count=len(weights))
    yield table(
        ("mã", "câu", "cách sửa", "thoát"),
        (
            (f"`{code}`", sentence(code, "says"), sentence(code, "fix"), statuses(weights[code]))
            for code in sorted(weights)
        ),
    )


def statuses(weights: Iterable[str]) -> str:
    """`0 hoặc 4`."""
    return " hoặc ".join(sorted(STATUS_OF[weight] for weight in weights))


def problem_weights() -> dict[str, set[str]]:
    """The weights each code is raised with, read off the source; one whose weight is handed around refuses."""
    from chitieu.words import catalogue

    found: dict[str, set[str]] = {key.split(".")[1]: set() for key in catalogue() if key.startswith("problem.")}
    trees = {page: ast.parse(page.read_text(encoding="utf-8")) for page in sorted(SOURCE.rglob("*.py"))}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    listed = {id(item) for node in nodes if isinstance(node, ast.Set) for item in node.elts}
    whole = {node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in listed}
    for composed in (False, True):
        wanted = {code for code, weights in found.items() if not (composed and (weights or code in whole))}
        for page, tree in trees.items():
            module = ".".join(page.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
            for code, weights in _Raising(tree, module, wanted, composed=composed).all():
                found[code] |= weights
    return {code: weights or {"REFUSED"} for code, weights in found.items()}


class _Raising:
    """Who raises what with which weight in one module: by `problem` itself, or a function that hands a code on."""

    def __init__(self, tree: ast.Module, module: str, codes: set[str], *, composed: bool) -> None:
        """`composed`: look for codes that the source writes in two parts, as `f"UNIT-{…}"`."""
        self._tree, self._module, self._codes, self._composed = tree, module, codes, composed

    def all(self) -> Iterator[tuple[str, set[str]]]:
        """Codes with weights, in any order."""
        passing: dict[str, ast.expr | None] = {}
        for function in (node for node in ast.walk(self._tree) if isinstance(node, ast.FunctionDef)):
            parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
            for call in _calls(function, {"problem"}):
                first, weight = call.args[0], _weight(call, function)
                if isinstance(first, ast.Name) and first.id in parameters:
                    passing[function.name] = weight
                    continue
                names = _assigned(function, first.id) if isinstance(first, ast.Name) else [first]
                for code in self._named(names):
                    yield code, self._weights(weight, code)
        for call in _calls(self._tree, set(passing) - {"problem"}):
            weight = _weight(call, self._tree) or passing[_name(call)]
            for code in self._named(call.args[:1]):
                yield code, self._weights(weight, code)

    def _named(self, expressions: Iterable[ast.AST]) -> set[str]:
        found: set[str] = set()
        for node in (leaf for expression in expressions for leaf in ast.walk(expression)):
            if isinstance(node, ast.Constant) and node.value in self._codes:
                found.add(str(node.value))
            if self._composed and isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found |= {code for code in self._codes if code.startswith(str(node.values[0].value))}
        return found

    def _weights(self, given: ast.expr | None, code: str) -> set[str]:
        test = given.test if isinstance(given, ast.IfExp) else None
        if isinstance(given, ast.IfExp) and isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In):
            listed = getattr(import_module(self._module), ast.unparse(test.comparators[0]), None)
            if listed is not None:
                given = given.body if code in listed else given.orelse
        named = {node.attr for node in ast.walk(given) if isinstance(node, ast.Attribute)} if given else set()
        return (named & set(STATUS_OF)) or {"REFUSED"}


def _calls(tree: ast.AST, names: set[str]) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and _name(node) in names]


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _weight(call: ast.Call, tree: ast.AST) -> ast.expr | None:
    """What a call says of the weight; of a local name, what it is given first."""
    given = next((word.value for word in call.keywords if word.arg == "weight"), None)
    return next(iter(_assigned(tree, given.id)), None) if isinstance(given, ast.Name) else given


def _assigned(tree: ast.AST, name: str) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(leaf, ast.Name) and leaf.id == name for target in node.targets for leaf in ast.walk(target))
    ]


def pages() -> dict[Path, str]:
    """Every page by its place."""
    made = {
        "lenh": ("commands", commands_page),
        "van-ban": ("acts", acts_page),
        "chi-so": ("indicators", indicators_page),
        "cach-tinh": ("methods", methods_page),
        "ma-loi": ("problems", problems_page),
    }
    return {
        ROOT / "docs" / "reference" / f"{name}.md": "\n".join(
            (WORDS[part]["title"], WORDS["made"], *(block.lstrip("\n") for block in make(WORDS[part])))
        )
        for name, (part, make) in made.items()
    }


if __name__ == "__main__":
    for place, text in pages().items():
        place.write_text(text, encoding="utf-8")
