#!/usr/bin/env python3
"""Runs `sos clean`, detect-secrets and CredSweeper beside `candor redact` on the same bytes.

Each tool gets the development corpus, for recall and false alarms, and one mixed system log, for speed. `sos clean` and
Candor are judged by the text that they leave, the two scanners by the lines that they name; the scanners look for
secrets only and are judged on those. A peer that cannot be installed or run is left out, and why is told. Everything happens
below one temporary folder, which is removed at the end.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

TIME_LIMIT_SECONDS = 1800
MIB = 1 << 20


class Failure(Exception):
    """Something that stops the comparison, in words for a person."""


def timed(command, folder, output=subprocess.DEVNULL, accepted=(0,)):
    """Runs a command to its end and measures it: wall and processor seconds, and the largest process in MiB."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, cwd=folder, stdout=output, stderr=errors, stdin=subprocess.DEVNULL)
        while True:
            found, status, usage = os.wait4(child.pid, os.WNOHANG)
            if found:
                break
            if time.monotonic() - started > TIME_LIMIT_SECONDS:
                child.kill()
                os.wait4(child.pid, 0)
                child.returncode = -9
                raise Failure(f"`{command[0]}` takes longer than {TIME_LIMIT_SECONDS} seconds")
            time.sleep(0.005)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in accepted:
            errors.seek(0)
            tail = errors.read()[-800:].decode(errors="replace")
            raise Failure(f"`{' '.join(map(str, command[:3]))}` ended with {child.returncode}: {tail}")
    return {
        "wall_seconds": round(time.monotonic() - started, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
    }


def install(work, scanner):
    """A virtual environment with one scanner, and its version."""
    place = work / f"venv-{scanner}"
    pip = [place / "bin/pip", "--disable-pip-version-check"]
    try:
        subprocess.run([sys.executable, "-m", "venv", place], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*pip, "install", "--quiet", "--retries", "1", scanner], check=True)
    except subprocess.CalledProcessError as error:
        raise Failure(f"`{scanner}` cannot be installed: is there a network?") from error
    listed = json.loads(subprocess.run([*pip, "list", "--format", "json"], check=True, capture_output=True).stdout)
    return next((package["version"] for package in listed if package["name"] == scanner), "unknown")


def sos_version():
    """The version of sos."""
    if not shutil.which("sos"):
        raise Failure("`sos` is not installed: it comes with the Debian package `sosreport`")
    query = ["dpkg-query", "-W", "-f", "${Version}", "sosreport"]
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    return found.stdout or "unknown"


class Corpus:
    """The corpus on disk, its index, and the tool that judges what became of it."""

    def __init__(self, tool, folder):
        folder.mkdir()
        self.tool, self.folder = tool, folder
        written = subprocess.run([tool, "write", folder], check=True, capture_output=True)
        self.index = json.loads(written.stdout)

    def score(self, folder):
        """Recall and false alarms of redacted text."""
        scored = subprocess.run([self.tool, "score", folder], check=True, capture_output=True)
        return json.loads(scored.stdout)

    def score_lines(self, found):
        """Recall and false alarms of a scanner that names files and lines: `found` maps them to a rule."""
        kinds = {}
        for value in filter(lambda value: value["secret"], self.index["values"]):
            kind = kinds.setdefault(value["kind"], {"planted": 0, "caught": 0})
            kind["planted"] += 1
            kind["caught"] += (value["file"], value["line"]) in found
        benign = {document["file"]: document["lines"] for document in self.index["benign"]}
        rules = Counter(rule for (file, _), rule in found.items() if file in benign)
        alarms = {"lines": sum(benign.values()), "touched": sum(rules.values()), "rules": dict(rules)}
        return {"kinds": dict(sorted(kinds.items())), "benign": alarms}


def run_sos(work, name, source, machine):
    """`sos clean` on a copy of `source` that is laid out as one of its reports, with all that it can be told."""
    place = work / f"sos-{name}"
    report = place / f"sosreport-{machine['host']}"
    shutil.copytree(source, report)
    for folder in ["sos_logs", "sos_reports", "sos_commands/host"]:
        (report / folder).mkdir(parents=True)
    (report / "sos_logs/sos.log").write_text("log\n")
    (report / "sos_reports/manifest.json").write_text("{}")
    (report / "sos_commands/host/hostname").write_text(machine["host"] + "\n")
    words = machine["hosts"] + machine["users"] + machine["words"] + machine["people"]
    command = ["sos", "clean", "--batch", "--quiet", "--no-update", "--map", place / "map", "--tmp-dir", place]
    command += ["--domains", machine["domain"], "--keywords", ",".join(words), report.name]
    measured = timed(command, place)
    cleaned = [entry for entry in place.iterdir() if entry.is_dir() and (entry / "sos_logs").is_dir()]
    if len(cleaned) != 1:
        raise Failure("`sos clean` left no report")
    return measured, cleaned[0]


