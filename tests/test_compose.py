"""The compose file holds together: by the specification's schema, with our settings, and with its neighbours.

It is checked here and not run: that needs a container engine (docs/operations.md says so).
"""

import json
import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator

from longwatch import __version__
from longwatch.settings import read

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {name for name, service in SERVICES.items() if service["restart"].startswith("on-failure")}
"""Services that do one thing and end."""
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
EXAMPLE = {
    line.partition("=")[0]: line.partition("=")[2]
    for line in (ROOT / "deploy" / "env.example").read_text().splitlines()
    if line and not line.startswith("#")
}
VARIABLE = re.compile(r"\$\{(\w+)(?:(:\?)|:-([^}]*))[^}]*\}")


def filled(value: str) -> str:
    """What the container engine puts in, with every secret filled in."""
    secret = "5ecre7" * 8
    return VARIABLE.sub(lambda found: EXAMPLE.get(found[1]) or (secret if found[2] else found[3]), value)


def test_it_is_valid_by_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.schema.json").read_text())

    problems = [problem.message for problem in Draft201909Validator(schema).iter_errors(COMPOSE)]

    assert problems == []


def test_the_schema_would_notice_a_mistake() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.schema.json").read_text())
    mistaken = {**COMPOSE, "services": {"web": {"imagee": "x"}}}

    assert not Draft201909Validator(schema).is_valid(mistaken)


def test_every_setting_it_gives_is_one_we_read() -> None:
    known = set(re.findall(r'"(LONGWATCH_[A-Z_]+)"', (ROOT / "longwatch" / "settings.py").read_text()))
    given = {name for service in SERVICES.values() for name in service.get("environment", {})}

    assert {name for name in given if name.startswith("LONGWATCH_")} <= known


def test_the_example_names_every_variable_and_no_other() -> None:
    assert {found[0] for found in VARIABLE.findall(TEXT)} == set(EXAMPLE)
    assert TEXT.count("${") == len(VARIABLE.findall(TEXT))


@pytest.mark.parametrize("service", ["web", "worker", "tables"])
def test_our_settings_accept_what_it_gives(service: str, tmp_path: Path) -> None:
    environ = {name: filled(value) for name, value in SERVICES[service]["environment"].items()}
    settings = read({**environ, "LONGWATCH_DATA": str(tmp_path)})

    assert settings.production
    assert settings.database_url.startswith("postgresql://desk:")
    assert settings.database_url.endswith("@desk-database/desk")
    assert settings.temporal_address == "engine:7233"
    assert settings.base_url.startswith("https://")
    assert not settings.demo_sign_in


def test_secrets_come_from_outside_and_are_demanded() -> None:
    demanded = {name for name, must, _ in VARIABLE.findall(TEXT) if must}

    assert demanded >= {"LONGWATCH_SECRET_KEY", "DESK_DATABASE_PASSWORD", "ENGINE_DATABASE_PASSWORD"}
    assert not any(value for name, value in EXAMPLE.items() if re.search("PASSWORD|SECRET", name))


def test_only_the_web_is_published_and_only_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8080:8080"]}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"web", "worker"}
    assert all("inside" in service["networks"] for service in SERVICES.values())
    assert not any("network_mode" in service or "privileged" in service for service in SERVICES.values())


def test_every_image_is_pinned_to_a_release() -> None:
    images = {service["image"] for service in SERVICES.values()} | set(
        re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    )

    assert f"longwatch:{__version__}" in images
    assert all(re.search(r":\d+\.\d+", image) for image in images)
    assert len({image.partition(":")[2] for image in images if image.startswith("temporalio/")}) == 1


def test_whatever_runs_on_is_watched_and_started_again() -> None:
    lasting = {name: service for name, service in SERVICES.items() if name not in ONCE}

    assert set(lasting) == {"web", "worker", "engine", "desk-database", "engine-database"}
    assert all(service["restart"] == "unless-stopped" for service in lasting.values())
    assert all(service["healthcheck"]["test"][0] == "CMD" for service in lasting.values())


def test_each_waits_for_what_it_needs() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if needed in ONCE else "service_healthy"
            assert how == {"condition": wanted}, f"{name} waits for {needed}"
    assert "engine-namespace" in SERVICES["worker"]["depends_on"]
    assert "engine-namespace" not in SERVICES["web"]["depends_on"]  # acceptance needs the database alone


def test_named_volumes_are_declared_and_mounted_files_exist() -> None:
    mounts = [volume.split(":") for service in SERVICES.values() for volume in service.get("volumes", [])]

    assert {source for source, *_ in mounts if not source.startswith(".")} == set(COMPOSE["volumes"])
    assert all((ROOT / source).is_dir() for source, *_ in mounts if source.startswith("."))
    scripts = [service["entrypoint"][1] for service in SERVICES.values() if "entrypoint" in service]
    assert all((ROOT / script.lstrip("/")).is_file() for script in scripts)


def test_our_containers_may_do_little() -> None:
    for name in ("web", "worker", "tables"):
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert re.search(r"^USER longwatch$", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("service", ["web", "worker"])
def test_health_is_asked_where_the_service_answers(service: str) -> None:
    question = SERVICES[service]["healthcheck"]["test"][-1]
    environ = SERVICES[service]["environment"]
    port = environ["LONGWATCH_PORT" if service == "web" else "LONGWATCH_METRICS_PORT"]

    assert f"http://127.0.0.1:{port}/" in question
    compile(question, "healthcheck", "exec")


def test_the_image_is_given_every_package_of_the_house() -> None:
    include = re.search(r"^include = \[(.+)\]$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert include is not None
    packages = [name.strip(' "*') for name in include[1].split(",")]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)

    assert all(package in copied for package in packages)
    for name in (*packages, "pyproject.toml", "constraints.txt", "README.md"):
        assert f"!{name}" in ignored
        assert any(name in line.split() for line in copied)
        assert (ROOT / name).exists()
    assert not any(fnmatch(".env", pattern.lstrip("!")) for pattern in ignored if pattern.startswith("!"))


@pytest.mark.parametrize("script", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda script: script.name)
def test_the_shell_can_read_every_script(script: Path) -> None:
    read_by_shell = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)

    assert (read_by_shell.returncode, read_by_shell.stderr) == (0, "")
    assert script.read_text().splitlines()[2] == "set -eu"
