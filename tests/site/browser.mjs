// browser.mjs: one headless Chromium, spoken to over a pipe (DevTools protocol; messages end in a zero byte). No port is opened, nothing to install.
import { spawn } from "node:child_process";

export class Browser {
  static async start(program, folder) {
    const b = new Browser();
    b.process = spawn(
      program,
      ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
        "--hide-scrollbars", "--remote-debugging-pipe", `--user-data-dir=${folder}`, "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    b.last = 0;
    b.waiting = new Map();
    b.events = new Map();
    b.process.on("exit", () => b.ended(new Error("the browser ended")));
    b.process.on("error", (error) => b.ended(error));
    b.process.stdio[3].on("error", () => {});
    let rest = Buffer.alloc(0);
    b.process.stdio[4].on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        b.heard(JSON.parse(rest.subarray(0, end).toString()));
        rest = rest.subarray(end + 1);
      }
    });
    const { targetInfos } = await b.call("Target.getTargets");
    const { targetId } = targetInfos.find((t) => t.type === "page");
    b.session = (await b.call("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    await b.call("Page.enable");
    await b.call("Runtime.enable");
    return b;
  }

  ended(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  heard(message) {
    const asked = this.waiting.get(message.id);
    if (asked) {
      this.waiting.delete(message.id);
      message.error ? asked.reject(new Error(`${asked.method}: ${message.error.message}`)) : asked.resolve(message.result);
    } else {
      for (const told of this.events.get(message.method) ?? []) told(message.params);
    }
  }

  on(event, told) {
    this.events.set(event, [...(this.events.get(event) ?? []), told]);
  }

  call(method, params = {}) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { method, resolve, reject });
      this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId: this.session }) + "\0");
    });
  }

  async open(url) {
    const loaded = new Promise((resolve) => this.events.set("Page.loadEventFired", [resolve]));
    await this.call("Page.navigate", { url });
    await loaded;
  }

  async view(width, height, scheme) {
    await this.call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await this.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }] });
  }

  async value(expression) {
    const r = await this.call("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description ?? r.exceptionDetails.text);
    return r.result.value;
  }

  async key(key, shift = false) {
    const codes = { Tab: 9, Enter: 13, Escape: 27, ArrowUp: 38, ArrowDown: 40, F2: 113 };
    const event = { key, code: key, windowsVirtualKeyCode: codes[key], modifiers: shift ? 8 : 0, text: key === "Enter" ? "\r" : undefined };
    await this.call("Input.dispatchKeyEvent", { type: key === "Enter" ? "keyDown" : "rawKeyDown", ...event });
    await this.call("Input.dispatchKeyEvent", { type: "keyUp", ...event, text: undefined });
  }

  async end() {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.call("Browser.close").catch(() => {});
    const late = setTimeout(() => this.process.kill("SIGKILL"), 5000);
    await gone;
    clearTimeout(late);
  }
}
