// site.mjs CHROMIUM FOLDER PAGE AXE|- LOOK…: whether everybody can use the page.
// LOOK: axe:WIDTH:SCHEME[:some|:charts], keyboard:WIDTH, search:WIDTH, plain (no JavaScript), english.
// One line a check: "ok …" or "FAIL …". FOLDER: the browser's own. AXE: axe.min.js.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";

const [program, folder, page, axe, ...looks] = process.argv.slice(2);
const url = pathToFileURL(resolve(page)).href;

function say(ok, words, why = "") {
  console.log(`${ok ? "ok" : "FAIL"} ${words}${ok || !why ? "" : `: ${why}`}`);
}

// Rows of one table look alike, and measuring the contrast of thousands of cells takes most of the time: "some" measures the first six rows of each.
async function axeRun(b, width, scheme, part) {
  await b.view(+width, 900, scheme);
  await b.open(url);
  await b.value(readFileSync(axe, "utf8"));
  const runs = {
    all: [`document, {}`],
    some: [`document, { rules: { "color-contrast": { enabled: false } } }`, `{ exclude: [["tbody tr:nth-child(n+7)"]] }, { runOnly: ["color-contrast"] }`],
    charts: [`"#glance", { runOnly: ["color-contrast"] }`],
  }[part ?? "all"];
  const found = [];
  let passes = 0;
  for (const run of runs) {
    const r = await b.value(`axe.run(${run}).then((r) => ({ passes: r.passes.length,
      found: r.violations.map((v) => v.id + " (" + v.nodes.length + "): " + v.nodes[0].html.slice(0, 120)) }))`);
    found.push(...r.found);
    passes += r.passes;
  }
  const now = await b.value(`({ scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", width: innerWidth, over: document.documentElement.scrollWidth })`);
  const right = now.scheme === scheme && now.width === +width && passes > (part === "charts" ? 0 : 20);
  say(found.length === 0 && right, `axe, ${width} px, ${scheme}`, found.join("; ") || `${JSON.stringify(now)}, ${passes} rules passed`);
  say(now.over <= +width, `${width} px, ${scheme}: the page itself does not move sideways`, `${now.over} px wide`);
}

// What Tab must reach, in the order of the page.
const marks = `window.stops = [...document.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex='0']")].filter((e) =>
  !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ checkVisibilityCSS: true }));
  window.named = (e) => e ? e.tagName + (e.id ? "#" + e.id : "") + " " + (e.getAttribute("aria-label") ?? e.textContent).trim().slice(0, 20) : "nothing"`;
const settled = "Promise.resolve()"; // without motion the page stands where it was led to as soon as a key is answered
const here = `${settled}.then(() => { const e = document.activeElement, box = e.getBoundingClientRect(), s = getComputedStyle(e);
  const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 1), innerWidth - 2), y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 2);
  const top = document.elementFromPoint(x, y);
  return { at: stops.indexOf(e), name: named(e), ring: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && !!top && (e.contains(top) || top.contains(e)), over: named(top) } })`;

async function keyboard(b, width) {
  await b.view(+width, 900, "light");
  await b.open(url);
  await b.value(marks);
  const all = await b.value("stops.length");
  const wrong = [], blind = [], hidden = [];
  for (let i = 0; i < all; i++) {
    await b.key("Tab");
    const now = await b.value(here);
    if (now.at !== i) wrong.push(`stop ${i + 1} is ${now.name}, not ${await b.value(`named(stops[${i}])`)}`);
    if (!now.ring) blind.push(now.name);
    if (!now.seen) hidden.push(`${now.name} under ${now.over}`);
  }
  say(all > 20 && wrong.length === 0, `keyboard, ${width} px: Tab reaches all ${all} links and controls in their order`, wrong.slice(0, 3).join("; ") || `${all} stops`);
  say(blind.length === 0, `keyboard, ${width} px: where one is can be seen`, `${blind.length}: ${blind.slice(0, 3).join("; ")}`);
  say(hidden.length === 0, `keyboard, ${width} px: nothing lies over where one is`, `${hidden.length}: ${hidden.slice(0, 3).join("; ")}`);

  await b.open(url);
  await b.value(marks);
  await b.key("Tab");
  const first = await b.value(`${here}.then((h) => ({ ...h, target: document.activeElement.getAttribute("href") }))`);
  await b.key("Enter");
  const book = await b.value(`${settled}.then(() => { const e = document.activeElement; return "#" + e.id + " " + (Math.abs(e.getBoundingClientRect().top) < innerHeight) })`);
  await b.key("Tab");
  const next = await b.value(`document.querySelector("main article").contains(document.activeElement)`);
  say(first.at === 0 && first.seen && first.target === "#book" && book === "#book true" && next, `keyboard, ${width} px: the first stop leads past the contents to the book`,
    `${JSON.stringify(first)}, ${book}, ${next}`);
}

