"""The event loop never waits for the disk, a device or Pillow: read off the source by `ast`.

A blocking call may stand in a plain function (that runs on a thread), never in an async one, neither directly nor
through plain functions and methods of the project, as far as the classes of attributes and parameters are written
down. What is handed to `asyncio.to_thread` is a name there, not a call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PLACES: Final = ("bot", "cogs", "ravsg")

BLOCKING_CALLS: Final = {
    "open",
    "input",
    "time.sleep",
    "os.fsync",
    "os.replace",
    "os.remove",
    "os.listdir",
    "os.walk",
}
BLOCKING_LIBRARIES: Final = {
    "PIL",
    "faiss",
    "requests",
    "shutil",
    "sqlite3",
    "subprocess",
    "torch",
    "typst",
    "urllib.request",
}
BLOCKING_METHODS: Final = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "rmdir", "unlink", "touch"),
    *("iterdir", "rglob", "hardlink_to", "symlink_to"),
}
"""Methods of `pathlib.Path`, by name: no other class of the project has methods of these names."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One source file: what its names stand for, its functions by qualified name, and its attributes' classes."""

    name: str
    names: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    """By class and name: `App.engine`."""

    def class_named(self, node: ast.expr | None) -> str | None:
        """The full name of the class that an annotation or a call's function names; `X | None` is X."""
        if isinstance(node, ast.BinOp):
            node = node.left
        return self.names.get(node.id, f"{self.name}.{node.id}") if isinstance(node, ast.Name) else None

    def parameters(self, function: Function) -> dict[str, str]:
        """The classes of a function's parameters."""
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        return {one.arg: kind for one in arguments if (kind := self.class_named(one.annotation))}


def read(name: str, source: str) -> Module:
    module = Module(name)
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                module.names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                module.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for item in tree.body:
        if isinstance(item, Function):
            module.functions[item.name] = item
        elif isinstance(item, ast.ClassDef):
            inner = [entry for entry in item.body if isinstance(entry, Function)]
            module.functions |= {f"{item.name}.{entry.name}": entry for entry in inner}
            module.attributes |= {f"{item.name}.{name}": kind for name, kind in attributes(item, module)}
    return module


def attributes(owner: ast.ClassDef, module: Module) -> Iterator[tuple[str, str]]:
    """What a class says of its attributes' classes: fields, and what `__init__` keeps of its parameters or makes."""
    for node in owner.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if kind := module.class_named(node.annotation):
                yield node.target.id, kind
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            given = module.parameters(node)
            for inner in ast.walk(node):
                if isinstance(inner, ast.Assign) and isinstance(kept := inner.targets[0], ast.Attribute):
                    value = inner.value
                    made = module.class_named(value.func) if isinstance(value, ast.Call) else None
                    if kind := made or (given.get(value.id) if isinstance(value, ast.Name) else None):
                        yield kept.attr, kind


def project() -> Iterator[Module]:
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            if "pocket" not in path.parts:  # the recipe has no event loop
                parts = path.relative_to(ROOT).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                yield read(name, path.read_text(encoding="utf-8"))


def calls(function: Function) -> Iterator[ast.Call]:
    """Calls that run when the function runs; plain functions and lambdas that it only defines may go to a thread."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def target(call: ast.Call, module: Module, owner: str, parameters: dict[str, str]) -> str:
    """The full dotted name of what is called, as far as it can be read: `PIL.Image.open`, `bot.app.App.close`."""
    parts: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ".".join(["?", *parts])
    if node.id in {"self", "cls"} and owner and len(parts) == 1:
        return f"{module.name}.{owner}.{parts[0]}"
    if node.id == "self" and len(parts) == 2 and (kind := module.attributes.get(f"{owner}.{parts[0]}")):
        return f"{kind}.{parts[1]}"
    if len(parts) == 1 and node.id in parameters:
        return f"{parameters[node.id]}.{parts[0]}"
    if node.id in module.names:
        return ".".join([module.names[node.id], *parts])
    if not parts and node.id in module.functions:
        return f"{module.name}.{node.id}"
    return ".".join([node.id, *parts])


def blocks(name: str) -> bool:
    """Whether a call of this name waits for the disk, a device or a decoder."""
    return (
        name in BLOCKING_CALLS
        or any(name.startswith(f"{library}.") for library in BLOCKING_LIBRARIES)
        or ("." in name and name.rpartition(".")[2] in BLOCKING_METHODS)
    )


class Reading:
    """The functions of some modules, and what they call."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._functions = {
            f"{module.name}.{name}": (module, name, function)
            for module in modules
            for name, function in module.functions.items()
        }
        self.asynchronous = [full for full in self._functions if self._is_async(full)]
        self.blocking = self._blocking()

    def wrong(self) -> list[str]:
        """Every blocking call of an async function, with its line and reason."""
        return [
            f"{full}:{line} calls {name}" + (f", which calls {self.blocking[name]}" if name in self.blocking else "")
            for full in self.asynchronous
            for name, line in self._targets(full)
            if blocks(name) or name in self.blocking
        ]

    def _is_async(self, full: str) -> bool:
        return isinstance(self._functions[full][2], ast.AsyncFunctionDef)

    def _targets(self, full: str) -> list[tuple[str, int]]:
        module, name, function = self._functions[full]
        owner, known = name.rpartition(".")[0], module.parameters(function)
        return [(target(call, module, owner, known), call.lineno) for call in calls(function)]

    def _blocking(self) -> dict[str, str]:
        """Plain functions that block, each with the reason: they call what blocks, or another one that does."""
        reasons: dict[str, str] = {}
        while True:
            new = {
                full: name
                for full in self._functions
                if full not in reasons and not self._is_async(full)
                for name, _ in self._targets(full)
                if blocks(name) or name in reasons
            }
            if not new:
                return reasons
            reasons |= new


def test_no_async_function_blocks() -> None:
    assert Reading(project()).wrong() == []


def test_there_is_something_to_find() -> None:
    reading = Reading(project())
    assert len(reading.asynchronous) >= 100
    assert len(reading.blocking) >= 10
    assert "ravsg.picture.intake.clean_picture" in reading.blocking


def test_the_reader_sees_what_blocks_and_what_does_not() -> None:
    library = read("ravsg.a", "from PIL import Image\ndef load(p): return Image.open(p)\ndef twice(p): load(p)")
    user = read(
        "ravsg.b",
        """
import asyncio, time
from pathlib import Path
from ravsg.a import load, twice

class Kept:
    def load(self): open("x")

class A:
    kept: Kept
    def __init__(self, given: Kept | None): self.given = given; self.made = Kept()
    async def through_a_field(self): self.kept.load()
    async def through_what_was_given(self): self.given.load()
    async def through_what_was_made(self): self.made.load()
    async def through_a_parameter(self, kept: Kept): kept.load()
    def save(self): Path("x").write_bytes(b"")
    async def direct(self): time.sleep(1)
    async def through_a_method(self): self.save()
    async def through_two_functions(self): twice("x")
    async def nested(self):
        async def inner(): open("x")
        await inner()
    async def on_a_thread(self):
        def work(): open("x")
        await asyncio.to_thread(load, "x")
        await asyncio.to_thread(lambda: open("x"))
        await asyncio.to_thread(work)
""",
    )
    wrong = " ".join(Reading([library, user]).wrong())
    for name in ("direct", "through_a_method", "through_two_functions", "nested"):
        assert f"A.{name}:" in wrong
    for name in ("through_a_field", "through_what_was_given", "through_what_was_made", "through_a_parameter"):
        assert f"A.{name}:" in wrong
    assert "on_a_thread" not in wrong
