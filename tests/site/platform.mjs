// platform.mjs BROWSER PROFILE BASE AXE FILE [SHOTS]: the platform in a real browser: each sample role signs in; a file is audited, its findings assigned,
// settled and commented; pages are looked at by axe-core in light and dark, wide and narrow. SHOTS: a folder for pictures. Last line "N passed, N failed".
import { readFileSync, writeFileSync } from "node:fs";
import { Browser } from "./browser.mjs";

const [program, profile, base, axePath, file, shots] = process.argv.slice(2);
const axe = axePath === "-" ? null : readFileSync(axePath, "utf8");
const password = "heng-Sample-2026";
let passed = 0, failed = 0;
function check(name, well, more = "") {
  if (well) passed++;
  else { failed++; console.log(`FAIL ${name} ${more}`); }
}
const b = await Browser.start(program, profile);
await b.view(1280, 900, "light");

async function shot(name) {
  if (!shots) return;
  const { data } = await b.call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
  writeFileSync(`${shots}/${name}.png`, Buffer.from(data, "base64"));
}
const path = () => b.value("location.pathname + location.search");
const text = () => b.value("document.body.innerText");
async function submit(selector) {
  const loaded = new Promise((resolve) => b.events.set("Page.loadEventFired", [resolve]));
  await b.value(`document.querySelector(${JSON.stringify(selector)}).click()`);
  await loaded;
}
async function fill(name, value) {
  await b.value(`(() => { const f = document.querySelector('main [name=${name}]'); f.value = ${JSON.stringify(value)}; })()`);
}
async function signOut() {
  if (await b.value("!!document.querySelector('form[action=\"/logout\"]')")) await submit("form[action='/logout'] button");
}
async function signIn(login) {
  await b.open(`${base}/login`);
  await signOut();
  await b.open(`${base}/login`);
  await fill("login", login);
  await fill("password", password);
  await submit("main form button");
  check(`${login} signs in`, (await path()) === "/", await path());
}
async function judge(name, where) {
  await b.open(base + where);
  const html = await b.value("document.documentElement.outerHTML.length");
  check(`${name}: there`, html > 1000);
  for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"]]) {
    await b.view(width, 900, scheme);
    check(`${name}: no sideways scrolling at ${width}`, await b.value("document.documentElement.scrollWidth <= innerWidth + 1"), await b.value("document.documentElement.scrollWidth"));
    await shot(`${name}-${width}-${scheme}`);
    if (!axe) continue;
    const found = await b.value(`(async () => { ${axe}; const r = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
      return r.violations.map((v) => v.id + ": " + v.nodes.slice(0, 2).map((n) => n.target.join(" ")).join(" | ")); })()`);
    check(`${name}: axe at ${width} ${scheme}`, found.length === 0, found.join("\n     "));
  }
  await b.view(1280, 900, "light");
}

// ---- a sheet of a budget year as a spreadsheet: what it shows, what it saves, whose value stands in the end ----
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const cellAt = (row, column) => b.value(`document.getElementById("g${row}c${column}")?.textContent`);
async function until(what, ms = 8000) {
  for (let t = 0; t < ms; t += 100) {
    if (await b.value(what)) return true;
    await wait(100);
  }
  return false;
}
const saved = () => until("(() => { const s = document.querySelector('div.grid').grid.sheet; return !s.queue.length && !s.sending; })()");
const select = (row, column) => b.value(`(() => { const g = document.querySelector("div.grid").grid; g.view.focus(); g.go(${row}, ${column}); })()`);
const paste = (words) => b.value(`(() => { const d = new DataTransfer(); d.setData("text/plain", ${JSON.stringify(words)});
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true })); })()`);
// Somebody else's edit of a cell, past the grid.
const other = (row, name, value) => b.value(`(async () => { const g = document.querySelector("div.grid").grid, s = g.sheet;
  const now = await (await fetch(s.path + "/rows?from=${row}&count=1")).json(), r = now.rows[0];
  const a = await fetch(s.path + "/edit", { method: "POST", body: new URLSearchParams({ csrf: s.csrf, op: "another-editor-" + Date.now(),
    edits: JSON.stringify([{ row: r[0], revision: r[1], cells: { ${name}: ${JSON.stringify(value)} } }]) }) });
  return a.status; })()`);
