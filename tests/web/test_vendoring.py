"""What was borrowed is what the manifest says, and nothing else."""

from web.vendoring import SPRITE, TEMPLATES, VENDOR, icons_in_use, read_manifest, sha256


def test_every_vendored_file_has_the_hash_the_manifest_states() -> None:
    stated = {path: digest for package in read_manifest()["packages"] for path, digest in package["files"].items()}

    found = {path: sha256(VENDOR / path) for path in stated}

    assert found == stated


def test_nothing_stands_beside_the_manifest_unnamed() -> None:
    stated = {path for package in read_manifest()["packages"] for path in package["files"]}
    present = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}

    assert present - {"MANIFEST.json"} == stated


def test_every_package_has_a_version_in_its_path_and_a_licence() -> None:
    for package in read_manifest()["packages"]:
        assert package["licence"] in {"0BSD", "MIT", "ISC"}
        assert all(package["version"] in path for path in package["files"])


def test_the_sprite_holds_every_icon_in_use_and_no_other() -> None:
    drawn = SPRITE.read_text(encoding="utf-8")

    assert [name for name in icons_in_use() if f'id="{name}"' not in drawn] == []
    assert drawn.count("<symbol") == len(icons_in_use())


def test_the_own_scripts_of_every_page_stay_small() -> None:
    frame = (TEMPLATES / "frame.html").read_text(encoding="utf-8")
    scripts = [script for script in (VENDOR.parent / "js").glob("*.js") if f'"{script.stem}"' in frame]

    assert scripts
    assert sum(script.stat().st_size for script in scripts) <= 10 * 1024