async function search(b, width) {
  await b.view(+width, 900, "light");
  await b.open(url);
  await b.value(`document.getElementById("q").focus()`);
  await b.call("Input.insertText", { text: "支出" });
  const state = `${settled}.then(() => { const h = document.querySelectorAll(".hit"), box = h[0]?.getBoundingClientRect(), bar = document.getElementById("find").getBoundingClientRect();
    return { hits: h.length, has: !!h[0]?.textContent.includes("支出"), seen: !!box && box.bottom > bar.bottom && box.top < innerHeight,
      told: document.getElementById("found").textContent.replace(/\\D+/g, " ").trim().split(" "), text: document.getElementById("q").value,
      here: document.activeElement.id } })`;
  await b.key("Enter");
  const one = await b.value(state);
  await b.key("Enter");
  const two = await b.value(state);
  await b.key("Enter", true);
  const back = await b.value(state);
  await b.key("Escape");
  const none = await b.value(state);
  await b.call("Input.insertText", { text: "没有这样的字眼" });
  await b.key("Enter");
  const lost = await b.value(state);
  const all = JSON.stringify([one, two, back, none, lost]);
  say(one.hits === 1 && one.has && one.seen && one.told[0] === "1" && +one.told[1] > 20, `search, ${width} px: Enter goes to the first place`, all);
  say(two.hits === 1 && two.has && two.seen && two.told[0] === "2" && back.told[0] === "1", `search, ${width} px: Enter goes on, Shift+Enter back`, all);
  say(none.hits === 0 && none.text === "" && none.here === "q", `search, ${width} px: Escape ends it`, all);
  say(lost.hits === 0 && lost.told.join("") === "", `search, ${width} px: what is not there is told`, all);
}

// Without JavaScript: the same words, all of them shown, except for the search that needs it.
async function plain(b) {
  const words = `(() => { const f = document.getElementById("find"), hidden = f.hidden; f.hidden = true; const t = document.body.innerText; f.hidden = hidden;
    return { hidden, t: t.replace(/\\s+/g, " ") } })()`;
  await b.view(1280, 900, "light");
  await b.open(url);
  const script = await b.value(words);
  await b.call("Emulation.setScriptExecutionDisabled", { value: true });
  await b.open(url);
  const without = await b.value(words);
  await b.call("Emulation.setScriptExecutionDisabled", { value: false });
  say(!script.hidden && without.hidden, "no JavaScript: no field that does nothing");
  let at = 0;
  while (at < script.t.length && script.t[at] === without.t[at]) at++;
  say(without.t.length > 1000 && script.t === without.t, "no JavaScript: the same text", `differs at ${at}: “${script.t.slice(at, at + 40)}” and “${without.t.slice(at, at + 40)}”`);
}

// With --lang en: the words around the book are English, and where the page is Chinese it says so (for those who hear it).
async function english(b) {
  await b.view(1280, 900, "light");
  await b.open(url);
  const found = await b.value(`(() => { const wrong = []; let zh = 0, en = 0;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      if (!n.data.trim() || n.parentElement.closest("script,style")) continue;
      const lang = n.parentElement.closest("[lang]").getAttribute("lang"), han = /\\p{Script=Han}/u.test(n.data);
      han ? zh++ : en++;
      if (han && lang !== "zh-CN" || !han && lang !== "en" && /[A-Za-z]{4}/.test(n.data) && n.parentElement.closest("[data-derived]")?.id === "find") wrong.push(n.data.trim().slice(0, 30));
    }
    for (const e of document.querySelectorAll("[aria-label],[placeholder]"))
      if (/\\p{Script=Han}/u.test((e.getAttribute("aria-label") ?? "") + (e.getAttribute("placeholder") ?? "")) && e.closest("[lang]").getAttribute("lang") !== "zh-CN") wrong.push(e.outerHTML.slice(0, 80));
    return { wrong, zh, en, lang: document.documentElement.lang, find: document.querySelector("#find label").textContent, head: document.querySelector("#glance h2").textContent } })()`);
  say(found.lang === "en" && /^[A-Za-z ]+$/.test(found.find + found.head) && found.zh > 500, "English: buttons and headings around the book", JSON.stringify(found).slice(0, 300));
  say(found.wrong.length === 0, "English: what is Chinese says so", `${found.wrong.length}: ${found.wrong.slice(0, 4).join("; ")}`);
}

const b = await Browser.start(program, folder);
const asked = [];
const errors = [];
await b.call("Network.enable");
b.on("Network.requestWillBeSent", (r) => r.request.url.startsWith("http") && asked.push(r.request.url));
b.on("Runtime.exceptionThrown", (x) => errors.push(x.exceptionDetails.exception?.description ?? x.exceptionDetails.text));
try {
  for (const look of looks) {
    const [what, width, scheme, part] = look.split(":");
    if (what === "axe") await axeRun(b, width, scheme, part);
    if (what === "keyboard") await keyboard(b, width);
    if (what === "search") await search(b, width);
    if (what === "plain") await plain(b);
    if (what === "english") await english(b);
  }
  say(asked.length === 0, "nothing is fetched from anywhere", asked.join(" "));
  say(errors.length === 0, "no error of the script", errors.join("; "));
} catch (error) {
  say(false, "the browser", error.stack);
} finally {
  await b.end();
}
