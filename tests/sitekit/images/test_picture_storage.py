"""Files of pictures in a bucket, against moto's server (a part of requirements-dev.txt)."""

import io
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from jobsite.env import read_env_s3
from sitekit.images.picture_files import (
    get_picture_path,
    get_picture_written_at,
    list_picture_files,
)
from sitekit.images.pictures import build_file_name, build_picture_url, create_picture

pytestmark = [
    pytest.mark.full,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.django_db,
]


@pytest.fixture
def bucket(settings, monkeypatch):
    boto3 = pytest.importorskip("boto3")
    pytest.importorskip("storages")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        monkeypatch.setenv("S3_URL", f"http://key:secret@{host}:{port}/jobs?region=us-east-1")
        stored = read_env_s3("S3_URL")
        names = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        client = boto3.client(
            "s3",
            endpoint_url=stored["OPTIONS"]["endpoint_url"],
            region_name="us-east-1",
            **names,
        )
        client.create_bucket(Bucket="jobs")
        settings.STORAGES = site_settings.STORAGES | {"pictures": stored}
        yield client
    finally:
        server.stop()


def test_a_picture_lies_in_the_bucket_and_is_handed_out_by_the_site(bucket):
    data = io.BytesIO()
    Image.new("RGB", (500, 60), "teal").save(data, "PNG")
    picture = create_picture(data.getvalue())
    keys = [row["Key"] for row in bucket.list_objects_v2(Bucket="jobs")["Contents"]]
    assert len(keys) == 4 and all(key.startswith("pictures/") for key in keys)
    name = build_file_name(picture.digest, 480, "webp")
    assert not get_picture_path(name).exists()
    assert sorted(list_picture_files()) == sorted(key.removeprefix("pictures/") for key in keys)
    assert abs(get_picture_written_at(name) - timezone.now()) < timedelta(minutes=5)
    answer = Client().get(build_picture_url(picture.digest, 480, "webp"))
    stored = bucket.get_object(Bucket="jobs", Key=f"pictures/{name}")["Body"].read()
    assert b"".join(answer) == stored and answer["Cache-Control"].endswith("immutable")
    bucket.delete_object(Bucket="jobs", Key=f"pictures/{name}")
    assert Client().get(build_picture_url(picture.digest, 480, "webp")).status_code == 404
    create_picture(data.getvalue())
    again = Client().get(build_picture_url(picture.digest, 480, "webp"))
    assert b"".join(again) == stored
