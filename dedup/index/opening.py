"""Making an index, and finding out whether a folder is one that this version can use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dedup.errors import SchemeMismatch, StoreError
from dedup.index.segment import sync_folder
from dedup.index.store import DATABASE, Store
from dedup.settings import Settings
from dedup.sketch.sketches import Scheme

_MOUNTS = Path("/proc/mounts")
_NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs"),
        *("gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs"),
        "virtiofs",
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an index was made with, for good.

    Attributes:
        settings: how its documents are sketched and judged.
        keep_text: whether it keeps texts.
    """

    settings: Settings
    keep_text: bool

    def to_meta(self) -> dict[str, Any]:
        """As it is stored."""
        settings = self.settings
        scheme = Scheme(settings.num_perm, settings.seed)
        return {
            "settings": asdict(settings) | {"relations": list(settings.relations)},
            "keep_text": self.keep_text,
            "scheme": asdict(scheme),
        }


def opened(
    place: str | os.PathLike[str],
    *,
    create: bool,
    settings: Settings | None,
    keep_text: bool | None,
    timeout: float,
) -> tuple[Store, Terms]:
    """The store of an index, made if need be, and its terms.

    Raises:
        StoreError: there is none, or it cannot be used.
        SchemeMismatch: it was made with other settings or by another scheme.
        TypeError: the place is no path.
    """
    if not isinstance(place, (str, os.PathLike)):
        kind = type(place).__name__
        raise TypeError(f"the folder of an index must be a str or a path, not {kind}")
    folder = Path(place)
    if not is_index(folder):
        if not create:
            raise StoreError(f"{folder}: no index here")
        _make(folder, Terms(settings or Settings(), keep_text is not False))
    _warn_of_network(folder)
    store = Store(folder, timeout)
    try:
        with store.transaction(trusted=False):
            meta = store.meta()
        terms = Terms(
            Settings(**meta["settings"] | {"relations": tuple(meta["settings"]["relations"])}),
            meta["keep_text"],
        )
        wanted = Terms(
            settings or terms.settings, terms.keep_text if keep_text is None else keep_text
        )
        _compare(folder, meta, wanted.to_meta())
    except BaseException:
        store.close()
        raise
    return store, terms


def is_index(folder: Path) -> bool:
    """Whether there is one, of whatever kind.

    Raises:
        StoreError: that cannot be found out.
    """
    try:
        (folder / DATABASE).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from error
    except ValueError as error:  # a NUL, or what the file system cannot write
        raise StoreError(f"{str(folder)!r}: no path: {error}") from error
    return True


def _make(folder: Path, terms: Terms) -> None:
    """An empty index, beside its place first: nobody ever sees half of one."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StoreError(f"{folder}: no index, and something else is here")
        with _parents(folder):
            beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
            try:
                Store.create(beside, terms.to_meta())
                umask = os.umask(0)
                os.umask(umask)
                beside.chmod(0o777 & ~umask)
                sync_folder(beside)
                # An empty folder is replaced; when another process was faster, its index stands.
                beside.rename(folder)
                sync_folder(folder.parent)
            except OSError:
                if not (folder / DATABASE).exists():
                    raise
            finally:
                shutil.rmtree(beside, ignore_errors=True)
    except sqlite3.Error as error:
        raise StoreError(f"{folder}: cannot be made: {error}") from error
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {error.strerror}") from error


@contextmanager
def _parents(folder: Path) -> Iterator[None]:
    """Makes the folders above; those that were missing go again when the block fails."""
    missing = [path for path in folder.parents if not path.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in missing:
            with suppress(OSError):
                path.rmdir()
        raise


def _compare(folder: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuses what differs, and says what."""
    differences = [
        f"{name} is {here!r} there and {there!r} here"
        for name, here, there in (
            ("keep_text", found["keep_text"], wanted["keep_text"]),
            *(
                (name, found[part].get(name), wanted[part].get(name))
                for part in ("settings", "scheme")
                for name in sorted({*found[part], *wanted[part]})
                if part == "settings" or name not in wanted["settings"]
            ),
        )
        if here != there
    ]
    if differences:
        raise SchemeMismatch(f"{folder}: made with other settings: {'; '.join(differences)}")


def _warn_of_network(folder: Path) -> None:
    """Says so when the folder is on a file system where SQLite's locks do not hold."""
    kind = file_system(folder, _MOUNTS)
    if kind in _NETWORK:
        warnings.warn(
            f"{folder} is on a network file system ({kind}): an index needs a local one, or "
            "writers may damage it and readers miss what is new",
            stacklevel=4,
        )


def file_system(folder: Path, mounts: Path) -> str | None:
    """The kind of file system that a folder is on, where the system tells."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
        place = folder.resolve()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        path = Path(point.replace("\\040", " ").replace("\\011", "\t"))
        if place.is_relative_to(path) and (found is None or len(path.parts) >= found[0]):
            found = (len(path.parts), kind)
    return None if found is None else found[1]
