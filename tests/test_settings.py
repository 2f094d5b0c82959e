"""Settings come from the environment, and a bad one is named in a sentence."""

from pathlib import Path

import pytest

from longwatch.settings import BadSetting, read

KEY = "0123456789abcdef" * 4


def test_a_desk_without_any_setting_listens_to_this_machine_alone(tmp_path: Path) -> None:
    settings = read({"LONGWATCH_DATA": str(tmp_path)})

    assert (settings.host, settings.port, settings.loopback) == ("127.0.0.1", 8080, True)
    assert settings.temporal_address == "127.0.0.1:7233"
    assert settings.database_url == f"sqlite:///{tmp_path / 'longwatch.db'}"
    assert not settings.demo_sign_in


def test_a_secret_key_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = read({"LONGWATCH_DATA": str(tmp_path)})
    second = read({"LONGWATCH_DATA": str(tmp_path)})

    assert first.secret_keys == second.secret_keys
    assert len(first.secret_keys[0]) == 64
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_several_keys_are_read_newest_first(tmp_path: Path) -> None:
    settings = read({"LONGWATCH_DATA": str(tmp_path), "LONGWATCH_SECRET_KEY": f"{KEY}, {KEY[::-1]}"})

    assert settings.secret_keys == (KEY, KEY[::-1])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LONGWATCH_PORT", "http", "LONGWATCH_PORT must be a port number"),
        ("LONGWATCH_PORT", "70000", "LONGWATCH_PORT must be a port number"),
        ("LONGWATCH_SECRET_KEY", "secret", "LONGWATCH_SECRET_KEY is too short"),
        ("LONGWATCH_ENV", "production", "LONGWATCH_SECRET_KEY must be set in production"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(BadSetting, match=sentence):
        read({"LONGWATCH_DATA": str(tmp_path), name: value})


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(BadSetting, match=r"data folder .*file/var cannot be written .*LONGWATCH_DATA"):
        read({"LONGWATCH_DATA": str(tmp_path / "file" / "var")})


@pytest.mark.parametrize("extra", [{"LONGWATCH_HOST": "0.0.0.0"}, {"LONGWATCH_ENV": "production"}])
def test_one_click_sign_in_is_for_a_demo_on_this_machine_alone(tmp_path: Path, extra: dict[str, str]) -> None:
    demo = {"LONGWATCH_DATA": str(tmp_path), "LONGWATCH_DEMO": "1", "LONGWATCH_SECRET_KEY": KEY}

    assert read(demo).demo_sign_in
    assert not read({**demo, **extra}).demo_sign_in
