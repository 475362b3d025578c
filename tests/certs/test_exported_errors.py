"""Every error of the package has a code of its own: programs branch on nothing else."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator

import certs
from certs import errors
from certs.errors import CertsError


def family(root: type[CertsError]) -> Iterator[type[CertsError]]:
    yield root
    for child in root.__subclasses__():
        yield from family(child)


def every_error() -> list[type[CertsError]]:
    for module in pkgutil.iter_modules(certs.__path__, "certs."):
        importlib.import_module(module.name)
    return [error for error in family(CertsError) if error.__module__.startswith("certs.")]


def test_codes_are_there_and_unique():
    found = every_error()
    assert len(found) > 20
    assert [error for error in found if not error.__dict__.get("code")] == []
    twice = {code: n for code, n in Counter(error.code for error in found).items() if n > 1}
    assert twice == {}


def test_every_error_says_what_it_means():
    assert [error.__name__ for error in every_error() if not error.__doc__] == []


def test_the_drawn_tree_is_the_tree():
    drawn = set()
    for line in (errors.__doc__ or "").splitlines():
        words = line.replace("│", "").replace("├──", "").replace("└──", "").split()
        if len(words) == 2 and words[0][0].isupper():
            drawn.add(tuple(words))
    real = {
        (error.__name__, error.code)
        for error in every_error()
        if error.__module__ == "certs.errors"
    }
    assert drawn == real
