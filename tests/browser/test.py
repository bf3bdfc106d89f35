"""The live page and the report in a real browser.

    tests/browser/test.sh target/debug/rollcast

Every test gets a page of its own. After each one the console has to be empty and
nothing may have been asked for from anywhere but the server of the page."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

from webdriver import browser

ROLLCAST, AXE = (os.path.abspath(path) for path in sys.argv[1:3])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OFFICE = os.path.join(ROOT, "scenarios/office-before-the-weekend.toml")
RINGS = os.path.join(ROOT, "scenarios/rings.toml")
MEDIAN = "return document.querySelector('#picture path.median')?.getAttribute('d')"
ACCOUNT = '.knob[data-path="program.setup.software_installation_account"] select'
LINE = '.knob[data-path=\'site."branch-{041..120}".wan\']'


@contextlib.contextmanager
def served(scenario, *more):
    """The address of a scenario that is served."""
    command = [ROLLCAST, "serve", scenario, "-q", *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, "Ctrl-C does not stop the server in good order"
    finally:
        if process.poll() is None:
            process.kill()
        process.stdout.close()


def whole(page, turn=None):
    """Waits for every view of the run of this turn."""
    page.wait("every view", f"return Number(document.body.dataset.whole ?? 0) >= {turn or 1}")


def turn(page):
    return int(page.script("return document.body.dataset.picture ?? 0"))


def set_value(page, css, value):
    page.script(
        "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
        "e.dispatchEvent(new Event(e.type === 'range' ? 'input' : 'change'))",
        css,
        value,
    )


def the_curve_appears(page, address):
    page.open(address)
    whole(page)
    assert page.script(MEDIAN).startswith("M"), "there is no curve"
    assert "of the machines have it" in page.text("#verdict"), page.text("#verdict")
    assert page.script("return document.querySelectorAll('#views svg').length") > 0


def a_slider_moves_the_curve_and_says_by_how_much(page, address):
    page.open(address)
    whole(page)
    before = page.script(MEDIAN)
    set_value(page, f"{LINE} input[type=range]", "2")
    whole(page, 2)
    assert page.script(MEDIAN) != before, "the curve did not move"
    assert page.script("return document.querySelector('#picture path.before').getAttribute('d')"), "the old curve is gone"
    assert "later" in page.text("#words") or "fewer" in page.text("#words"), page.text("#words")
    assert "500 kbit/s" in page.text("#changed"), page.text("#changed")


def many_turns_end_with_the_last(page, address):
    page.open(address)
    whole(page)
    for position in [0, 1, 2, 3, 2, 1, 0, 9]:
        set_value(page, f"{LINE} input[type=range]", str(position))
    whole(page, 9)
    assert "8 Mbit/s" in page.text("#changed"), page.text("#changed")
    assert page.script("return document.querySelectorAll('#changed li').length") == 1


def a_machine_is_explained_at_a_click(page, address):
    page.open(address)
    whole(page)
    page.click("#causes button.machine")
    page.wait("the story", "return document.querySelector('#story').open")
    assert "Outcome:" in page.text("#story-text"), page.text("#story-text")
    page.press("escape")
    page.wait("closed", "return !document.querySelector('#story').open")


def a_remedy_is_tried_at_a_click(page, address):
    page.open(address)
    whole(page)
    page.click("#causes button.try")
    whole(page, 2)
    assert "software_installation_account=true" in page.text("#changed")
    assert re.search(r"% instead of .* machines more", page.text("#words")), page.text("#words")
    assert re.search(r"Token account has no rights on the network [\d,]+ → 0", page.text("#words")), page.text("#words")
    value = page.script(f"return document.querySelector('{ACCOUNT}').value")
    assert value == "true", "the knob does not show what was tried"


def a_bad_value_gives_the_message_of_the_command_line(page, address):
    page.open(address)
    whole(page)
    before = page.script(MEDIAN)
    set_value(page, f"{LINE} input[type=text]", "1 parsec")
    page.wait("a message", "return document.querySelector('#problem').textContent")
    command = [ROLLCAST, "check", OFFICE, "-q", "--set", 'site."branch-{041..120}".wan=1 parsec']
    said = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    heart = next(line for line in said.stderr.splitlines() if "×" in line).strip()
    assert heart in page.text("#problem"), (heart, page.text("#problem"))
    assert page.script(MEDIAN) == before, "the picture before has to stay"
    page.click("#reset")
    page.wait("no message", "return !document.querySelector('#problem').textContent")


def a_baseline_stays_what_it_is(page, address):
    page.open(address)
    whole(page)
    page.click("#freeze")
    page.wait("frozen", "return document.querySelector('#freeze').getAttribute('aria-pressed') === 'true'")
    for at, position in enumerate(["2", "4"]):
        set_value(page, f"{LINE} input[type=range]", position)
        whole(page, 2 + at)
    # The values of the file again: no difference from the baseline.
    assert "no difference" in page.text("#words"), page.text("#words")


def options_and_the_scenario_can_be_taken_away(page, address):
    page.open(address)
    whole(page)
    set_value(page, ACCOUNT, "true")
    whole(page, 2)
    assert page.text("#changed code") == "--set 'program.setup.software_installation_account=true'"
    with tempfile.TemporaryDirectory() as folder:
        page.command("Page.setDownloadBehavior", behavior="allow", downloadPath=folder)
        page.click("#save")
        path = os.path.join(folder, "office-before-the-weekend-changed.toml")
        page.wait("saved", "return document.querySelector('#done').textContent.startsWith('Saved')")
        for _ in range(200):
            if os.path.exists(path):
                break
            page.script("return 0")
        with open(path, encoding="utf-8") as file:
            text = file.read()
    assert "software_installation_account = true" in text and text.startswith("#:schema")


def rings_have_lanes_and_knobs(page, address):
    page.open(address)
    whole(page)
    assert page.script("return document.querySelectorAll('#picture rect.lane').length") >= 1
    path = ".knob[data-path='advertisement.patch.phases.1.share'] input[type=range]"
    set_value(page, path, "6")
    whole(page, 2)
    assert "phases.1.share" in page.text("#changed")


def keys_alone_are_enough(page, address):
    page.open(address)
    whole(page)
    before = page.script(MEDIAN)
    page.tab_to(f"{LINE} input[type=range]")
    page.press("left", "left")
    page.wait("another curve", f"return document.querySelector('#picture path.median').getAttribute('d') !== {json.dumps(before)}")
    assert page.script("return getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus cannot be seen"
    page.tab_to("#other-path")
    page.type("horizon")
    page.tab_to("#other-value")
    page.type("2 d")
    page.press("enter")
    page.wait("the value", "return document.querySelector('#changed').textContent.includes('horizon=2 d')")
    whole(page, turn(page))
    page.tab_to("#machine-name")
    page.type("BR001-WS14")
    page.press("enter")
    page.wait("the story", "return document.querySelector('#story').open")
    page.press("escape")
    page.tab_to("#causes button.try")
    page.press("enter")
    page.wait("the remedy", "return document.querySelector('#changed').textContent.includes('software_installation_account=true')")
    page.tab_to("#reset", 900)
    page.press("enter")
    page.wait("the beginning", "return document.querySelector('#changed').textContent === ''")


def a_small_screen_is_enough(page, address):
    page.size(360, 640)
    page.open(address)
    whole(page)
    wide = page.script("return document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} px wide"
    page.click("#causes button.machine")
    page.wait("the story", "return document.querySelector('#story').open")
    assert page.script("return document.querySelector('#story').getBoundingClientRect().right") <= 360


def accessible(page, what):
    """axe-core, in light and in dark."""
    with open(AXE, encoding="utf-8") as file:
        axe = file.read()
    for scheme in ["light", "dark"]:
        page.scheme(scheme)
        page.command("Runtime.evaluate", expression=axe)
        found = page.script_async(
            "const done = arguments[0]; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
            ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3).join(' | '))))"
        )
        assert not found, f"{what}, {scheme}: " + "\n  ".join(found)


def the_live_page_is_accessible(page, address):
    page.open(address)
    whole(page)
    accessible(page, "the live page")
    page.click("#causes button.machine")
    page.wait("the story", "return document.querySelector('#story').open")
    accessible(page, "a story")


def reports_are_accessible_and_fit(page, _):
    folder = tempfile.mkdtemp()
    made = []
    for name in ["office-before-the-weekend", "rings", "small-failures", "contexts"]:
        out = os.path.join(folder, name)
        command = [ROLLCAST, "run", os.path.join(ROOT, f"scenarios/{name}.toml"), "-q", "-o", out, "--report"]
        subprocess.run(command, check=False, capture_output=True)
        made.append(os.path.join(out, "report.html"))
    study = os.path.join(folder, "study")
    command = [ROLLCAST, "study", "run", os.path.join(ROOT, "scenarios/studies/which-fix.toml"), "-q", "-o", study]
    subprocess.run(command, check=True, capture_output=True)
    page_of_study = os.path.join(folder, "study.html")
    subprocess.run([ROLLCAST, "report", study, "-o", page_of_study], check=True, capture_output=True)
    two = os.path.join(folder, "two.html")
    rings = os.path.join(folder, "rings")
    subprocess.run([ROLLCAST, "report", rings, rings, "-o", two], check=True, capture_output=True)
    for path in [*made, page_of_study, two]:
        page.size(1280, 900)
        page.open(f"file://{path}")
        accessible(page, path)
        page.size(360, 640)
        wide = page.script("return document.documentElement.scrollWidth")
        assert wide <= 360, f"{path} is {wide} px wide"


TESTS = [
    (the_curve_appears, OFFICE),
    (a_slider_moves_the_curve_and_says_by_how_much, OFFICE),
    (many_turns_end_with_the_last, OFFICE),
    (a_machine_is_explained_at_a_click, OFFICE),
    (a_remedy_is_tried_at_a_click, OFFICE),
    (a_bad_value_gives_the_message_of_the_command_line, OFFICE),
    (a_baseline_stays_what_it_is, OFFICE),
    (options_and_the_scenario_can_be_taken_away, OFFICE),
    (rings_have_lanes_and_knobs, RINGS),
    (keys_alone_are_enough, OFFICE),
    (a_small_screen_is_enough, OFFICE),
    (the_live_page_is_accessible, OFFICE),
    (reports_are_accessible_and_fit, None),
]


def elsewhere(page, address):
    """What the page has asked for that is not its server's."""
    found = []
    for entry in page.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        url = message["params"]["request"]["url"]
        own = ("data:", "blob:", "file:", "about:", "chrome:", address or "file:")
        if not url.startswith(own):
            found.append(url)
    return found


def main():
    wanted = sys.argv[3:]
    failed = 0
    for test, scenario in TESTS:
        if wanted and test.__name__ not in wanted:
            continue
        with browser() as page, contextlib.ExitStack() as stack:
            try:
                address = stack.enter_context(served(scenario)) if scenario else None
                test(page, address)
                console = [entry["message"] for entry in page.log("browser") if entry["level"] in ("SEVERE", "WARNING")]
                assert not console, f"the console says: {console}"
                asked = elsewhere(page, address)
                assert not asked, f"asked for elsewhere: {asked}"
                stack.close()
                print(f"ok      {test.__name__}", flush=True)
            except AssertionError as error:
                failed += 1
                print(f"FAILED  {test.__name__}: {error}", flush=True)
    sys.exit(1 if failed else 0)


main()