const stored = (row, column) => b.value(`(async () => (await (await fetch(document.querySelector("div.grid").grid.sheet.path + "/rows?from=${row}&count=1")).json()).rows[0][2 + ${column}])()`);
const SHEET_READY = "document.querySelectorAll('.grid-body .grid-cell').length > 100";
async function openSheet(where) {
  await b.open(base + where);
  check("the grid opens", await until(SHEET_READY));
}
async function gridWork(sheet) {
  const amount = 9, econ = 5;
  await openSheet(sheet);
  check("it is to be edited", await b.value("document.querySelector('div.grid').grid.sheet.editable"));
  const total = await b.value("document.querySelector('div.grid').grid.sheet.total"), first = await cellAt(0, amount);
  await select(0, amount);
  for (const k of ["7", ".", "2", "5"]) await b.value(`(document.activeElement.tagName === "INPUT" ? (document.activeElement.value += ${JSON.stringify(k)}) : document.querySelector("div.grid").grid.edit(${JSON.stringify(k)}))`);
  await b.key("Enter");
  check("typed", (await cellAt(0, amount)) === "7.25", await cellAt(0, amount));
  check("the cursor went down", (await b.value("document.querySelector('.grid-view').getAttribute('aria-activedescendant')")) === `g1c${amount}`);
  check("saved", await saved());
  check("as typed", (await stored(0, amount)) === "7.25", await stored(0, amount));
  await b.value("document.querySelector('.grid-bar button').click()");
  check("undone", (await cellAt(0, amount)) === first && (await saved()) && (await stored(0, amount)) === first);
  // ---- a range from a spreadsheet, then filled down ----
  const below = await cellAt(3, amount);
  await select(1, amount);
  await paste('1.01\n"2.02"\n');
  check("a range is pasted", (await cellAt(1, amount)) === "1.01" && (await cellAt(2, amount)) === "2.02" && (await cellAt(3, amount)) === below);
  await b.value("(() => { const g = document.querySelector('div.grid').grid; g.anchor = { row: 1, column: 9 }; g.focus = { row: 3, column: 9 }; g.fill(); })()");
  check("and filled down", (await saved()) && (await stored(2, amount)) === "1.01" && (await stored(3, amount)) === "1.01");
  // ---- a code by its name ----
  await select(4, econ);
  await b.key("F2");
  await wait(400);
  await b.value("(() => { const i = document.activeElement; i.value = '办公费'; i.dispatchEvent(new Event('input', { bubbles: true })); })()");
  check("codes are found by name", await until("[...document.querySelectorAll('.grid-list li')].some((l) => /30201/.test(l.textContent))"));
  await b.key("ArrowDown");
  await b.key("Enter");
  check("and chosen by keyboard", (await cellAt(4, econ)) === "30201" && (await saved()) && (await stored(4, econ)) === "30201", await cellAt(4, econ));
  // ---- two editors of one cell ----
  check("somebody else writes", (await other(0, "amount", "100.00")) === 200);
  await b.value("document.querySelector('div.grid').grid.sheet.change([{ position: 0, column: 9, value: '200.00' }])");
  check("the conflict is shown with both values", await until("!document.querySelector('.grid-panel').hidden && /200\\.00/.test(document.querySelector('.grid-panel').innerText) && /100\\.00/.test(document.querySelector('.grid-panel').innerText)"), await b.value("document.querySelector('.grid-panel').innerText"));
  check("nothing is lost meanwhile", (await stored(0, amount)) === "100.00");
  await shot("grid-conflict");
  await b.value("document.querySelector('.grid-panel button').click()");
  check("mine is kept when I say so", (await saved()) && (await stored(0, amount)) === "200.00", await stored(0, amount));
  check("another cell of the row is no conflict", (await other(5, "origin", "上年结转结余")) === 200);
  await b.value("document.querySelector('div.grid').grid.sheet.change([{ position: 5, column: 9, value: '5.55' }])");
  check("both stand", (await saved()) && (await stored(5, amount)) === "5.55" && (await stored(5, 8)) === "上年结转结余");
  // ---- a lost connection: once, whatever was lost ----
  await b.value("(() => { const real = window.fetch; let n = 0; window.fetch = async (u, o) => { if (o && o.method === 'POST' && /edit$/.test(u) && n++ < 2) { if (n === 2) await real(u, o); throw new TypeError('lost'); } return real(u, o); }; })()");
  await b.value("document.querySelector('div.grid').grid.sheet.insert(document.querySelector('div.grid').grid.sheet.at(0).id, [['2023', '二下批复', '169001', 'U', '2170101', '30201', '', '11', '本年', '9.99']])");
  check("it says so", await until("/留着|kept/.test(document.querySelector('.grid-status').textContent)"));
  check("the draft is kept in the browser", await b.value("Object.keys(localStorage).some((k) => k.startsWith('heng-grid:') && /9\\.99/.test(localStorage[k]))"));
  check("delivered in the end", await saved());
  check("once", (await b.value("(async () => (await (await fetch(document.querySelector('div.grid').grid.sheet.path + '/columns')).json()).total)()")) === total + 1);
  check("and no draft is left", !(await b.value("Object.keys(localStorage).some((k) => k.startsWith('heng-grid:'))")));
  // ---- a page closed before it was saved ----
  await openSheet(sheet);
  await b.value("(() => { window.fetch = async () => { throw new TypeError('away'); }; document.querySelector('div.grid').grid.sheet.change([{ position: 2, column: 9, value: '33.33' }]); })()");
  await wait(600);
  await b.value("window.addEventListener('beforeunload', (e) => e.stopImmediatePropagation(), true)");
  await openSheet(sheet);
  check("offered on the next opening", await until("/没有存上/.test(document.querySelector('.grid-panel').innerText)"));
  await b.value("document.querySelector('.grid-panel button').click()");
  check("and saved then", (await until("!Object.keys(localStorage).some((k) => k.startsWith('heng-grid:'))")) && (await stored(2, amount)) === "33.33", await stored(2, amount));
  // ---- the checks, beside the cell ----
  await b.value("document.querySelector('div.grid').grid.sheet.change([{ position: 1, column: 4, value: '9999999' }])");
  check("a problem is marked at its cell", await until("document.getElementById('g1c4')?.classList.contains('grid-error')", 15000));
  check("and told in words", await until("[...document.querySelectorAll('.grid-problems button')].some((x) => /9999999/.test(x.textContent))"));
}

