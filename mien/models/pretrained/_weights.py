"""The weights of a backbone: from their owner through Keras's own loader and cache, or from a file of the user's."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mien.backends import keras_home
from mien.core.errors import MienError, SettingError, StorageError
from mien.models.pretrained._backbones import OWNER, backbone, network

if TYPE_CHECKING:
    import keras

IMAGENET, NONE = "imagenet", "none"
PATIENCE = 20.0  # seconds without a byte from the owner's server
ENDINGS = {".h5": b"\x89HDF\r\n\x1a\n", ".hdf5": b"\x89HDF\r\n\x1a\n", ".keras": b"PK\x03\x04"}


def pretrained_network(name: str, size: int, weights: str) -> keras.Model:
    """Build a backbone as Keras has it, with its owner's ``imagenet`` weights or those of a file.

    `StorageError` if the owner's are not in Keras's cache and cannot be fetched, `SettingError` if the file does not
    fit.
    """
    return _of_the_owner(name, size) if weights == IMAGENET else _of_a_file(name, size, Path(weights))


def cache() -> Path:
    """Say where Keras keeps what it fetched."""
    home = keras_home()
    # Where it may not write there, Keras takes another place.
    return (home if os.access(home, os.W_OK) else Path("/tmp/.keras")) / "models"  # noqa: S108


def _of_the_owner(name: str, size: int) -> keras.Model:
    there = (cache() / backbone(name).file_name).exists()
    if not there:
        _announce(name)
    # Keras's bar goes where Mien's does: standard output may be read by a program.
    with _impatient(), contextlib.redirect_stdout(sys.stderr):
        try:
            return network(name, size, IMAGENET)
        except Exception as error:  # a bare Exception, an OSError or a ValueError, as Keras and urllib raise them
            raise _not_fetched(name, error, there=there) from error


def _announce(name: str) -> None:
    """Say what is about to be fetched, or refuse where nothing may be."""
    if os.environ.get("MIEN_OFFLINE"):
        raise _not_fetched(name, OSError("MIEN_OFFLINE is set"), there=False)
    said = (
        "The ImageNet weights of '%s' are not here yet. Fetching them once from %s into %s. MIEN_OFFLINE=1 forbids it."
    )
    logging.getLogger("mien").warning(said, name, f"{OWNER}{backbone(name).file}", cache())


def _of_a_file(name: str, size: int, path: Path) -> keras.Model:
    _check_file(path)
    made = network(name, size)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of optimiser variables in the file, which nobody asked for
            made.load_weights(path)
    except Exception as error:  # whatever h5py, zipfile and Keras raise for a damaged or another file
        came = f"The weights '{path}' do not fit the backbone '{name}' ({_first_line(error)})"
        expected = f"weights of keras.applications.{backbone(name).application} with include_top=False"
        raise SettingError(came, expected=expected, todo="Name the network that they are of with --backbone") from error
    return made


def _check_file(path: Path) -> None:
    if path.suffix not in ENDINGS:
        raise SettingError(f"weights = '{path}'", expected="imagenet, none, or a file (.h5, .keras)")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise SettingError(f"The weights '{path}' cannot be read ({error.strerror})", todo="Check the path") from error
    if not start.startswith(ENDINGS[path.suffix]):
        came = f"'{path}' is not a file of weights, whatever its name says"
        raise SettingError(came, expected="what Keras's save_weights writes, or the owner publishes")


def _not_fetched(name: str, error: Exception, *, there: bool) -> MienError:
    chosen = backbone(name)
    # Keras compares the file's SHA-256 or MD5, and removes one that differs before it fetches anew.
    found = f"in {cache()} were not the owner's file" if there else f"are not in {cache()}"
    return StorageError(
        f"The ImageNet weights of '{name}' {found}, and could not be fetched ({_reason(error)})",
        todo=f"Fetch {OWNER}{chosen.file} where there is a network, and put it there as {chosen.file_name}, or name it "
        "with --weights FILE. Starting from an earlier run, --from RUN, needs no network",
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return f"the server sent nothing for {PATIENCE:g} seconds"
    if "Incomplete or corrupted" in str(error):
        return "what came is not the file that Keras expects"
    return _first_line(error).rpartition("-- ")[2]  # Keras: URL fetch failure on URL: number -- reason


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".: ")


@contextlib.contextmanager
def _impatient() -> Iterator[None]:
    """Let no server keep us waiting; Keras sets no limit."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
