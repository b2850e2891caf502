"""What an Airflow connection says of a remote place, and the file system that it opens.

Airflow's own file system for SFTP looks at no host key at all, whatever its connection says, and its one for S3 needs
packages that Airflow's other packages exclude. So both are opened here, and handed to Airflow's ObjectStoragePath.
Nothing is guessed: no key of the user, no agent, no settings outside the connection. Messages name connections, hosts
and buckets; never a login, never a secret.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.installation import OneLineError
from dags.airflow_home import THIS_MACHINE

SECONDS_TO_CONNECT = 20
SECONDS_BETWEEN_SIGNS_OF_LIFE = 10
SIGNS_MISSED = 3
SECONDS_TO_ANSWER = 60
TRIES = 3
TRUE = ("true", "1", "yes")


def file_system(scheme: str, connection: str, host: str) -> Any:
    """Return the fsspec file system that a connection opens; `host` is what the URL names: a host or a bucket.

    Raises OneLineError when the connection is not there, says too little, or asks for less than a safe line; and
    whatever the file system itself raises when it connects at once.
    """
    openers: Mapping[str, Callable[[str, Any, str], Any]] = {"sftp": _sftp, "s3": _s3}
    return openers[scheme](connection, _said(connection), host)


def _said(connection: str) -> Any:
    from airflow.sdk import BaseHook

    try:
        return BaseHook.get_connection(connection)
    except Exception:
        # Its message may quote what it could not read.
        pass
    raise OneLineError(
        f"Airflow has no connection {connection!r} that can be read; add it, or set AIRFLOW_CONN_{connection.upper()} "
        "(docs/sources.md)"
    )


def _extra(connection: str, said: Any) -> dict[str, Any]:
    try:
        return dict(said.extra_dejson)
    except Exception:
        pass
    raise OneLineError(f"the extra of connection {connection!r} is not JSON")


def _sftp(connection: str, said: Any, host: str) -> Any:
    try:
        import asyncssh
        from sshfs import SSHFileSystem
    except ImportError:
        raise OneLineError(
            "exports at sftp:// need Airflow's provider package for it: pip install -r requirements-sources.lock"
        ) from None
    # It would write the login and the host into the log of every night.
    asyncssh.set_log_level("WARNING")
    extra = _extra(connection, said)
    if not said.host or not said.login:
        raise OneLineError(f"connection {connection!r} needs a host and a login")
    if host and host.casefold() != str(said.host).casefold():
        raise OneLineError(f"the URL names the host {host}, its connection {connection!r} another; make them the same")
    try:
        keys = _client_keys(connection, extra)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError):
        keys = None
    if keys is None:
        raise OneLineError(
            f"the private key of connection {connection!r} cannot be read; look at key_file or private_key and at "
            "private_key_passphrase"
        )
    if not keys and not said.password:
        raise OneLineError(f"connection {connection!r} has no key_file, private_key or password")
    return SSHFileSystem(
        said.host,
        port=said.port or 22,
        username=said.login,
        password=None if keys else said.password,
        client_keys=keys or None,
        known_hosts=_pinned(connection, extra, said),
        # Only what the connection says: no agent, no ~/.ssh/config.
        agent_path=None,
        config=None,
        connect_timeout=SECONDS_TO_CONNECT,
        login_timeout=SECONDS_TO_CONNECT,
        # A line that died without a word is noticed; one that is only slow still answers.
        keepalive_interval=SECONDS_BETWEEN_SIGNS_OF_LIFE,
        keepalive_count_max=SIGNS_MISSED,
        skip_instance_cache=True,
    )


def _client_keys(connection: str, extra: Mapping[str, Any]) -> list[Any]:
    import asyncssh

    passphrase = extra.get("private_key_passphrase")
    if extra.get("private_key"):
        return [asyncssh.import_private_key(str(extra["private_key"]), passphrase)]
    if extra.get("key_file"):
        return [asyncssh.read_private_key(str(extra["key_file"]), passphrase)]
    return []


def _pinned(connection: str, extra: Mapping[str, Any], said: Any) -> Any:
    """The keys that the host may show, from `host_key` or the file `known_hosts`; there is no way around them."""
    import asyncssh

    if str(extra.get("no_host_key_check", "")).casefold() in TRUE:
        raise OneLineError(
            f"connection {connection!r} says no_host_key_check; take that out and set host_key (docs/sources.md)"
        )
    if not extra.get("host_key") and not extra.get("known_hosts"):
        raise OneLineError(
            f"connection {connection!r} pins no host key: set host_key in its extra to the line of "
            f"`ssh-keyscan {said.host}` from the key type on, compared with what the register says it is"
        )
    try:
        if extra.get("host_key"):
            words = str(extra["host_key"]).split()
            # Airflow's SSH connection takes a key without its type for one of RSA.
            line = " ".join(words[:2]) if len(words) > 1 else f"ssh-rsa {words[0]}"
            return ([asyncssh.import_public_key(line)], [], [])
        return asyncssh.import_known_hosts(Path(str(extra["known_hosts"])).expanduser().read_text())
    except (asyncssh.KeyImportError, ValueError, OSError):
        pass
    raise OneLineError(
        f"the pinned host key of connection {connection!r} cannot be read; write host_key as "
        '"ssh-ed25519 AAAA..." or known_hosts as the path of such a file'
    )


def _s3(connection: str, said: Any, bucket: str) -> Any:
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

    extra = _extra(connection, said)
    if not bucket:
        raise OneLineError(f"the URL of connection {connection!r} names no bucket: s3://connection@bucket/path")
    if not said.login or not said.password:
        raise OneLineError(f"connection {connection!r} has no access key (login) and secret key (password)")
    if str(extra.get("verify", "")).casefold() in ("false", "0", "no"):
        raise OneLineError(f"connection {connection!r} says verify: false; give the path of the certificate instead")
    endpoint = _endpoint(connection, str(extra.get("endpoint_url") or ""))
    if extra.get("verify") and str(extra["verify"]).casefold() not in TRUE:
        endpoint["tls_ca_file_path"] = str(extra["verify"])
    system = S3FileSystem(
        access_key=said.login,
        secret_key=said.password,
        session_token=extra.get("aws_session_token") or None,
        region=str(extra.get("region_name") or "us-east-1"),
        connect_timeout=SECONDS_TO_CONNECT,
        request_timeout=SECONDS_TO_ANSWER,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=TRIES),
        **endpoint,
    )
    return ArrowFSWrapper(system, skip_instance_cache=True)


def _endpoint(connection: str, url: str) -> dict[str, Any]:
    """Where an S3 server answers, when it is not Amazon's; without TLS only on this machine."""
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise OneLineError(f"endpoint_url of connection {connection!r} must be https://host or https://host:port")
    if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        raise OneLineError(
            f"endpoint_url of connection {connection!r} is not https: exports do not cross it in the open"
        )
    return {"endpoint_override": parts.netloc, "scheme": parts.scheme}