try {
  await b.open(`${base}/language?lang=zh&next=/login`); // a browser of tests asks for English
  await judge("login", "/login");
  await judge("public", "/public/");
  await judge("record", "/public/wuhan-jrj-2023/record");
  await judge("body", "/public/?body=" + encodeURIComponent("武汉市地方金融工作局"));
  await signIn("entry");
  await judge("home", "/");
  await judge("upload", "/audit/upload");
  // ---- a file is audited ----
  await b.open(`${base}/audit/upload`);
  const { root } = await b.call("DOM.getDocument");
  const { nodeId } = await b.call("DOM.querySelector", { nodeId: root.nodeId, selector: "input[type=file]" });
  await b.call("DOM.setFileInputFiles", { nodeId, files: [file] });
  const loaded = new Promise((resolve) => b.events.set("Page.loadEventFired", [resolve]));
  await b.value("document.querySelector('main form button').click()");
  await loaded;
  check("the upload leads to its batch", /^\/audit\/(batches|documents)\//.test(await path()), await path());
  const batch = await path();
  for (let i = 0; i < 60 && !/已审核/.test(await text()); i++) await new Promise((resolve) => setTimeout(resolve, 500));
  check("the page tells by itself when the audit is done", /已审核/.test(await text()));
  await judge("batch", batch);
  await judge("documents", "/audit");
  const document = await b.value("[...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).find((h) => h.startsWith('/audit/documents/'))");
  await judge("document", document);
  const finding = await b.value("[...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).find((h) => h.startsWith('/audit/findings/'))");
  await judge("finding", finding);
  check("the cell is boxed", await b.value("document.querySelectorAll('svg.boxes rect.suspect').length") > 0);
  check("the page's picture is there", await b.value("(() => { const i = document.querySelector('img.page'); return i && i.complete && i.naturalWidth > 400; })()"));
  check("who uploaded does not settle", !(await b.value("!!document.querySelector('form[action$=\"/settle\"]')")));
  // ---- a reviewer assigns, comments and settles ----
  await signIn("review");
  await b.open(base + finding);
  await b.value("(() => { const s = document.querySelector('form[action$=\"/assign\"] select'); s.selectedIndex = [...s.options].findIndex((o) => o.text === '审核岗'); })()");
  await submit("form[action$='/assign'] button");
  check("assigned", /审核岗/.test(await text()));
  await fill("text", "请原单位说明");
  await submit("form[action$='/comment'] button");
  check("the comment is there", /请原单位说明/.test(await text()));
  await b.open(`${base}/`);
  check("it waits for the reviewer", await b.value("document.querySelector('.tile b').textContent") === "1");
  await b.open(base + finding);
  await fill("reason", "已通知更正");
  await submit("form[action$='/settle'] button");
  check("settled", /已改正/.test(await text()));
  await submit("a[rel=next]");
  check("the next finding", /^\/audit\/findings\//.test(await path()));
  await judge("findings", "/audit/findings?state=open");
  await judge("corpus", "/audit/corpus");
  await judge("search", "/search?q=" + encodeURIComponent("合计"));
  check("a word of two characters is found", await b.value("document.querySelectorAll('main tbody tr[data-step]').length") > 0);
  // ---- by keyboard alone: a finding settled ----
  await b.open(`${base}/audit/findings?state=open`);
  let stops = 0;
  while (stops++ < 80 && !(await b.value("document.activeElement.getAttribute('href')?.startsWith('/audit/findings/') ?? false"))) await b.key("Tab");
  const opened = new Promise((resolve) => b.events.set("Page.loadEventFired", [resolve]));
  await b.key("Enter");
  await opened;
  check("a finding opens by keyboard", /^\/audit\/findings\/\d+/.test(await path()), `${await path()} after ${stops} stops`);
  // ---- a budget year ----
  await signIn("entry");
  await judge("years", "/year");
  const year = await b.value("document.querySelector('main tbody a').getAttribute('href')");
  await b.open(base + year);
  await b.value("document.querySelector('main form[action$=\"/step\"] [value=调整]').form.querySelector('button').setAttribute('data-adjust', '')");
  await submit("[data-adjust]");
  check("an adjustment is begun", /起草|drafted|调整/.test(await text()));
  await gridWork(year + "/sheet/budget-lines");
  await judge("year", year);
  await judge("sheet", year + "/sheet/budget-lines");
  await judge("row", await b.value("document.querySelector('main tbody a').getAttribute('href')"));
  await judge("changes", year + "/history");
  await judge("tables", year + "/tables");
  await judge("why", year + "/tables/T5-1/why?row=total");
  // ---- the approver, the public ----
  await signIn("approve");
  await judge("books", "/books");
  const draft = await b.value("document.querySelector('main tbody a').getAttribute('href')");
  await judge("draft", draft);
  await submit("form[action$='/publish'] button");
  check("a correction is published", /已公开/.test(await text()));
  await judge("corrected", "/public/wuhan-jrj-2023/record");
  check("the record tells why", /更正一处/.test(await text()));
  await signIn("system");
  await judge("users", "/users");
  await judge("orgs", "/orgs");
  await judge("roles", "/roles");
  await judge("jobs", "/system/jobs");
  await judge("api", "/api");
  await judge("me", "/me");
  await signIn("auditor");
  await judge("log", "/log");
  await judge("verify", "/log/verify");
  check("the audit log is whole", /完整/.test(await text()));
  await signIn("security");
  await b.open(`${base}/audit`);
  check("a security administrator does not see audits", await b.value("document.querySelector('h1').textContent") === "403");
  // ---- without JavaScript ----
  await b.call("Emulation.setScriptExecutionDisabled", { value: true });
  await b.open(`${base}/users`);
  check("pages read without JavaScript", (await b.value("document.querySelectorAll('main tbody tr').length")) > 5);
  await b.call("Emulation.setScriptExecutionDisabled", { value: false });
} catch (error) {
  check("the browser came to the end", false, error.stack);
}
await b.end();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
