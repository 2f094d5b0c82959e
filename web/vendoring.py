"""What the pages borrow from others: named, licensed, hashed, and served from our own host alone.

`python -m web.vendoring PACKAGE_FOLDER` rebuilds the icon sprite from an unpacked lucide-static package and writes the
hashes of all vendored files into the manifest, after a person has put them there and named their origin.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from cmdb.model import shipped

VENDOR = Path(__file__).parent / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
SPRITE = VENDOR / "lucide-1.62.0" / "sprite.svg"
TEMPLATES = Path(__file__).parent / "templates"
SOURCES = Path(__file__).parent / "console"

ICON_CALL = re.compile(r"""(?:icon|empty|notice)\(\s*(?:"[a-z]+",\s*)?["']([a-z0-9-]+)["']""")
ICON_NAME = re.compile(r"""icon(?:=|: str = )["']([a-z0-9-]+)["']""")
CLOCK_ICONS = ("clock", "alarm-clock", "flame", "circle-pause", "circle-check", "sun", "moon", "sun-moon")
"""Drawn by the scripts as time passes, so no template names them all."""


def icons_in_use() -> list[str]:
    """The icons that templates, view models, scripts and classes of items name: the sprite holds no others."""
    found = set(CLOCK_ICONS)
    for path in [*TEMPLATES.rglob("*.html"), *SOURCES.rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        found.update(ICON_CALL.findall(text), ICON_NAME.findall(text))
    found.update(definition["icon"] for definition in shipped("classes") if definition.get("icon"))
    return sorted(found)


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG with a symbol for each icon. Raises FileNotFoundError for an icon the package does not have."""
    symbols = []
    for name in names:
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.sub(
            r"\s*\n\s*", "", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def read_manifest() -> dict[str, Any]:
    """The manifest: a list of packages with name, version, licence, origin and files by path with their SHA-256."""
    loaded: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def sha256(path: Path) -> str:
    """The fingerprint of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Rebuild the sprite, then state the hashes of what is there."""
    SPRITE.write_text(sprite(Path(sys.argv[1]) / "icons", icons_in_use()), encoding="utf-8")
    manifest = read_manifest()
    for package in manifest["packages"]:
        package["files"] = {path: sha256(VENDOR / path) for path in package["files"]}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
