"""The right journal in the right place: what is refused, and how it is adopted."""

import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from contract_tests.journal.processes import claimed
from contract_tests.journal.situations import OPERATION
from contract_tests.journal.support import post, rewrite, states
from propexo_client.errors import (
    JournalRefused,
)
from propexo_client.journal import Entry, Journal, disk
from propexo_client.journal.lines import data_in, line_of


def test_a_journal_is_made_only_where_nothing_is(path: Path, tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").touch()
    for name in (path.name, "dangling", "empty"):
        with pytest.raises(JournalRefused, match="there is something already"):
            Journal.init(tmp_path / name, environment="sandbox", ephemeral=True)
    with pytest.raises(JournalRefused, match="No such file or directory"):
        Journal.init(tmp_path / "missing" / "x", environment="sandbox", ephemeral=True)


def test_a_journal_that_could_not_be_written_whole_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(disk, "sync", sync)
    with pytest.raises(JournalRefused, match="cannot be made: Input/output error"):
        Journal.init(tmp_path / "credits.journal", environment="sandbox", ephemeral=True)
    assert list(tmp_path.iterdir()) == []


def test_a_journal_is_never_made_by_using_it(tmp_path: Path) -> None:
    with pytest.raises(JournalRefused, match=r"is not there\. Make it once: journal init"):
        Journal(tmp_path / "credits.journal")
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_it(journal: Journal, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o604)
    with pytest.raises(JournalRefused, match="open to every user of this machine: chmod o= it"):
        journal.get("credit:1")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place, why in ((tmp_path, "is not a file"), (tmp_path / "pipe", "is not a file")):
        with pytest.raises(JournalRefused, match=why):
            Journal(place)


def test_what_is_a_folder_by_the_time_of_a_claim_is_refused(journal: Journal, path: Path) -> None:
    path.unlink()
    path.mkdir()
    with pytest.raises(JournalRefused, match="cannot be opened: Is a directory"):
        journal.remember(mark="end")


def test_the_id_that_is_pinned_must_be_the_journals(journal: Journal, path: Path) -> None:
    assert Journal(path, id=journal.id).id == journal.id
    with pytest.raises(JournalRefused, match=f"is {journal.id}, not the jrn_other"):
        Journal(path, id="jrn_other")


def test_a_copy_is_refused_even_under_the_name_and_inode_of_the_original(
    path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copy2(path, copy)
    with pytest.raises(JournalRefused, match="is a copy, or was restored"):
        Journal(copy)
    path.unlink()
    shutil.copy2(copy, path)
    with pytest.raises(JournalRefused, match="is a copy, or was restored"):
        Journal(path)


def test_a_journal_may_be_moved_on_its_disk(journal: Journal, path: Path, tmp_path: Path) -> None:
    was = journal.id

    assert Journal(path.rename(tmp_path / "moved")).id == was


def test_a_copy_taken_while_it_is_written_holds_a_beginning_of_it(
    journal: Journal, path: Path, tmp_path: Path
) -> None:
    copies: list[Path] = []

    def write() -> None:
        number = 0
        while len(copies) < 8:
            number += 1
            claimed(journal, f"credit:{number}")

    writing = threading.Thread(target=write)
    writing.start()
    for number in range(8):
        copy = tmp_path / f"copy-{number}"
        copy.touch(0o600)
        copy.write_bytes(path.read_bytes())
        copies.append(copy)
    writing.join()
    content = path.read_bytes()

    for copy in copies:
        taken = copy.read_bytes()
        Journal.adopt(copy, used=[], because="test")
        whole = taken[: taken.rfind(b"\n") + 1]
        assert content.startswith(whole)
        assert copy.read_bytes().startswith(whole)
        assert set(states(Journal(copy))) <= set(states(journal))


def test_an_adopted_copy_knows_which_keys_it_lacks(
    path: Path, tmp_path: Path, journal: Journal
) -> None:
    post(journal, "credit:1", "J1")
    copy = Path(shutil.copy2(path, tmp_path / "copy"))

    closed = Journal.adopt(copy, used=["credit:1", "credit:2"], because="restored")

    adopted = Journal(copy)
    assert closed == 1
    assert states(adopted) == {"credit:1": "accepted", "credit:2": "unknown"}
    assert [event.detail for event in adopted.history("credit:2")] == [{"because": "restored"}]
    replay = adopted.look("credit:2", OPERATION, {"anything": 1})
    assert isinstance(replay, Entry)


def test_a_damaged_copy_is_not_adopted(journal: Journal, path: Path, tmp_path: Path) -> None:
    post(journal, "credit:1", "J1")
    copy = Path(shutil.copy2(path, tmp_path / "copy"))
    rewrite(copy, copy.read_bytes().replace(b"12500", b"12501"))
    with pytest.raises(JournalRefused, match="is damaged in line 2"):
        Journal.adopt(copy, used=[], because="restored")


def test_another_environment_is_refused_until_it_is_said_to_be_the_same_books(
    journal: Journal, path: Path
) -> None:
    journal.check_environment("https://api.sandbox.propexo.com")
    gateway = "https://gateway.example.com/propexo"
    with pytest.raises(JournalRefused, match="belongs to https://api"):
        journal.check_environment(gateway)

    Journal(path).also(gateway + "/", because="our gateway, Ada")

    journal.check_environment(gateway)
    note = journal._notes()[-1]
    assert (note["because"], note["environment"]) == ("our gateway, Ada", gateway)
    assert "@" in note["who"]
    assert note["at"].endswith("+00:00")
    with pytest.raises(JournalRefused, match=f"sandbox.propexo.com and {gateway}, not to https://"):
        journal.check_environment("https://elsewhere.example.com")


def test_a_newer_version_is_refused_and_an_older_one_is_upgraded_by_command(path: Path) -> None:
    header = data_in(path.read_bytes().splitlines()[0])
    assert header is not None
    for version, what in ((2, "use a newer package"), (0, "journal upgrade")):
        rewrite(path, line_of({**header, "version": version}))
        with pytest.raises(JournalRefused, match=f"is of version {version}, .*{what}"):
            Journal(path)


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
23 22 0:40 / /srv/my\\040share rw - nfs4 nas:/share rw
24 22 0:41 / /ram rw - tmpfs tmpfs rw
25 22 0:42 / /app rw - overlay overlay rw
26 25 8:1 /data/c.journal /app/c.journal rw - ext4 /dev/sda1 rw
27 22 0:43 / /mnt/s3 rw - fuse.s3fs s3fs rw
28 22 0:44 / /mnt/win rw - fuseblk /dev/sdb1 rw
29 22 0:45 / /mnt/over rw - ext4 /dev/sdc rw
30 29 0:46 / /mnt/over rw - 9p host rw
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/srv/c.journal", ("durable", "ext4")),
        ("/srv/my share/c.journal", ("network", "nfs4")),
        ("/srv/my shared/c.journal", ("durable", "ext4")),
        ("/ram/c.journal", ("ephemeral", "tmpfs")),
        ("/app/b.journal", ("ephemeral", "overlay")),
        ("/app/c.journal", ("durable", "ext4")),
        ("/mnt/s3/c.journal", ("network", "fuse.s3fs")),
        ("/mnt/win/c.journal", ("durable", "fuseblk")),
        ("/mnt/over/c.journal", ("network", "9p")),
    ],
)
def test_the_kind_of_disk_is_recognized(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, place: tuple[str, str]
) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    monkeypatch.setattr(disk, "_MOUNTS", tmp_path / "mountinfo")
    monkeypatch.setattr(os.path, "realpath", lambda name: str(name))

    assert disk.place_of(Path(path)) == place


