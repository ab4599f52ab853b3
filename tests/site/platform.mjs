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
