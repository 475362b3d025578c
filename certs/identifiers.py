"""Chinese identifiers of licences, organisations and citizens: check, take apart, mint.

* Licence identifier, GB/T 36904-2018: ``root.type.issuer.serial.version.check``, the check
  character by ISO 7064 MOD 37,36 over type, issuer, serial and version without dots and root.
* Unified social credit code, GB 32100-2015: 18 characters of an alphabet of 31; positions 9 to 17
  are the organisation code of GB 11714 with a check character of its own.
* Citizen id, GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2.

Minting is strict. Parsing is strict too, unless ``lenient`` is set for data that others made: then
what can still be read is read, and each departure is named in ``warnings`` by the code that the
strict door would have raised. Errors never quote the identifier, which may be personal data.
"""

import re
from dataclasses import dataclass
from datetime import date

from certs.check_characters import (
    ALPHABET_31,
    citizen_check,
    credit_check,
    mod_37_36,
    organisation_check,
)
from certs.errors import CertsError

LICENCE_ROOT = "1.2.156.3005.2"
SYNTHETIC_REGION = "319999"
"""A region code that is assigned to nobody: for ids of invented people."""


class IdentifierError(CertsError):
    """An identifier is not acceptable. ``values``: ``part``, and what that part needs."""

    code = "identifier.invalid"


class IdentifierMalformed(IdentifierError):
    """A part has the wrong length or characters."""

    code = "identifier.malformed"


class CheckCharacterWrong(IdentifierError):
    """A check character is not the computed one. ``values``: ``part``, ``expected``, ``given``."""

    code = "identifier.check_character"


class BirthDateImpossible(IdentifierError):
    """The birth date inside a citizen id is no day of the calendar."""

    code = "identifier.birth_date"


class IssuerIsRegion(IdentifierError):
    """The issuer part is a six-digit region code, as in licences made before credit codes."""

    code = "identifier.issuer_region"


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code (GB 32100)."""

    value: str
    warnings: tuple[str, ...] = ()

    @property
    def region(self) -> str:
        return self.value[2:8]

    @property
    def organisation(self) -> str:
        return self.value[8:17]

    @property
    def masked(self) -> str:
        """The code as shown to people who need not know it: four characters at either end."""
        return _mask(self.value)


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A citizen id (GB 11643). ``male`` is read off the sequence number: odd is male."""

    value: str
    birth: date
    warnings: tuple[str, ...] = ()

    @property
    def region(self) -> str:
        return self.value[:6]

    @property
    def male(self) -> bool:
        return int(self.value[16]) % 2 == 1

    @property
    def masked(self) -> str:
        """The id as shown to people who need not know it: no birth date."""
        return _mask(self.value)


@dataclass(frozen=True, slots=True)
class LicenceIdentifier:
    """A licence identifier (GB/T 36904). ``type_code`` is a credit code and three digits."""

    type_code: str
    issuer: str
    serial: str
    version: int
    check: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = (self.type_code, self.issuer, self.serial, f"{self.version:03}", self.check)
        return ".".join((LICENCE_ROOT, *parts))


class _Door:
    """Raises at a fault, or notes its code when lenient."""

    def __init__(self, lenient: bool) -> None:
        self._lenient = lenient
        self._noted: list[str] = []

    def fault(self, error: IdentifierError) -> None:
        if not self._lenient:
            raise error
        if error.code not in self._noted:
            self._noted.append(error.code)

    def check(self, part: str, expected: str, given: str) -> None:
        if expected != given:
            message = f"{part}: the check character must be {expected}"
            self.fault(CheckCharacterWrong(message, part=part, expected=expected, given=given))

    def upper(self, part: str, text: str) -> str:
        folded = text.upper() if text.isascii() else text
        if folded != text:
            self.fault(IdentifierMalformed(f"{part}: letters must be capitals", part=part))
        return folded

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self._noted)


def mint_credit_code(stem: str) -> CreditCode:
    """Return the credit code of a 16-character stem; both check characters are computed.

    ``stem``: registering department, category, six digits of region, eight of organisation code.
    """
    if not re.fullmatch(rf"[{ALPHABET_31}]{{2}}[0-9]{{6}}[{ALPHABET_31}]{{8}}", stem):
        raise IdentifierMalformed("credit code: the stem has 16 characters", part="credit_code")
    body = stem + organisation_check(stem[8:])
    return CreditCode(body + credit_check(body))


def parse_credit_code(text: str, *, lenient: bool = False) -> CreditCode:
    """Check an 18-character credit code.

    Raises ``IdentifierMalformed`` or ``CheckCharacterWrong``; the latter is a warning if lenient.
    """
    door = _Door(lenient)
    return CreditCode(_credit_code(text, "credit_code", door), door.warnings)


