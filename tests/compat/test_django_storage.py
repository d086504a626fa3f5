"""django-cloudinary-storage saves, reads and deletes a file here."""

import subprocess
import sys
import textwrap


def test_a_django_application_stores_its_media_here(safelight, photo, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(photo)
    program = tmp_path / "application.py"
    program.write_text(
        textwrap.dedent(
            f"""
            import os, urllib.request
            from django.conf import settings
            settings.configure(
                INSTALLED_APPS=["cloudinary_storage", "cloudinary"],
                STATICFILES_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
                MEDIA_URL="/media/",
                CLOUDINARY_STORAGE={{
                    "CLOUD_NAME": {safelight.cloud!r},
                    "API_KEY": {safelight.key!r},
                    "API_SECRET": {safelight.secret!r},
                    "SECURE": False,
                }},
            )
            import cloudinary
            import django
            django.setup()
            cloudinary.config(upload_prefix={safelight.base!r}, cname="127.0.0.1:{safelight.port}")
            from django.core.files.base import ContentFile
            from cloudinary_storage.storage import MediaCloudinaryStorage
            storage = MediaCloudinaryStorage()
            content = open("photo.jpg", "rb").read()
            name = storage.save("albums/summer.jpg", ContentFile(content))
            assert storage.exists(name), name
            url = storage.url(name)
            assert url.startswith("http://127.0.0.1"), url
            assert storage.open(name).read() == content
            assert storage.size(name) == len(content)
            assert storage.delete(name)
            assert not storage.exists(name)
            print("stored, read and deleted")
            """
        )
    )
    done = subprocess.run([sys.executable, str(program)], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "stored, read and deleted" in done.stdout, done.stdout + done.stderr
