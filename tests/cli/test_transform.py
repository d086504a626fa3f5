"""`safelight transform`: the language from the shell."""

import argparse
import io
import json
from pathlib import Path

import pytest

from safelight.cli import transform
from safelight.kernel.errors import Invalid, NotFound
from safelight.render.image import Image


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    transform.add_to(parser.add_subparsers())
    args = parser.parse_args(["transform", *words])
    return args.run(args)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(Image.black(60, 40, bands=3).copy(interpretation="srgb").jpegsave_buffer())
    return path


def test_parse_tells_what_is_asked(capsys):
    assert run("parse", "w_300,c_fill,h_0.5/b_red/e_sepia/q_auto") == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "canonical": "c_fill,h_0.5,w_300/b_rgb:ff0000/e_sepia:80/q_auto",
        "steps": [
            {"step": "resize", "width": 300, "height": 0.5, "fit": "fill"},
            {"step": "flatten", "background": "rgb:ff0000"},
            {"step": "effect", "name": "sepia", "args": [80.0]},
            {"step": "encode", "quality": "good"},
        ],
    }


def test_parse_marks_the_letters_at_fault(capsys):
    assert run("parse", "w_300/h_none") == 2
    assert capsys.readouterr().err.splitlines() == [
        "Invalid height in transformation: none",
        "  w_300/h_none",
        "        ^^^^^^",
    ]


def test_parse_reads_transformations_and_paths_line_by_line(capsys, monkeypatch):
    lines = [
        "w_300",
        "/demo/image/upload/c_fit,w_5/v1/dir/a.jpg?_a=X",
        "/image/upload/c_fit,w_5/a.jpg",
        "t_thumb,w_5",
        "fl_layer_apply/w_1",
        "/demo/image/upload/h_1/w_0/a.jpg",
        "/demo/image/youtube/a.jpg",
        "",
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert run("parse", "-") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["ok"] for answer in answers] == [True, True, True, True, False, False, False]
    assert answers[1]["canonical"] == answers[2]["canonical"] == "c_fit,w_5"
    assert answers[1]["public_id"] == "dir/a"
    assert answers[3]["names"] == ["thumb"]
    assert answers[4] == {"ok": False, "error": answers[4]["error"], "start": 0, "end": 14}
    assert lines[5][answers[5]["start"] : answers[5]["end"]] == "w_0"
    assert "not available" in answers[6]["error"]


def test_render_makes_a_file(photo, capsys):
    out = photo.with_name("small.png")
    assert run("render", str(photo), "c_fill,w_20,h_20", str(out)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"ok": True, "file": str(out), "width": 20, "height": 20, "format": "png"}
    assert out.read_bytes().startswith(b"\x89PNG")


def test_render_reads_texts_line_by_line(photo, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO("w_30/f_auto\n/demo/image/upload/w_10/a.png\nw_none\n\n"))
    assert run("render", str(photo), "-", str(tmp_path / "out"), "--accept", "image/webp,*/*") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer.get("format") for answer in answers] == ["webp", "png", None]
    assert [Path(answer["file"]).name for answer in answers[:2]] == ["00001.webp", "00002.png"]
    assert answers[2]["error"] == "Invalid width in transformation: none"
    assert all(answer["seconds"] >= 0 for answer in answers)


def test_render_gives_the_stored_bytes_where_nothing_is_asked(photo, tmp_path):
    out = tmp_path / "same.jpg"
    assert run("render", str(photo), "", str(out)) == 0
    assert out.read_bytes() == photo.read_bytes()


def test_render_lets_the_layer_stand_in_for_a_missing_file(photo, tmp_path, capsys):
    out = tmp_path / "out.jpg"
    assert run("render", str(tmp_path / "gone.jpg"), "d_avatar.png,w_6", str(out), "--layer", str(photo)) == 0
    assert json.loads(capsys.readouterr().out)["width"] == 6


@pytest.mark.parametrize(
    ("chain", "given"),
    [
        ("l_logo,w_5", ["logo={photo}"]),
        ("l_logo.png,w_5", ["logo={photo}"]),
        ("l_brand:logo,w_5", ["brand:logo={photo}"]),
        ("l_brand:logo,w_5", ["brand/logo={photo}"]),
        ("l_one,w_5/l_two,w_3", ["two={photo}", "{photo}"]),
        ("l_lut:warm.cube", ["warm.cube={table}"]),
        ("l_text:some_style:Hi", ["some_style=Arial_20_bold"]),
        ("l_text:some_style:Hi/l_text:mine.ttf_20:Hi/l_lut:gone.3dl/cs_icc:mine.icc", ["{photo}"]),
        ("$img_current/e_grayscale/l_$img/c_scale,w_0.3/fl_layer_apply", []),
        ("if_fc_gt_0/w_1/if_else/w_2/if_end", []),
    ],
)
def test_render_takes_the_files_of_layers_by_their_names(photo, tmp_path, capsys, chain, given):
    table = tmp_path / "table"
    table.write_text("LUT_3D_SIZE 2\n" + "0.5 0.5 0.5\n" * 8)
    options = [word for text in given for word in ("--layer", text.format(photo=photo, table=table))]
    out = tmp_path / "out.png"
    assert run("render", str(photo), chain, str(out), *options) == 0
    assert json.loads(capsys.readouterr().out)["ok"]


def test_render_says_which_layer_has_no_file(photo, tmp_path):
    out = str(tmp_path / "out.png")
    with pytest.raises(Invalid, match="--layer logo=FILE"):
        run("render", str(photo), "l_logo", out)
    with pytest.raises(Invalid, match=r"--layer fonts/mine\.ttf=FILE"):
        run("render", str(photo), "l_text:fonts:mine.ttf_20:Hi", out)
    with pytest.raises(Invalid, match="no file gone"):
        run("render", str(photo), "l_logo", out, "--layer", "logo=gone.png")


def test_render_asks_for_as_many_dots_as_the_screen_has(photo, tmp_path, capsys):
    assert run("render", str(photo), "w_10,dpr_auto", str(tmp_path / "out.jpg"), "--dpr", "2") == 0
    assert json.loads(capsys.readouterr().out)["width"] == 20


def test_render_says_what_is_wrong(photo, tmp_path, capsys):
    out = str(tmp_path / "out.jpg")
    assert run("render", str(photo), "w_none", out) == 2
    assert "^^^^^^" in capsys.readouterr().err
    with pytest.raises(NotFound):
        run("render", str(tmp_path / "gone.jpg"), "w_1", out)
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    with pytest.raises(Invalid):
        run("render", str(text), "w_1", out)