def mint_citizen_id(birth: date, sequence: int, region: str = SYNTHETIC_REGION) -> CitizenId:
    """Return the id of an invented person; ``sequence`` 0 to 999, odd for a man."""
    if not (re.fullmatch("[1-9][0-9]{5}", region) and 0 <= sequence <= 999 and birth.year >= 1800):
        raise IdentifierMalformed("citizen id: region or sequence", part="citizen_id")
    body = f"{region}{birth:%Y%m%d}{sequence:03}"
    return CitizenId(body + citizen_check(body), birth)


def parse_citizen_id(text: str, *, lenient: bool = False) -> CitizenId:
    """Check an 18-character citizen id.

    Raises ``IdentifierMalformed``, ``BirthDateImpossible`` or ``CheckCharacterWrong``; if lenient,
    a wrong check character or a small x is a warning.
    """
    door = _Door(lenient)
    value = door.upper("citizen_id", text)
    if not re.fullmatch("[1-9][0-9]{16}[0-9X]", value):
        raise IdentifierMalformed("citizen id: 17 digits and a digit or X", part="citizen_id")
    try:
        birth = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError as error:
        message = "citizen id: there is no such birth date"
        raise BirthDateImpossible(message, part="citizen_id") from error
    door.check("citizen_id", citizen_check(value[:17]), value[17])
    return CitizenId(value, birth, door.warnings)


def mint_licence_identifier(
    type_code: str, issuer: str, serial: str, version: int = 1
) -> LicenceIdentifier:
    """Return a new licence identifier with its check character.

    ``type_code``: credit code of the body that defines the type, and three digits. ``issuer``: a
    credit code. ``serial``: 7 to 32 digits and capitals. ``version``: 1 to 999. Raises
    ``IdentifierError``.
    """
    if not 1 <= version <= 999:
        raise IdentifierMalformed("licence identifier: version is 1 to 999", part="version")
    text = f"{type_code}{issuer}{serial}{version:03}"
    if not re.fullmatch("[0-9A-Z]+", text):
        raise IdentifierMalformed("licence identifier: digits and capitals", part="licence")
    return parse_licence_identifier(
        f"{LICENCE_ROOT}.{type_code}.{issuer}.{serial}.{version:03}.{mod_37_36(text)}"
    )


def parse_licence_identifier(text: str, *, lenient: bool = False) -> LicenceIdentifier:
    """Take a licence identifier apart and check every part.

    Raises ``IdentifierMalformed``, ``IssuerIsRegion`` or ``CheckCharacterWrong``. If lenient, a
    wrong check character, small letters, a region as issuer and an unusual length of the serial
    are warnings.
    """
    door = _Door(lenient)
    text = door.upper("licence", text)
    pattern = r"([0-9A-Z]{18}[0-9]{3})\.([0-9A-Z]{18}|[0-9]{6})\.([0-9A-Z]{1,64})\.([0-9]{3})\."
    match = re.fullmatch(re.escape(LICENCE_ROOT) + r"\." + pattern + "([0-9A-Z])", text)
    if match is None or match[4] == "000":
        message = "licence identifier: root, type, issuer, serial, version, check, with dots"
        raise IdentifierMalformed(message, part="licence")
    type_code, issuer, serial, version, check = match.groups()
    _credit_code(type_code[:18], "type", door)
    if len(issuer) == 18:
        _credit_code(issuer, "issuer", door)
    else:
        door.fault(IssuerIsRegion("licence identifier: issuer is a region code", part="issuer"))
    if not 7 <= len(serial) <= 32:
        door.fault(IdentifierMalformed("licence identifier: 7 to 32 characters", part="serial"))
    door.check("licence", mod_37_36(type_code + issuer + serial + version), check)
    return LicenceIdentifier(type_code, issuer, serial, int(version), check, door.warnings)


def _credit_code(text: str, part: str, door: _Door) -> str:
    value = door.upper(part, text)
    if not re.fullmatch(rf"[{ALPHABET_31}]{{2}}[0-9]{{6}}[{ALPHABET_31}]{{10}}", value):
        message = f"{part}: 18 characters of the credit code alphabet"
        if part == "credit_code":
            raise IdentifierMalformed(message, part=part)
        door.fault(IdentifierMalformed(message, part=part))
        return value
    door.check(part, organisation_check(value[8:16]), value[16])
    door.check(part, credit_check(value[:17]), value[17])
    return value


def _mask(value: str) -> str:
    return f"{value[:4]}{'*' * 10}{value[-4:]}"
