"use strict";
// The live page. State is the list of settings alone; everything that is shown
// comes from the server.
const $ = (id) => document.getElementById(id);
const given = JSON.parse(document.body.dataset.given);
let settings = [...given.settings];
let turn = 0;
let number = 0;
let controller = null;

// Where the path of a setting ends: the first equals sign outside of quotes.
function split(setting) {
  let quote = "", depth = 0;
  for (let i = 0; i < setting.length; i++) {
    const c = setting[i];
    if (quote) { if (c === quote) quote = ""; }
    else if (c === '"' || c === "'") quote = c;
    else if (c === "{") depth++;
    else if (c === "}") depth--;
    else if (c === "=" && depth === 0) return [setting.slice(0, i).trim(), setting.slice(i + 1).trim()];
  }
  return [setting, ""];
}
// Paths are the same however their quotes are written.
const plain = (path) => path.replaceAll(/["']/g, "").replaceAll("\\\\", "\\");
const option = (setting) => "--set '" + setting.replaceAll("'", "'\\''") + "'";
const options = () => settings.map(option).join(" ");
// What could turn round the order of a line is written out where it is shown, as the
// server does.
const visible = (text) => text.replaceAll(/(?![\n\t])[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (c) => "\\u{" + c.codePointAt(0).toString(16) + "}");
const unquoted = (text) => [...text.matchAll(/--set '((?:[^']|'\\'')*)'/g)].map((m) => m[1].replaceAll("'\\''", "'"));

async function ask(what, body, signal) {
  const answer = await fetch(what, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// Buttons for what a report only names: machines to explain, remedies to try.
function liven(root) {
  for (const name of root.querySelectorAll("span.machine")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "machine";
    button.textContent = name.textContent;
    button.title = "Explain " + name.textContent;
    const replication = Number(name.dataset.replication ?? 1);
    button.onclick = () => explain(name.textContent, replication);
    name.replaceWith(button);
  }
  for (const code of root.querySelectorAll("code.try")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "try";
    button.textContent = "Try it";
    button.setAttribute("aria-label", "Try it: " + code.textContent);
    button.onclick = () => { $("story").close(); for (const setting of unquoted(code.textContent)) put(setting); changed(); };
    code.after(" ", button);
  }
  sortable(root);
  reachable(root);
}

function put(setting) {
  const path = plain(split(setting)[0]);
  settings = settings.filter((other) => plain(split(other)[0]) !== path);
  settings.push(setting);
}

// Puts the present settings into the knobs and the list.
function show() {
  for (const knob of document.querySelectorAll(".knob")) {
    const own = settings.find((setting) => plain(split(setting)[0]) === plain(knob.dataset.path));
    const value = own === undefined ? knob.dataset.value : split(own)[1].replace(/^"(.*)"$/, "$1");
    const field = knob.querySelector("input[type=text],select");
    const positions = JSON.parse(knob.dataset.positions);
    if (field.tagName === "SELECT" && !positions.includes(value)) field.append(new Option(value, value));
    if (document.activeElement !== field || field.tagName === "SELECT") field.value = value;
    const slider = knob.querySelector("input[type=range]");
    if (slider) {
      if (positions.includes(value)) slider.value = positions.indexOf(value);
      slider.setAttribute("aria-valuetext", value);
    }
    knob.classList.toggle("changed", value !== knob.dataset.value);
  }
  const list = document.createElement("ul");
  for (const setting of settings) {
    const item = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = visible(option(setting));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = "undo";
    button.setAttribute("aria-label", "undo " + setting);
    button.onclick = () => { settings = settings.filter((other) => other !== setting); changed(); $("reset").focus(); };
    item.append(code, " ", button);
    list.append(item);
  }
  $("changed").replaceChildren(...(settings.length ? [list] : []));
}

function problem(place, text) {
  const pre = document.createElement("pre");
  pre.textContent = text;
  $(place).replaceChildren(...(text ? [pre] : []));
}

function changed() { show(); run(); }

async function run() {
  const mine = ++turn;
  if (controller) controller.abort();
  controller = new AbortController();
  const started = performance.now();
  $("now").setAttribute("aria-busy", "true");
  try {
    const told = await ask("run", { settings }, controller.signal);
    if (mine !== turn) return;
    if (told.superseded) { setTimeout(() => mine === turn && run(), 100); return; }
    problem("problem", told.problem ?? "");
    if (told.problem) { $("status").textContent = "These values cannot be run; the picture is the one before."; return; }
    number = told.number;
    picture(told);
    const shown = Math.round(performance.now() - started);
    const rest = told.replications > 1 ? ` Replication 1 of ${told.replications}; the others follow.` : "";
    $("status").textContent = `Change to picture: ${shown} ms.` + rest;
    document.body.dataset.picture = mine;
    document.body.dataset.milliseconds = shown;
    const whole = await ask("rest", { number }, controller.signal);
    if (mine !== turn || whole.superseded) return;
    picture(whole);
    $("views-top").innerHTML = whole.above;
    $("views").innerHTML = whole.below;
    liven($("views-top"));
    liven($("views"));
    if (rest) $("status").textContent = `Change to picture: ${shown} ms. All ${told.replications} replications.`;
    document.body.dataset.whole = mine;
  } catch (error) {
    if (error.name !== "AbortError" && mine === turn) $("status").textContent = "The server does not answer: " + error.message;
  } finally {
    if (mine === turn) $("now").removeAttribute("aria-busy");
  }
}

function picture(told) {
  $("picture").innerHTML = told.picture;
  $("words").innerHTML = told.words;
}

async function explain(machine, replication = 1) {
  try {
    const told = await ask("explain", { machine, replication });
    if (told.superseded) return;
    problem("machine-problem", told.problem ?? "");
    if (told.problem) return;
    $("story-text").innerHTML = told.text;
    liven($("story-text"));
    $("story").showModal();
  } catch (error) { problem("machine-problem", error.message); }
}

function say(text) { $("done").textContent = text; }

for (const knob of document.querySelectorAll(".knob")) {
  const positions = JSON.parse(knob.dataset.positions);
  const slider = knob.querySelector("input[type=range]");
  const field = knob.querySelector("input[type=text],select");
  const turned = (value) => {
    const path = plain(knob.dataset.path);
    settings = settings.filter((other) => plain(split(other)[0]) !== path);
    const was = given.settings.some((other) => plain(split(other)[0]) === path);
    if (value !== knob.dataset.value || was) settings.push(knob.dataset.path + "=" + value);
    changed();
  };
  if (slider) slider.oninput = () => { field.value = positions[slider.value]; turned(positions[slider.value]); };
  field.onchange = () => turned(field.value.trim());
}
$("other").onsubmit = (event) => {
  event.preventDefault();
  const path = $("other-path").value.trim();
  if (!path) return;
  put(path + "=" + $("other-value").value.trim());
  changed();
};
$("explain").onsubmit = (event) => { event.preventDefault(); explain($("machine-name").value.trim()); };
$("story-close").onclick = () => $("story").close();
$("copy").onclick = async () => {
  try { await navigator.clipboard.writeText(options()); say(settings.length ? "Copied." : "Nothing is changed; nothing was copied."); }
  catch { say("The browser does not let the page copy; the options stand above."); }
};
$("save").onclick = async () => {
  const told = await ask("save", { settings });
  problem("problem", told.problem ?? "");
  if (told.problem) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([told.text], { type: "application/toml" }));
  link.download = given.file;
  link.click();
  URL.revokeObjectURL(link.href);
  say("Saved as " + given.file + ".");
};
$("freeze").onclick = async () => {
  const on = $("freeze").getAttribute("aria-pressed") !== "true";
  const told = await ask("baseline", { on });
  $("freeze").setAttribute("aria-pressed", String(told.on));
  say(told.on ? "Every change is compared with this run now." : "Each change is compared with the run before it.");
};
$("reset").onclick = () => { settings = [...given.settings]; changed(); };
changed();
