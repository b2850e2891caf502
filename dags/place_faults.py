"""What a remote place's own exceptions mean to whoever keeps the night running.

Only the kind of an exception and the code words in it are looked at; its message is never passed on.
"""

import re

from connectors.installation import OneLineError

# Code words of S3, as they stand in the message of the file system, and what to do.
EXPIRED = ("ExpiredToken", "TokenRefreshRequired", "EXPIRED_TOKEN", "RequestExpired", "REQUEST_EXPIRED")
REFUSED = (
    "InvalidAccessKeyId",
    "INVALID_ACCESS_KEY_ID",
    "InvalidClientTokenId",
    "INVALID_CLIENT_TOKEN_ID",
    "SignatureDoesNotMatch",
    "SIGNATURE_DOES_NOT_MATCH",
    "InvalidToken",
    "UNRECOGNIZED_CLIENT",
    "InvalidSecurity",
)
NOT_ALLOWED = ("AccessDenied", "ACCESS_DENIED", "HTTP status 403", "HTTP status 401")
NO_BUCKET = ("NoSuchBucket", "NO_SUCH_BUCKET")
CLOCK = ("RequestTimeTooSkewed", "REQUEST_TIME_TOO_SKEWED")
CERTIFICATE = re.compile(r"certificate|curlCode: 60\b", re.IGNORECASE)
# What an SSH line says when it breaks, whatever the library wraps it in.
BROKEN = (
    "ConnectionLost",
    "DisconnectError",
    "ChannelOpenError",
    "SFTPConnectionLost",
    "SFTPNoConnection",
    "FSTimeoutError",
    "BadMessage",
    "SFTPBadMessage",
    "IncompleteReadError",
    "ProtocolError",
)


def as_told(error: Exception, scheme: str, connection: str, host: str) -> Exception:
    """Return what to raise instead of what a place raised: ConnectionError when the line broke, else OneLineError."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    told = _of_sftp(kinds, connection, host) if scheme == "sftp" else _of_s3(str(error), connection, host)
    if told:
        return OneLineError(told)
    is_broken = isinstance(error, ConnectionError | TimeoutError | EOFError) or any(kind in BROKEN for kind in kinds)
    if is_broken or isinstance(error, OSError):
        return ConnectionError(f"{scheme} line of connection {connection!r}")
    return OneLineError(f"the place of connection {connection!r} cannot be read ({kinds[0]})")


def _of_sftp(kinds: list[str], connection: str, host: str) -> str | None:
    if "HostKeyNotVerifiable" in kinds:
        return (
            f"{host or 'the host'} shows another host key than connection {connection!r} pins; nothing was sent. Ask "
            "the register whether it changed its key before you change host_key"
        )
    if "SFTPPermissionDenied" in kinds:
        return f"{host} does not let connection {connection!r} read there; ask the register for the right to read"
    if "PermissionError" in kinds or "PermissionDenied" in kinds:
        return f"{host} does not let connection {connection!r} in: renew its key or password, they may have expired"
    if "gaierror" in kinds:
        return f"the host of connection {connection!r} has no address; look at its name and at the network"
    if "KeyExchangeFailed" in kinds:
        return f"{host} and this machine agree on no encryption; ask the register for a current SSH server"
    return None


def _of_s3(message: str, connection: str, bucket: str) -> str | None:
    def says(words: tuple[str, ...]) -> bool:
        return any(word in message for word in words)

    if says(EXPIRED):
        return f"the credentials of connection {connection!r} have expired; renew them in Airflow"
    if says(REFUSED):
        return f"the server does not know the keys of connection {connection!r}: renew them, they may have expired"
    if says(CLOCK):
        return f"this machine's clock differs from that of connection {connection!r}; set the clock"
    if says(NO_BUCKET):
        return f"the bucket {bucket} of connection {connection!r} does not exist"
    if says(NOT_ALLOWED):
        return f"connection {connection!r} may not read bucket {bucket}; renew its keys or ask for the right to read"
    if CERTIFICATE.search(message):
        return f"the certificate of connection {connection!r} is not trusted; set verify to the path of its authority's"
    return None
