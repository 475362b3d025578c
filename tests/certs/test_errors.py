import copy
import pickle

import pytest

from certs.errors import CertsError, Coded, JsonSize, SignatureInvalid, SignatureTwin


def test_values_are_attributes():
    error = JsonSize("too long", size=5, limit=4)
    assert (error.size, error.limit, error.values) == (5, 4, {"size": 5, "limit": 4})
    assert str(error) == "too long"


def test_a_value_that_is_not_carried_is_an_attribute_error():
    with pytest.raises(AttributeError, match="JsonSize carries no 'key'"):
        JsonSize("too long").key  # noqa: B018


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_survives_copying(again):
    error = again(JsonSize("too long", size=5))
    assert (type(error), str(error), error.size) == (JsonSize, "too long", 5)


def test_callers_catch_families():
    assert issubclass(SignatureTwin, SignatureInvalid)
    assert issubclass(SignatureInvalid, CertsError)
    assert issubclass(CertsError, Coded)
