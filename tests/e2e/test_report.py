"""The auditor's report: one file, offline, escaped, the same every time; and it opens in a browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Done

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Reader(HTMLParser):
    """Collects what a page loads, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in {"src", "href", "data", "srcset", "action"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture
def page(depgraph, register, tmp_path: Path) -> str:
    done = depgraph("report", "auditor", "--out", "report.html")
    assert done.returncode == 0, done.stderr
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_it_loads_nothing_from_elsewhere(page: str) -> None:
    reader = read(page)
    assert all(link.startswith("#") for link in reader.loads), "links lead within the page only"
    assert {"script", "iframe", "link", "img", "form"}.isdisjoint(reader.tags)
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert all(part.startswith("#") for part in page.split("url(")[1:]), "fills of charts are in the page"


def test_it_says_what_an_auditor_needs(page: str, depgraph, register) -> None:
    text = " ".join(" ".join(read(page).words).split())
    worst = json.loads(depgraph("spof", "--by", "group", "--json").stdout)
    for needed in (
        "Single points of failure",
        "Herfindahl-Hirschman index",
        "limits of the data",
        "Methods",
        "Sources",
        worst["meta"]["graph_digest"],
        worst["rows"][0]["name"],
        "US Merger Guidelines (2023)",
        "Pairs that matter",
        "The worst outage: three weeks without",
        "Random failures: how likely is how much",
        "Assumed, and not in the data",
        "Open questions",
        "Contracts that end within a year",
        "SHA-256",
    ):
        assert needed in text
    assert page.count("<svg") >= 2


def test_the_same_facts_give_the_same_report(page: str, depgraph, register, tmp_path: Path) -> None:
    assert depgraph("report", "auditor", "--out", "again.html").returncode == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_another_process_makes_the_same_pdf_and_workbook(depgraph, process, register, tmp_path: Path) -> None:
    for ending in ("pdf", "xlsx"):
        here, there = tmp_path / f"here.{ending}", tmp_path / f"there.{ending}"
        asked = ("report", "auditor", "--sector", "municipalities", "--out")
        assert depgraph(*asked, here).returncode == 0
        done = process(*asked, there, DEPGRAPH_STORE=str(register), PYTHONHASHSEED="7", TZ="Asia/Tokyo")
        assert done.returncode == 0, done.stderr
        assert here.read_bytes() == there.read_bytes()


def test_another_ending_is_refused_before_the_work(depgraph, tmp_path: Path) -> None:
    done = depgraph("report", "auditor", "--out", "report.docx")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "the ending '.docx' is no format of a report: use .html, .pdf, .xlsx, .json" in done.stderr


def test_as_json_it_says_the_same(depgraph, register, tmp_path: Path) -> None:
    assert depgraph("report", "auditor", "--out", "report.json").returncode == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["sections"]
    direct = json.loads(depgraph("spof", "--by", "group", "--json").stdout)
    assert report["meta"]["graph_digest"] == direct["meta"]["graph_digest"]
    for section in report["sections"]:
        sector = section["population"]["sector"]
        group = section["worst"]["id"]
        asked = ["outage", group, "--by", "group", "--days", "21", "--sector", sector, "--json"]
        outage = json.loads(depgraph(*asked).stdout)["meta"]
        assert section["worst"]["recorded"]["curve"] == outage["curve"]
        assert section["worst"]["recorded"]["people_hours_upper"] == outage["people_hours"]["upper"]
        pairs = json.loads(depgraph("pairs", "--by", "group", "--sector", sector, "--limit", "5", "--json").stdout)
        assert section["pairs"]["rows"] == pairs["rows"]


def test_random_failures_are_those_of_the_command(depgraph, register, tmp_path: Path) -> None:
    assert depgraph("report", "auditor", "--out", "report.json").returncode == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    for section in report["sections"]:
        asked = section["chances"]["meta"]["parameters"]
        (tmp_path / "chances.json").write_text(json.dumps(asked["probabilities"]), encoding="utf-8")
        options = ["--trials", str(asked["trials"]), "--seed", str(asked["seed"]), "--sector", asked["sector"]]
        done = depgraph("simulate", "--probabilities", "chances.json", *options, "--json")
        assert json.loads(done.stdout)["rows"] == section["chances"]["rows"]


def test_names_from_the_data_are_no_markup(depgraph, tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text(
        'dependent,provider\n"Town <script>alert(1)</script>","</td><img src=x onerror=alert(1)>"\n', encoding="utf-8"
    )
    assert depgraph("import", "register", "needs.csv").returncode == 0
    assert depgraph("report", "auditor", "--out", "report.html").returncode == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    reader = read(page)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert any("onerror" in word for word in reader.words)


def test_a_report_that_cannot_be_written_leaves_the_old_one(depgraph, register, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    done = depgraph("report", "auditor", "--out", "report.html")
    assert done.returncode == 2
    assert list(tmp_path.glob("*.part")) == []


def test_a_sector_or_hub_alone(depgraph, register, tmp_path: Path) -> None:
    assert depgraph("report", "auditor", "--out", "all.json").returncode == 0
    every = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["sections"]
    sector = every[0]["population"]["sector"]
    assert depgraph("report", "auditor", "--sector", sector.upper(), "--out", "one.json").returncode == 0
    report = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert [section["population"] for section in report["sections"]] == [every[0]["population"]]
    assert report["sections"][0]["groups"]["rows"] == every[0]["groups"]["rows"]
    assert report["meta"]["parameters"] == {"sector": sector.upper()}
    for nobody in (("--sector", "nowhere"), ("--hub", "none")):
        done = depgraph("report", "auditor", *nobody, "--out", "none.html")
        assert (done.returncode, nobody[1] in done.stderr) == (2, True)
    assert not (tmp_path / "none.html").exists()


def browse(profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a browser without a window."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert browser, "the tests need chromium: see tests/tools.sh"
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={profile}", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)


@pytest.mark.long
def test_it_prints_on_few_pages(demo: tuple[Path, str], tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    done = browse(tmp_path / "profile", f"--print-to-pdf={paper}", (demo[0] / "report.html").as_uri())
    assert paper.exists(), done.stderr
    pages = re.findall(rb"/Type\s*/Page\b", paper.read_bytes())
    assert 8 < len(pages) <= 26


def wider_than(width: int, page: str, folder: Path) -> list[str]:
    """Return what reaches beyond a window so wide, measured in a frame; the page itself may run no script."""
    open_page = re.sub(r"<meta http-equiv=[^>]*>", "", page)
    frame = folder / f"{width}.html"
    frame.write_text(
        f"""<!doctype html><body><iframe style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(open_page)}">
</iframe><pre></pre><script>onload = () => {{
  const page = frames[0].document, wide = page.documentElement.clientWidth + 1;
  const parts = [...page.body.querySelectorAll("h1, h2, h3, p, li, table, th, td, figure, svg, dd, code")];
  const beyond = parts.filter(one => one.getBoundingClientRect().right > wide || one.scrollWidth > one.clientWidth + 1
    && !["CODE", "svg"].includes(one.tagName));
  document.querySelector("pre").textContent = JSON.stringify(
    [`${{parts.length}} parts`, page.documentElement.scrollWidth > wide ? "the page" : "",
     ...beyond.map(one => one.tagName + ": " + one.textContent.slice(0, 60))]);
}}</script>""",
        encoding="utf-8",
    )
    done = browse(folder / "profile", "--window-size=1400,1000", "--dump-dom", frame.as_uri())
    found = re.findall(r"<pre>(\[.*?\])</pre>", done.stdout, re.DOTALL)
    assert found, done.stderr
    parts, *beyond = json.loads(html.unescape(found[-1]))
    assert int(parts.split()[0]) > 50, "measured"
    return [one for one in beyond if one]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page: str, tmp_path: Path, width: int) -> None:
    assert wider_than(width, page, tmp_path) == []
    broken = page.replace("<h1>", "<h1 style='width:2000px'>")
    assert wider_than(width, broken, tmp_path) != [], "it would be noticed"


FOR_OTHERS = {
    "hub": ("--hub", "Example Hub"),
    "procurement": ("--supplier", "Example Software Group", "--buyer", "Example City", "--against", "Example Video"),
}


def test_reports_for_others_say_as_seen_by_whom(depgraph, register, tmp_path: Path) -> None:
    """The example is marked TLP:AMBER, and for no hub: what a hub or a buyer may see of it is nothing."""
    for kind, asked in FOR_OTHERS.items():
        refused = depgraph("report", kind, *asked, "--out", f"{kind}.html")
        assert (refused.returncode, "may see: --as-keeper shows all" in refused.stderr) == (2, True)
        assert not (tmp_path / f"{kind}.html").exists()
        for ending in ("html", "json"):
            done = depgraph("report", kind, *asked, "--as-keeper", "--out", f"{kind}.{ending}")
            assert done.returncode == 0, done.stderr
        page = (tmp_path / f"{kind}.html").read_text(encoding="utf-8")
        told = json.loads((tmp_path / f"{kind}.json").read_text(encoding="utf-8"))
        assert told["meta"]["parameters"]["as_keeper"] is True
        assert "Made as the keeper of the store" in page
        assert r"as\20 keeper" in page, "at the foot of every page"
        assert "--as-keeper" in page
        assert wider_than(390, page, tmp_path) == []


def test_a_check_is_the_report_without_a_file(depgraph, register, tmp_path: Path) -> None:
    asked = FOR_OTHERS["procurement"]
    assert depgraph("report", "procurement", *asked, "--as-keeper", "--out", "report.json").returncode == 0
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    rows = json.loads(depgraph("check", asked[1], *asked[2:], "--as-keeper", "--json").stdout)["rows"]
    assert told["bidders"] == rows
    shown = depgraph("check", asked[1], *asked[2:], "--as-keeper").stdout
    for row in rows:
        assert row["name"] in shown
        assert row["questions"][-1].split()[-1] in shown


def test_a_pack_and_a_report_are_verified(depgraph, register, tmp_path: Path) -> None:
    """As a user does it: made, signed, verified; then one byte is another."""
    for words in (
        ("genpkey", "-algorithm", "ed25519", "-out", "key.pem"),
        ("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"),
    ):
        subprocess.run(["openssl", *words], cwd=tmp_path, check=True, capture_output=True)
    asked = ("report", "auditor", "--sector", "municipalities")
    refused = depgraph(*asked, "--pack", "pack.zip")
    assert (refused.returncode, "for whom is it?" in refused.stderr) == (2, True)
    made = depgraph(*asked, "--pack", "pack.zip", "--as-keeper", "--sign", "key.pem", "--out", "report.json")
    assert made.returncode == 0, made.stderr
    good = depgraph("verify", "pack.zip", "--signed-by", "public.pem")
    assert (good.returncode, good.stdout) == (0, ""), good.stderr
    assert "nothing differs; signed with the key whose SHA-256 is " in good.stderr
    assert depgraph("verify", "report.json").returncode == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        page, sums, signature = (archive.read(name) for name in ("report/report.html", "SHA256SUMS", "SHA256SUMS.sig"))
        archive.extractall(tmp_path / "pack")
    assert b"Made as the keeper of the store" in page
    (tmp_path / "sums").write_bytes(sums)
    (tmp_path / "signature").write_bytes(signature)
    openssl = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "sums"]
    subprocess.run([*openssl, "-sigfile", "signature"], cwd=tmp_path, check=True, capture_output=True)
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "pack", check=True)
    whole = (tmp_path / "pack.zip").read_bytes()
    (tmp_path / "pack.zip").write_bytes(whole.replace(b"%PDF-1.7", b"%PDF-1.6"))
    bad = depgraph("verify", "pack.zip", "--json")
    told = json.loads(bad.stdout)
    assert (bad.returncode, {row["file"] for row in told["rows"]}) == (1, {"report/report.pdf"})
    assert told["meta"]["command"] == "verify"
    (tmp_path / "no.zip").write_bytes(b"PK")
    for words, code, said in (
        (("verify", "no.zip"), 3, "no zip archive"),
        (("verify", "none.zip"), 2, "no such file"),
        ((*asked, "--out", "report.json"), 2, "'report.json' exists: give another name, or --force"),
        ((*asked, "--as-keeper", "--pack", "pack.zip"), 2, "'pack.zip' exists: give another name, or --force"),
        (("verify", "report.txt"), 2, "neither a pack"),
        (("verify", "report.json", "--signed-by", "public.pem"), 2, "only packs are signed"),
        (("verify", "pack.zip", "--signed-by", "key.pem"), 2, "no public key in PEM"),
        (("verify", "pack.zip", "--store", "x.sqlite"), 2, "leave out --store"),
        ((*asked, "--sign", "key.pem"), 2, "a signature is of a pack"),
        ((*asked, "--as-keeper", "--pack", "p.zip", "--sign", "public.pem"), 2, "no private key in PEM"),
        ((*asked, "--as-keeper", "--pack", "p.tar"), 2, "ends in .zip"),
        ((*asked, "--as-keeper", "--pack", "p.zip", "--redact", "names"), 2, "leave out --redact or --pack"),
        ((*asked, "--redact-key", "key.pem"), 2, "add --redact names"),
        ((*asked, "--redact", "names", "--redact-key", "none"), 2, "cannot be read"),
        ((*asked, "--as-keeper", "--as", "hub:x"), 2, "exclude each other"),
        ((*asked, "--as-keeper", "--pack", "p.zip", "--since", "9999"), 2, "9999"),
        ((*asked, "--as-keeper", "--pack", "p.zip", "--sign", "p.zip"), 2, "cannot be read"),
    ):
        done = depgraph(*words)
        assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (code, True, 1), done.stderr


KEYS = """() => {
  const told = [], seen = [];
  const reached = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter(one => one.tabIndex >= 0 && !one.closest("#axe"));
  if (!reached.length || !reached[0].matches(".skip")) told.push("keys: what is reached first does not skip anything");
  for (const one of reached) {
    if (one.tabIndex > 0) told.push("keys: an order of its own: " + one.outerHTML.slice(0, 80));
    one.focus();
    if (document.activeElement !== one) told.push("keys: cannot be reached: " + one.outerHTML.slice(0, 80));
    const box = one.getBoundingClientRect();
    if (box.right <= 0 || !box.width || !box.height) told.push("keys: not seen when reached: " + one.outerHTML.slice(0, 80));
    if (getComputedStyle(one).outlineStyle === "none") told.push("keys: no outline: " + one.outerHTML.slice(0, 80));
    const to = one.getAttribute("href") || "";
    if (to.startsWith("#") && !document.getElementById(to.slice(1))) told.push("keys: leads nowhere: " + to);
  }
  for (const one of document.querySelectorAll("body *")) {
    const hidden = ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1;
    if (hidden && one.tabIndex < 0) told.push("keys: scrolls, and no key reaches it: " + one.outerHTML.slice(0, 80));
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) told.push("keys: the page is too wide");
  return told;
}"""
"""What a keyboard meets on a page, in the order in which it does: whether each is reached, seen, outlined and leads on."""


WIDTHS = (1280, 390)


def found_by_axe(folder: Path, **pages: str) -> list[str]:
    """Return what axe and a keyboard find on pages, each in windows of two widths: WCAG 2.1 A and AA."""
    axe = resources.files("axe_core_python") / "axe.min.js"
    run = """axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(found => {
      const keys = (KEYS)();
      const told = found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 120)}`));
      return [`${found.passes.length} rules`, ...told, ...keys];
    })""".replace("KEYS", KEYS)
    # One after the other, each in a frame of its own: two that run at once take the focus from each other.
    driver = """onload = async () => {
      const found = {};
      for (const [name, width] of ASKED) {
        const frame = document.createElement("iframe");
        frame.title = name; frame.style = `border: 0; width: ${width}px; height: 900px`;
        frame.srcdoc = document.getElementById(name).textContent.replace("</head>",
          `<script>${document.getElementById("engine").textContent}</` + "script></head>");
        await new Promise(done => { frame.onload = done; document.body.append(frame); });
        found[`${name}, ${width} wide`] = await frame.contentWindow.eval(RUN);
        frame.remove();
      }
      document.querySelector("pre").textContent = JSON.stringify(found);
    }""".replace("ASKED", json.dumps([[name, width] for name in pages for width in WIDTHS]))
    held = [("engine", axe.read_text(encoding="utf-8"))]
    held += [(name, re.sub(r"<meta http-equiv=[^>]*>", "", page)) for name, page in pages.items()]
    texts = "".join(f'<textarea hidden id="{name}">\n{html.escape(text)}</textarea>' for name, text in held)
    script = f"<script>{driver.replace('RUN', json.dumps(run))}</script>"
    (folder / "axe.html").write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body><pre></pre>{texts}{script}</body>', encoding="utf-8"
    )
    options = ["--window-size=1400,1000", "--virtual-time-budget=60000", "--dump-dom"]
    done = browse(folder / "profile", *options, (folder / "axe.html").as_uri())
    (found,) = re.findall(r"<pre>(\{.*?\})</pre>", done.stdout, re.DOTALL)
    told: list[str] = []
    for where, (rules, *violations) in json.loads(html.unescape(found)).items():
        assert int(rules.split()[0]) > 15, "checked"
        told += [f"{one} ({where})" for one in violations]
    assert found.count(" wide") == len(pages) * len(WIDTHS)
    return told


def said_so(done: Done) -> None:
    assert done.returncode == 0, done.stderr


def test_axe_finds_nothing_on_any_kind_of_page(depgraph, register, tmp_path: Path) -> None:
    """With a sample that was drawn, a reply with a denial, an earlier report and a contract that ended."""
    city, sample = tmp_path / "city.xlsx", tmp_path / "sample.xlsx"
    said_so(depgraph("clearing", "--organisation", "Example City", "--as-keeper", "--out", city))
    book = openpyxl.load_workbook(city)
    for sheet, cell, value in (("about", "B10", "2026-01-15"), ("needs", "L2", "deny"), ("remarks", "A2", "We left.")):
        book[sheet][cell].value = value
    book.save(city)
    said_so(depgraph("import", "clearing", city))
    said_so(depgraph("trace", "--size", "5", "--seed", "7", "--out", sample))
    book = openpyxl.load_workbook(sample)
    for row in range(2, book["sample"].max_row + 1):
        book["sample"][f"L{row}"].value = "wrong"
    book.save(sample)
    said_so(depgraph("trace", "--results", sample))
    asked = {
        "auditor": ("auditor", "--since", "1"),
        "redacted": ("auditor", "--redact", "names"),
        **{kind: (kind, *words, "--as-keeper") for kind, words in FOR_OTHERS.items()},
    }
    for name, words in asked.items():
        said_so(depgraph("report", *words, "--out", f"{name}.html"))
    pages = {name: (tmp_path / f"{name}.html").read_text(encoding="utf-8") for name in asked}
    for said in ("<strong>disputed</strong>", "We left.", "Facts, each with the same chance", "How the score of "):
        assert said in pages["auditor"], said
    broken = pages["hub"].replace('<html lang="en">', "<html>").replace("<h1>", '<h1 style="color:#eee">')
    broken = broken.replace('<main id="content" tabindex="-1">', '<main><p tabindex="3" style="outline: none">a</p>')
    found = found_by_axe(tmp_path, **pages, broken=broken)
    assert [one for one in found if "(broken, " not in one] == []
    noticed = {one.partition(":")[0] for one in found}
    assert noticed >= {"html-has-lang", "color-contrast", "keys"}
    assert any(one.startswith("keys: leads nowhere: #content") for one in found)
    assert any(one.startswith("keys: an order of its own") for one in found)


@pytest.mark.long
def test_it_opens_in_a_browser(demo: tuple[Path, str], tmp_path: Path) -> None:
    out, _ = demo
    shot = tmp_path / "report.png"
    address = (out / "report.html").as_uri()
    drawn = browse(tmp_path / "profile", "--window-size=1100,1400", f"--screenshot={shot}", address)
    assert shot.exists(), drawn.stderr
    assert shot.stat().st_size > 20_000, "the page is drawn"
    dumped = browse(tmp_path / "profile", "--dump-dom", address)
    dom = dumped.stdout
    assert re.search(r"<h1>ICT supply-chain concentration risk</h1>", dom)
    assert "Refused to" not in dumped.stderr
    assert len(re.findall(r"<svg", dom)) >= 6
    assert len(re.findall(r'<path class="certain" fill="#8a1c2b" d="M', dom)) >= 6, (
        "a timeline and a curve of each population"
    )
