"""Run a command in a network of its own, and write down whom it asked for: `watch.py REPORT COMMAND ...`.

Everything that leaves a process crosses the loopback device here, whichever language opened the socket. Every address
counts as this machine's, so whoever calls one is refused at once; names are asked of a server that is not there. Start
it with `unshare --map-root-user --net --mount`.

`watch.py --forbid COMMAND ...` needs no rights and sees less: the kernel kills a process that connects to anything.
"""

from __future__ import annotations

import ctypes
import ipaddress
import json
import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

EVERYTHING, OUTGOING = 3, 4  # ETH_P_ALL, PACKET_OUTGOING
ICMP = (1, 58)  # the kernel's own: "nobody there"
TCP, UDP, DOMAIN = 6, 17, 53
SYN, SYN_ACK = 0x02, 0x12
WORD, HALF, BYTE, EQUAL, ANSWER = 0x20, 0x28, 0x30, 0x15, 0x06  # of the kernel's filters
STATISTICS, PACKET = 6, 263  # PACKET_STATISTICS, SOL_PACKET
CONNECT = {"x86_64": (42, 0xC000003E), "aarch64": (203, 0xC00000B7)}  # number of connect(), AUDIT_ARCH


def main(report: str, *command: str) -> int:
    """Watch a command; its exit code comes back."""
    lead_everything_here()
    asked: set[str] = set()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING)) as wire:
        leave_out_loopback(wire)
        wire.bind(("lo", 0))
        reader = threading.Thread(target=read, args=(wire, asked))
        reader.start()
        done = subprocess.run(command, check=False)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"the end", ("127.0.0.1", 9))
        reader.join()
        lost = struct.unpack("II", wire.getsockopt(PACKET, STATISTICS, 8))[1]
    Path(report).write_text(json.dumps({"asked": sorted(asked), "lost": lost}), encoding="utf-8")
    return done.returncode


def lead_everything_here() -> None:
    """Make every address this machine's, and let nobody outside be asked for a name, over a file's socket either."""
    for words in ("link set lo up", "route add local default dev lo", "-6 route add local default dev lo"):
        subprocess.run(["ip", *words.split()], check=not words.startswith("-6"), capture_output=True)
    folder = Path(tempfile.mkdtemp())
    for name, text in (
        ("resolv.conf", "nameserver 192.0.2.53\noptions attempts:1\n"),
        ("nsswitch.conf", "hosts: files dns\n"),
    ):
        (folder / name).write_text(text)
        subprocess.run(["mount", "--bind", str(folder / name), f"/etc/{name}"], check=True)
        (folder / name).unlink()
    folder.rmdir()


def leave_out_loopback(wire: socket.socket) -> None:
    """Take no TCP from 127.0.0.0/8 to itself: a server's answers would fill the buffer, and others be lost."""
    _code, program = filtering(
        *((HALF, 0, 0, 12), (EQUAL, 0, 6, 0x0800), (BYTE, 0, 0, 23), (EQUAL, 0, 4, TCP)),
        *((BYTE, 0, 0, 26), (EQUAL, 0, 2, 127), (BYTE, 0, 0, 30), (EQUAL, 1, 0, 127)),
        *((ANSWER, 0, 0, 1 << 16), (ANSWER, 0, 0, 0)),
    )
    wire.setsockopt(socket.SOL_SOCKET, 26, program.raw[:16])  # SO_ATTACH_FILTER


def read(wire: socket.socket, asked: set[str]) -> None:
    """Read packets until the last one."""
    while True:
        data, where = wire.recvfrom(1 << 16)
        if data.endswith(b"the end"):
            return
        if where[2] == OUTGOING:
            found = addressee(data[14:], version=int(data[14] >> 4))
            asked |= {found} if found else set()


def addressee(data: bytes, version: int) -> str:
    """Whom an IP packet asks for; nobody where both ends are this machine's."""
    if version == 4:
        protocol, body = data[9], data[4 * (data[0] & 15) :]
        ends = ipaddress.ip_address(data[12:16]), ipaddress.ip_address(data[16:20])
    else:
        protocol, body = data[6], data[40:]
        ends = ipaddress.ip_address(data[8:24]), ipaddress.ip_address(data[24:40])
    if protocol in ICMP:
        return ""
    port = struct.unpack(">H", body[2:4])[0]
    if protocol == UDP and port == DOMAIN:
        return f"name {name_of(body[8:])}"
    if ends[1].is_loopback or (protocol == TCP and body[13] & SYN_ACK != SYN):
        return ""  # the second is a refusal that comes back
    kind = {TCP: "tcp", UDP: "udp"}.get(protocol, f"protocol {protocol}")
    return f"{kind} {ends[1]}:{port}"


def name_of(query: bytes) -> str:
    """The name that a DNS query asks for."""
    at, parts = 12, []
    while query[at]:
        parts.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    return ".".join(parts)


def forbid(*command: str) -> None:
    """Become a command that the kernel kills where it, or what it starts, connects to anything (seccomp)."""
    number, machine = CONNECT[platform.machine()]
    kill, allow = 0x80000000, 0x7FFF0000
    _code, program = filtering(
        (WORD, 0, 0, 4),
        (EQUAL, 0, 2, machine),
        (WORD, 0, 0, 0),
        (EQUAL, 1, 0, number),
        (ANSWER, 0, 0, allow),
        (ANSWER, 0, 0, kill),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):  # no new rights; from now on this filter
        raise OSError(ctypes.get_errno(), "no filter of system calls here")
    os.execvp(command[0], command)  # noqa: S606


def filtering(*steps: tuple[int, int, int, int]) -> tuple[ctypes.Array, ctypes.Array]:
    """Put a filter in the kernel's form together: (operation, steps on if true, steps on if false, operand)."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    return code, ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))


if __name__ == "__main__":
    if sys.argv[1] == "--forbid":
        forbid(*sys.argv[2:])
    sys.exit(main(*sys.argv[1:]))