def run_detect_secrets(work, name, source):
    """detect-secrets on every file of a folder."""
    result = work / f"detect-secrets-{name}.json"
    with result.open("wb") as output:
        measured = timed([work / "venv-detect-secrets/bin/detect-secrets", "scan", "--all-files", "."], source, output)
    found = {}
    for file, findings in json.loads(result.read_text())["results"].items():
        for finding in findings:
            found[(file.removeprefix("./"), finding["line_number"])] = finding["type"]
    return measured, found


def run_credsweeper(work, name, source):
    """CredSweeper with its defaults on every file of a folder."""
    result = work / f"credsweeper-{name}.json"
    command = [work / "venv-credsweeper/bin/credsweeper", "--path", source, "--save-json", result, "--no-stdout", "--pedantic"]
    measured = timed(command, work)
    found = {}
    for finding in json.loads(result.read_text()):
        for line in finding["line_data_list"]:
            file = os.path.relpath(line["path"], source)
            found[(file, line["line_num"])] = finding["rule"]
    return measured, found


def toml_list(words):
    """Words as an array of TOML; JSON strings are TOML strings."""
    return json.dumps(words, ensure_ascii=False)


def run_candor(work, name, source, machine, program):
    """`candor redact` on a folder, told the same names as `sos clean`."""
    policy = work / "policy.toml"
    names = [machine["host"], f"{machine['host']}.{machine['domain']}", *machine["hosts"]]
    policy.write_text(
        "[words]\n"
        f"hosts = {toml_list(names)}\nusers = {toml_list(machine['users'])}\n"
        f"people = {toml_list(machine['people'])}\npseudonym = {toml_list(machine['words'])}\n"
    )
    output = work / f"candor-{name}"
    # A folder in which something was withheld is no failure here: it counts as touched.
    measured = timed([program, "redact", "--no-machine", source, "-o", output, "--policy", policy], work, accepted=(0, 1, 5))
    return measured, output


def speed(measured, size):
    """MiB a second of wall and of processor time."""
    size_mib = size / MIB
    rates = {"wall_mib_s": size_mib / measured["wall_seconds"], "cpu_mib_s": size_mib / measured["cpu_seconds"]}
    return {**measured, "size_mib": round(size_mib, 1), **{name: round(rate, 2) for name, rate in rates.items()}}


def compare(options, work):
    """The results of all tools."""
    versions, left_out = {}, {}
    corpus = Corpus(options.corpus_tool.resolve(), work / "corpus")
    machine = corpus.index["machine"]
    logs = work / "logs"
    logs.mkdir()
    with (logs / "mixed.log").open("wb") as output:
        subprocess.run([options.logs_tool.resolve(), str(options.mib)], check=True, stdout=output)
    size = (logs / "mixed.log").stat().st_size
    tools = {}

    def add(name, run, judge):
        print(f"     Running {name}", file=sys.stderr)
        on_corpus, result = run("corpus", corpus.folder)
        on_logs, _ = run("logs", logs)
        tools[name] = {"corpus": on_corpus, "logs": speed(on_logs, size), **judge(result)}

    def add_peer(name, version, run, judge):
        try:
            versions[name] = version()
            add(name, run, judge)
        except (Failure, subprocess.CalledProcessError, OSError) as failure:
            print(f" Leaving out {name}: {failure}", file=sys.stderr)
            left_out[name] = str(failure)

    if options.candor:
        candor = options.candor.resolve()
        add("candor redact", lambda name, source: run_candor(work, name, source, machine, candor), corpus.score)
    add_peer("sos clean", sos_version, lambda name, source: run_sos(work, name, source, machine), corpus.score)
    for scanner, run in [("detect-secrets", run_detect_secrets), ("credsweeper", run_credsweeper)]:
        add_peer(
            scanner,
            lambda scanner=scanner: install(work, scanner),
            lambda name, source, run=run: run(work, name, source),
            corpus.score_lines,
        )
    secrets = sorted({value["kind"] for value in corpus.index["values"] if value["secret"]})
    return {
        "versions": versions,
        "values": len(corpus.index["values"]),
        "secret_kinds": secrets,
        "left_out": left_out,
        "tools": tools,
    }


def main():
    """Reads the options, compares, writes the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus-tool", type=Path, required=True, help="the example `redaction_corpus`")
    parser.add_argument("--logs-tool", type=Path, required=True, help="the example `mixed_logs`")
    parser.add_argument("--candor", type=Path, help="the program; without it only the peers run")
    parser.add_argument("--mib", type=int, default=16, help="size of the mixed log")
    parser.add_argument("--output", type=Path, required=True, help="JSON file for the results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="redact-peers-") as folder:
        try:
            results = compare(options, Path(folder))
        except (Failure, subprocess.CalledProcessError, OSError) as failure:
            sys.exit(f"error: {failure}")
    options.output.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