NETWORK = (
    "9p afs beegfs ceph cifs fuse fuse.sshfs glusterfs gpfs lustre nfs nfs4 prl_fs smb2 smb3 smbfs"
    " vboxsf virtiofs vmhgfs"
)


@pytest.mark.parametrize(
    ("kinds", "place"),
    [
        (NETWORK, "network"),
        ("aufs overlay ramfs rootfs tmpfs", "ephemeral"),
        ("ext4 xfs btrfs zfs fuseblk", "durable"),
    ],
)
def test_every_kind_of_disk_is_known_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: str, place: str
) -> None:
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(disk, "_MOUNTS", mounts)
    for kind in kinds.split():
        mounts.write_text(f"22 1 8:1 / / rw - {kind} /dev/sda1 rw\n")
        assert disk.place_of(tmp_path) == (place, kind)


def test_where_nothing_is_recognized_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "_MOUNTS", tmp_path / "none")

    assert disk.place_of(tmp_path) == ("durable", "unknown")


def test_a_network_disk_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "place_of", lambda _: ("network", "nfs4"))
    with pytest.raises(JournalRefused, match="is on nfs4, which other machines may write"):
        Journal(path)
    with pytest.raises(JournalRefused, match="is on nfs4"):
        Journal.init(path.with_name("new"), environment="sandbox", ephemeral=True)


def test_a_disk_that_ends_with_the_container_must_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new"
    monkeypatch.setattr(disk, "place_of", lambda _: ("durable", "ext4"))
    Journal.init(path, environment="sandbox")
    monkeypatch.setattr(disk, "place_of", lambda _: ("ephemeral", "overlay"))
    with pytest.raises(JournalRefused, match="is on overlay, which ends with the container"):
        Journal(path)
    with pytest.raises(JournalRefused, match="is on overlay"):
        Journal.init(tmp_path / "newer", environment="sandbox")
    assert Journal.init(tmp_path / "newer", environment="sandbox", ephemeral=True)


def test_a_durable_journal_is_for_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "place_of", lambda _: ("durable", "ext4"))
    Journal.init(tmp_path / "new", environment="production")
    Journal(tmp_path / "new").check_environment("https://api.propexo.com")


def test_an_ephemeral_journal_is_not_for_production(path: Path, journal: Journal) -> None:
    with pytest.raises(JournalRefused, match="an ephemeral journal is not for production"):
        Journal.init(path.with_name("new"), environment="production", ephemeral=True)
    journal.also("production", because="a gateway, Ada")
    with pytest.raises(JournalRefused, match="is ephemeral, so it is not for production"):
        journal.check_environment("https://api.propexo.com")
