"""Verify: checks a receipt, or an archive, without asking anybody. It needs Python and `cryptography` alone.

    python verify.py receipt.json --key media.example.com/ledger+1a2b3c4d+AT…
    python verify.py ann.zip --key media.example.com/ledger+1a2b3c4d+AT…

The key is what the installation shows at /privacy/v1/ledger/keys; note it down before you need it. Exit code 0: what
the receipt says was written into a ledger that was signed with this key. It does not prove that no copy exists
outside of the stores that the receipt names.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """What a receipt says does not hold."""


def need(claim: object, fault: str) -> None:
    if not claim:
        raise Wrong(fault)


def signed_text(note: str, key: str) -> str:
    """The text of a note that `key` signed."""
    text, _, under = note.rpartition("\n\n")
    name, key_id, public = key.strip().split("+", 2)
    raw = base64.b64decode(public)
    need(len(raw) == 33 and raw[:1] == b"\x01", "the key is no Ed25519 key")
    need(hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == key_id, "the key does not bear its own number")
    for line in under.splitlines():
        dash, who, signature = line.split(" ")
        found = base64.b64decode(signature)
        if (dash, who, found[:4].hex()) == ("—", name, key_id):
            Ed25519PublicKey.from_public_bytes(raw[1:]).verify(found[4:], f"{text}\n".encode())
            return text
    raise Wrong("the checkpoint is not signed with this key")


def root_of(leaf: bytes, index: int, size: int, path: list[str]) -> bytes:
    """The root that a leaf and its path lead to (RFC 9162, 2.1.3.2)."""
    need(0 <= index < size, "a line has a number that the ledger does not have")
    last, found = size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for each in path:
        need(last, "a path is too long")
        other = bytes.fromhex(each)
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        index, last = index >> 1, last >> 1
    need(last == 0, "a path is too short")
    return found


def check_absence(absence: dict[str, Any], commitment: str, size: int, root: bytes) -> None:
    """Two neighbours in an ordered list, and the one who is not between them."""
    near = absence["neighbours"]
    for each in near:
        found = root_of(bytes.fromhex(each["commit"]), each["index"], size, each["proof"])
        need(found == root, "a neighbour in the list of the living is not in it")
    need(all(int(each["commit"], 16) != int(commitment, 16) for each in near), "the subject is still in the list")
    low = [each["index"] for each in near if each["commit"] < commitment]
    high = [each["index"] for each in near if each["commit"] > commitment]
    need(len(near) == min(size, 2 if low and high else 1), "a neighbour is missing")
    need((low or [-1])[0] + 1 == (high or [size])[0], "somebody may be between the neighbours")


def verify(receipt: dict[str, Any], key: str) -> list[str]:
    """What the receipt proves, line by line. Raises Wrong."""
    lines = signed_text(receipt["checkpoint"], key).split("\n")
    size, root = int(lines[1]), base64.b64decode(lines[2])
    salt, subject = bytes.fromhex(receipt["salt"]), str(receipt["subject_id_hint"])
    commitment = hashlib.sha256(b"safelight-subj" + salt + subject.encode()).hexdigest()
    told = [f"signed by {lines[0]} {lines[3]}: a ledger of {size} lines"]
    need(receipt["entries"], "the receipt holds no line of the ledger")
    details: set[str] = set()
    for each in receipt["entries"]:
        body = json.loads(each["body"])
        need(
            root_of(each["body"].encode(), body["seq"], size, each["proof"]) == root, f"line {body['seq']} is not in it"
        )
        need(body.get("subject_commit") == commitment, f"line {body['seq']} is about somebody else")
        details.add(body.get("detail_hash", ""))
        told.append(f"line {body['seq']}, {body['ts']}: {body['type']} {json.dumps(body.get('counts', {}))}")
    claims = json.dumps(receipt["claims"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    written = hashlib.sha256(b"safelight-detail" + salt + claims).hexdigest()
    need(written in details, "what the receipt claims is not what was written into the ledger")
    told.append(f"claims: {receipt['claims']['type']}, case {receipt['claims']['case'] or 'none'}, as written then")
    if receipt.get("non_inclusion"):
        _, count, roster = lines[4].split(" ")
        check_absence(receipt["non_inclusion"], commitment, int(count), base64.b64decode(roster))
        told.append("the subject was not in the list of those whom the ledger can still tell apart")
    return told


def volumes_of(first: Path) -> list[Path]:
    """`ann.zip`, and `ann.2.zip` beside it."""
    found = [first]
    while (path := first.with_name(f"{first.stem}.{len(found) + 1}{first.suffix}")).is_file():
        found.append(path)
    return found


def verify_archive(first: Path, key: str) -> list[str]:
    """An archive with all of its volumes: the manifest is signed, every file is as it says, and no other is there.

    With no `key`, that of its receipt.
    """
    volumes = [zipfile.ZipFile(path) for path in volumes_of(first)]
    where = {name: volume for volume in volumes for name in volume.namelist()}
    need("manifest.json" in where, "it has no manifest, or its last volume is not beside it")
    raw = where["manifest.json"].read("manifest.json")
    digest = hashlib.sha256(raw).hexdigest()
    receipt = json.loads(where["receipt.json"].read("receipt.json"))
    key = key or receipt["key"]
    said = signed_text(where["manifest.sig"].read("manifest.sig").decode(), key).split("\n")
    need(said[:2] == ["safelight-export manifest", f"sha256 {digest}"], "the signature is of another manifest")
    need(receipt["claims"]["case"].endswith(f"sha256 {digest}"), "the receipt is of another archive")
    told = [f"manifest: signed with {key.strip()}, {said[2]}, {said[3]}", *verify(receipt, key)]
    manifest = json.loads(raw)
    for each in manifest["files"]:
        found = hashlib.sha256()
        need(each["path"] in where, f"{each['path']} is missing")
        with where[each["path"]].open(each["path"]) as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        need(found.hexdigest() == each["sha256"], f"{each['path']} is not as the manifest says")
    rest = set(where) - {each["path"] for each in manifest["files"]} - {"manifest.json", "manifest.sig", "receipt.json"}
    need(not rest, f"{min(rest, default='')} is not in the manifest")
    complete = "complete" if manifest["complete"] else "NOT complete: its manifest says what is missing"
    return [*told, f"{len(manifest['files'])} files in {len(volumes)} volumes, each as it was; {complete}"]


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a receipt or an archive of Safelight.")
    parser.add_argument("receipt", help="the file; of an archive, its first volume")
    parser.add_argument("--key", help="the installation's public key, or a file with it")
    args, key = parser.parse_args(words), ""
    try:
        file = Path(args.receipt)
        noted = Path(args.key).read_text("utf-8") if args.key and Path(args.key).is_file() else args.key or ""
        if zipfile.is_zipfile(file):
            told = verify_archive(file, noted)
        else:
            receipt = json.loads(file.read_text("utf-8"))
            key = receipt["key"]
            told = verify(receipt, noted or key)
    except InvalidSignature:
        told, fault = [], "the signature is not of this key, or the checkpoint was changed"
    except (Wrong, OSError, zipfile.BadZipFile) as error:
        told, fault = [], str(error)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        told, fault = [], f"this is no receipt, and no archive ({type(error).__name__}: {error})"
    else:
        fault = ""
    if fault:
        sys.stdout.write(f"NOT GOOD: {fault}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in told))
    if not args.key:
        sys.stdout.write(f"The key is its own word: compare it with the one you noted{f': {key}' if key else '.'}\n")
    sys.stdout.write("GOOD\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
