"""A picture at some address is looked into, and nothing of it is kept."""

import base64

import pytest
from PIL import Image

from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.derived.looking import Look
from safelight.render.pool import Darkroom
from safelight.render.sight.models import Models
from safelight.render.sight.reading import Reader
from safelight.settings import RenderSettings
from safelight.uploads.fetch import Fetch
from safelight.uploads.glance import Glance
from safelight.uploads.insights import Insights
from safelight.uploads.staging import Staging
from safelight.web.admin.analysis import Analysis
from tests.api import Api
from tests.pictures import encoded, photo
from tests.render.sight import onnx_files
from tests.seeing import model_files, sign

PHOTO = "https://a.example/photo.jpg"
SIGN = f"data:image/png;base64,{base64.b64encode(sign()).decode()}"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return onnx_files.write(tmp_path_factory.mktemp("models") / "models", model_files())


@pytest.fixture
async def client(database, clock, tmp_path, models):
    api = Api(database, clock)
    await api.open()
    fetcher = MemoryFetcher({PHOTO: Page(photo(320, 160)), "https://a.example/a.txt": Page(b"a text")})
    async with Darkroom(RenderSettings(children=1, models=models)) as darkroom:
        look = Look(database, None, darkroom, Models(models), Reader(RenderSettings()))
        glance = Glance(Fetch(fetcher, Staging(tmp_path / "staging"), 10), Insights(look, clock), 10_000_000)
        async with api.client(Analysis(api.door, glance).routes()) as client:
            client.base_url = "http://api.test/"
            yield client
    assert list((tmp_path / "staging").glob("*")) == []


async def test_things_are_told_by_their_names(client):
    words = {"uri": PHOTO, "analysis_type": "coco", "parameters": None}
    answer = (await client.post("v2/demo/analysis/analyze/uri", json=words)).json()
    assert answer["data"]["entity"] == PHOTO
    assert answer["data"]["analysis"]["model_version"] == 2
    (cat,) = answer["data"]["analysis"]["tags"]["cat"]
    assert cat["bounding-box"] == pytest.approx([120, 60, 80, 40], abs=2)
    assert len(answer["request_id"]) == 32


@pytest.mark.parametrize(
    ("path", "words", "expected"),
    [
        ("v2/demo/analysis/analyze/uri", {"uri": PHOTO, "analysis_type": "google_tagging"}, "cat"),
        ("v2/demo/analysis/analyze/uri", {"uri": SIGN, "analysis_type": "ocr"}, "HELLO WORLD"),
        ("v2/demo/analysis/analyze/uri", {"source": {"uri": PHOTO}, "analysis_type": "image_quality"}, "quality"),
        ("v2/analysis/demo/analyze/google-tagging", {"source": {"uri": PHOTO}}, "cat"),
        ("v2/analysis/demo/analyze/coco", {"uri": PHOTO}, "cat"),
    ],
)
async def test_each_type_tells_what_it_sees(client, path, words, expected):
    answer = await client.post(path, json=words)
    assert answer.status_code == 200, answer.text
    assert expected in answer.text


@pytest.mark.parametrize(
    ("path", "words", "message"),
    [
        ("uri", {"analysis_type": "coco"}, "Missing required parameter - uri"),
        ("uri", {"uri": PHOTO}, "Missing required parameter - analysis_type"),
        ("uri", {"uri": PHOTO, "analysis_type": "illegal"}, "Invalid analysis_type illegal"),
        (
            "uri",
            {"uri": PHOTO, "analysis_type": "captioning"},
            "You don't have an active subscription for AI Content Analysis (captioning)",
        ),
        ("file", {"uri": PHOTO, "analysis_type": "coco"}, "Invalid input_type file"),
        ("uri", {"uri": "gopher://a", "analysis_type": "coco"}, "Unsupported source URL: gopher"),
        (
            "uri",
            {"uri": "https://a.example/a.txt", "analysis_type": "coco"},
            "Unsupported source: only images can be analyzed",
        ),
        ("uri", {"uri": "https://a.example/no", "analysis_type": "coco"}, "Error in loading https://a.example/no"),
    ],
)
async def test_what_cannot_be_looked_into_is_told(client, path, words, message):
    answer = await client.post(f"v2/demo/analysis/analyze/{path}", json=words)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(message)


async def test_a_broken_picture_is_told(client):
    broken = base64.b64encode(encoded(Image.new("RGB", (64, 64)), "PNG")[:60]).decode()
    words = {"uri": f"data:image/png;base64,{broken}", "analysis_type": "coco"}
    answer = await client.post("v2/demo/analysis/analyze/uri", json=words)
    assert (answer.status_code, answer.json()) == (400, {"error": {"message": "Invalid image file"}})
