"""Why a status list is not to be relied on: the same words for both of its published forms.

StatusListError                  status_list
├── StatusListMalformed          status_list.malformed
│   ├── StatusListType           status_list.typ
│   ├── StatusListDuplicate      status_list.duplicate_member
│   ├── StatusListTruncated      status_list.truncated
│   ├── StatusListTrailing       status_list.trailing
│   ├── StatusListTooLarge       status_list.too_large
│   └── StatusListTooSmall       status_list.too_small
├── StatusListSignature          status_list.signature
├── StatusListExpired            status_list.expired
├── StatusListNotYetValid        status_list.not_yet_valid
└── StatusListIndex              status_list.index
"""

from __future__ import annotations

from certs.errors import CertsError


class StatusListError(CertsError):
    """A status list that is not to be relied on."""

    code = "status_list"


class StatusListMalformed(StatusListError):
    """Not a status list token; `reason` holds an inner code where there is one."""

    code = "status_list.malformed"


class StatusListType(StatusListMalformed):
    """A token of another kind; `typ` says which."""

    code = "status_list.typ"


class StatusListDuplicate(StatusListMalformed):
    """A member of header or payload is named twice."""

    code = "status_list.duplicate_member"


class StatusListTruncated(StatusListMalformed):
    """The compressed list ends before its end."""

    code = "status_list.truncated"


class StatusListTrailing(StatusListMalformed):
    """Something stands behind the compressed list."""

    code = "status_list.trailing"


class StatusListTooLarge(StatusListMalformed):
    """Unpacked, the list is larger than `limit` bytes."""

    code = "status_list.too_large"


class StatusListTooSmall(StatusListMalformed):
    """Fewer entries (`size`) than hide one among others; `least` are wanted."""

    code = "status_list.too_small"


class StatusListSignature(StatusListError):
    """Not signed by the list's agency; `reason`: the inner code."""

    code = "status_list.signature"


class StatusListExpired(StatusListError):
    """Past its `exp`."""

    code = "status_list.expired"


class StatusListNotYetValid(StatusListError):
    """Issued after the time asked about."""

    code = "status_list.not_yet_valid"


class StatusListIndex(StatusListError):
    """An index outside the list; `index`, `size`."""

    code = "status_list.index"
