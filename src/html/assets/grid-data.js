/* grid-data.js: a sheet in the browser's memory: rows by position, edits on their way, what was lost with a connection. No page is touched here. */
'use strict';
(function () {
  const PAGE = 200, KEPT = 40 * PAGE, WAIT = 300, POLL = 3000, EDITS = 2000;

  function word() {
    const bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
  }

  /* A sheet, as `user` edits it: drafts of one are never offered to another at the same computer. `tell(what, detail)` hears: rows, saving, saved, offline, refused, conflict, problems, moved. */
  function Sheet(path, csrf, user, tell) {
    this.path = path;
    this.csrf = csrf;
    this.tell = tell;
    this.columns = [];
    this.total = 0;
    this.revision = 0;
    this.rows = new Map(); /* position → {id, revision, cells} */
    this.byId = new Map(); /* id → the same */
    this.asked = new Set(); /* pages on their way */
    this.queue = []; /* edits not sent yet */
    this.sending = null; /* {op, edits}: sent, no answer yet */
    this.problems = {errors: 0, warnings: 0, hints: 0, fresh: true, items: []};
    this.undo = [];
    this.redo = [];
    this.pause = 0;
    this.store = 'heng-grid:' + user + ':' + path;
  }
  const S = Sheet.prototype;

  async function ask(url, options) {
    const answer = await fetch(url, Object.assign({credentials: 'same-origin', headers: {Accept: 'application/json'}}, options));
    let body = null;
    try {
      body = await answer.json();
    } catch (e) {
      body = null;
    }
    return {status: answer.status, body};
  }

  S.open = async function () {
    const a = await ask(this.path + '/columns');
    if (a.status !== 200) throw new Error((a.body && a.body.detail) || String(a.status));
    this.columns = a.body.columns;
    this.editable = a.body.editable;
    this.frozen = a.body.frozen;
    this.title = a.body.title;
    this.total = a.body.total;
    this.revision = a.body.revision;
    await this.need(0, Math.min(PAGE, this.total) - 1);
    this.refreshProblems();
    setInterval(() => this.poll(), POLL);
    return this.left();
  };

  /* What an earlier page left unsent: offered, never sent by itself. */
  S.left = function () {
    try {
      const kept = JSON.parse(localStorage.getItem(this.store) || 'null');
      return kept && Array.isArray(kept.edits) && kept.edits.length ? kept : null;
    } catch (e) {
      return null;
    }
  };
  S.sendLeft = function (kept) {
    if (kept.op) {
      this.sending = {op: kept.op, edits: kept.edits.slice(0, kept.sent)};
      this.queue = kept.edits.slice(kept.sent);
      this.deliver();
    } else {
      this.queue = kept.edits;
      this.later(0);
    }
  };
  S.dropLeft = function () {
    localStorage.removeItem(this.store);
  };
  S.keep = function () {
    const edits = (this.sending ? this.sending.edits : []).concat(this.queue);
    try {
      if (edits.length) localStorage.setItem(this.store, JSON.stringify({op: this.sending ? this.sending.op : '', sent: this.sending ? this.sending.edits.length : 0, edits}));
      else localStorage.removeItem(this.store);
    } catch (e) {
      /* private windows have none: then only this page keeps them */
    }
  };

  /* ---- rows ---- */
  S.at = function (position) {
    return this.rows.get(position);
  };
  S.need = async function (from, to) {
    const pages = [];
    for (let p = Math.floor(Math.max(0, from) / PAGE); p * PAGE <= to && p * PAGE < this.total; p++)
      if (!this.rows.has(p * PAGE) && !this.asked.has(p)) pages.push(p);
    await Promise.all(pages.map(p => this.page(p)));
  };
  S.page = async function (p) {
    this.asked.add(p);
    const before = this.generation;
    try {
      const a = await ask(this.path + '/rows?from=' + p * PAGE + '&count=' + PAGE);
      if (a.status !== 200 || before !== this.generation) return;
      this.total = a.body.total;
      a.body.rows.forEach((r, i) => this.put(p * PAGE + i, r));
      this.shrink(p);
      this.tell('rows');
    } catch (e) {
      this.tell('offline');
    } finally {
      this.asked.delete(p);
    }
  };
  S.put = function (position, r) {
    const row = {id: r[0], revision: r[1], cells: r.slice(2)};
    const mine = this.pending(row.id);
    if (mine) row.cells = row.cells.map((v, i) => (this.columns[i].name in mine ? mine[this.columns[i].name] : v));
    this.rows.set(position, row);
    this.byId.set(row.id, row);
  };
  /* Far away rows are let go: they can be asked again. */
  S.shrink = function (near) {
    if (this.rows.size <= KEPT) return;
    for (const position of this.rows.keys())
      if (Math.abs(Math.floor(position / PAGE) - near) > KEPT / PAGE / 2) {
        this.byId.delete(this.rows.get(position).id);
        this.rows.delete(position);
      }
  };
  S.forget = function () {
    this.generation = (this.generation || 0) + 1;
    this.rows.clear();
    this.byId.clear();
    this.asked.clear();
  };
  S.pending = function (id) {
    let mine = null;
    for (const e of (this.sending ? this.sending.edits : []).concat(this.queue)) if (e.row === id) mine = Object.assign(mine || {}, e.cells);
    return mine;
  };

  /* ---- edits ---- */
  /* changes: [{position, column (index), value}]; remembered for undo unless `quiet`. */
  S.change = function (changes, quiet) {
    const back = [];
    for (const c of changes) {
      const row = this.rows.get(c.position), name = this.columns[c.column].name;
      if (!row || row.cells[c.column] === c.value) continue;
      back.push({id: row.id, column: c.column, before: row.cells[c.column], after: c.value});
      this.edit(row, name, c.column, c.value);
    }
    if (back.length && !quiet) {
      this.undo.push(back);
      this.redo = [];
    }
    this.later(WAIT);
    return back.length;
  };
  S.edit = function (row, name, column, value) {
    const last = this.queue.find(e => e.row === row.id);
    if (last) {
      if (!(name in last.cells)) last.was[name] = row.cells[column];
      last.cells[name] = value;
    } else {
      this.queue.push({row: row.id, revision: row.revision, cells: {[name]: value}, was: {[name]: row.cells[column]}});
    }
    row.cells[column] = value;
    row.dirty = true;
  };
  S.back = function (from, to, which) {
    const step = from.pop();
    if (!step) return 0;
    let n = 0;
    for (const s of step) {
      const row = this.byId.get(s.id);
      const wanted = which === 'before' ? s.before : s.after, seen = which === 'before' ? s.after : s.before;
      if (!row || row.cells[s.column] !== seen) continue; /* somebody else wrote there since: his stays */
      this.edit(row, this.columns[s.column].name, s.column, wanted);
      n++;
    }
    to.push(step);
    this.later(WAIT);
    return n;
  };
  S.undoOne = function () {
    return this.back(this.undo, this.redo, 'before');
  };
  S.redoOne = function () {
    return this.back(this.redo, this.undo, 'after');
  };
  S.insert = function (after, rows) {
    for (const cells of rows) {
      const named = {};
      cells.forEach((v, i) => {
        if (v !== '' && this.columns[i]) named[this.columns[i].name] = v;
      });
      this.queue.push({insert: after, key: word(), cells: named});
    }
    this.later(0);
  };
  S.remove = function (row) {
    this.queue = this.queue.filter(e => e.row !== row.id);
    this.queue.push({delete: row.id, revision: row.revision});
    this.later(0);
  };
  S.later = function (wait) {
    if (!this.queue.length && !this.sending) return;
    this.keep();
    this.tell('saving');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.deliver(), wait);
  };
  /* One parcel at a time, under a name of its own, again and again until there is an answer: the server does it once. */
  S.deliver = async function () {
    if (this.busy) return;
    if (!this.sending) {
      if (!this.queue.length) return;
      this.sending = {op: word(), edits: this.queue.splice(0, EDITS)};
    }
    this.busy = true;
    this.keep();
    let a = null;
    try {
      a = await ask(this.path + '/edit', {
        method: 'POST',
        body: new URLSearchParams({csrf: this.csrf, op: this.sending.op, edits: JSON.stringify(this.sending.edits)})
      });
    } catch (e) {
      a = null;
    }
    this.busy = false;
    if (!a || a.status === 502 || a.status === 503 || a.status === 504 || a.status === 429) {
      this.pause = Math.min(30000, this.pause ? this.pause * 2 : 1000);
      this.tell('offline', this.pause);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.deliver(), this.pause);
      return;
    }
    this.pause = 0;
    const sent = this.sending;
    this.sending = null;
    if (a.status === 200) this.done(a.body, sent);
    else if (a.status === 409 && a.body && a.body.conflicts) this.clash(a.body, sent);
    else this.refused(a, sent);
    this.keep();
    if (this.queue.length) this.later(0);
  };
  S.take = function (rows) {
    for (const r of rows) {
      const row = this.byId.get(r[0]);
      if (!row) continue;
      const mine = this.pending(r[0]);
      row.revision = r[1];
      row.cells = r.slice(2).map((v, i) => (mine && this.columns[i].name in mine ? mine[this.columns[i].name] : v));
      row.dirty = !!mine;
      for (const e of this.queue) if (e.row === r[0]) e.revision = r[1];
    }
  };
  S.done = function (body) {
    this.revision = Math.max(this.revision, body.revision);
    this.take(body.rows);
    if (body.problems) this.setProblems(body.problems);
    if (body.moved || body.total !== this.total) {
      this.total = body.total;
      this.forget();
      this.tell('moved');
    }
    this.tell('saved');
    this.later(0);
    this.watchChecks();
  };
  /* Nothing of the parcel was done. What has no conflict is sent again; the rest waits for a decision. */
  S.clash = function (body, sent) {
    const rows = new Set(body.conflicts.map(c => c.row));
    this.queue = sent.edits.filter(e => !rows.has(e.row) && !rows.has(e.delete) && !rows.has(e.insert)).concat(this.queue);
    const open = sent.edits.filter(e => rows.has(e.row) || rows.has(e.delete) || rows.has(e.insert));
    this.take(body.rows);
    this.tell('conflict', {conflicts: body.conflicts, edits: open});
  };
  /* A conflict decided: mine again, on what is there now. */
  S.keepMine = function (edit) {
    const row = this.byId.get(edit.row);
    if (!row) return;
    for (const name in edit.cells) {
      const column = this.columns.findIndex(c => c.name === name);
      this.edit(row, name, column, edit.cells[name]);
    }
    this.later(0);
  };
  S.refused = function (a, sent) {
    for (const e of sent.edits)
      for (const name in e.was || {}) {
        const row = this.byId.get(e.row), column = this.columns.findIndex(c => c.name === name);
        if (row && row.cells[column] === e.cells[name]) row.cells[column] = e.was[name];
      }
    this.tell('refused', {text: (a.body && (a.body.detail || a.body.title)) || String(a.status), edits: sent.edits});
  };

  /* ---- what others do ---- */
  S.poll = async function () {
    if (document.hidden || this.busy || this.sending) return;
    try {
      const a = await ask(this.path + '/changes?since=' + this.revision);
      if (a.status !== 200) return;
      this.take(a.body.rows);
      const others = a.body.rows.map(r => r[0]);
      if (a.body.moved && a.body.revision > this.revision) {
        this.forget();
        this.tell('moved');
      }
      this.total = a.body.total;
      this.revision = a.body.revision;
      if (others.length) this.tell('others', others);
      if (!this.problems.fresh) this.refreshProblems();
    } catch (e) {
      this.tell('offline');
    }
  };

  /* ---- problems ---- */
  S.setProblems = function (p) {
    this.problems = p;
    this.marks = new Map();
    for (const i of p.items) this.marks.set(i.row + ' ' + i.column, i);
    this.tell('problems');
  };
  S.refreshProblems = async function () {
    try {
      const a = await ask(this.path + '/problems');
      if (a.status === 200) this.setProblems(a.body);
      if (a.status === 200 && !a.body.fresh) this.watchChecks();
    } catch (e) {
      /* the next poll asks again */
    }
  };
  S.watchChecks = function () {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => this.refreshProblems(), 400);
  };
  S.mark = function (row, column) {
    return this.marks && (this.marks.get(row.id + ' ' + this.columns[column].name) || (column === 0 && this.marks.get(row.id + ' ')));
  };
  S.history = async function (row) {
    const a = await ask(this.path + '/history?row=' + row.id);
    return a.status === 200 ? a.body.items : [];
  };
  S.list = async function (column) {
    const c = this.columns[column];
    if (c.choices) return c.choices;
    if (!c.list) return null;
    if (!c.items) {
      const a = await ask(c.list);
      c.items = a.status === 200 ? a.body.items : [];
    }
    return c.items;
  };

  /* ---- tab-separated text, as Excel and WPS put it on the clipboard ---- */
  function parse(text) {
    const rows = [];
    let row = [], cell = '', quoted = false;
    text = text.replace(/\r\n?/g, '\n');
    for (let i = 0; i < text.length; i++) {
      const ch = text[i];
      if (quoted) {
        if (ch === '"' && text[i + 1] === '"') cell += text[++i];
        else if (ch === '"') quoted = false;
        else cell += ch;
      } else if (ch === '"' && cell === '') quoted = true;
      else if (ch === '\t') row.push(cell), (cell = '');
      else if (ch === '\n') row.push(cell), rows.push(row), (row = []), (cell = '');
      else cell += ch;
    }
    if (cell !== '' || row.length) row.push(cell), rows.push(row);
    return rows;
  }
  function format(rows) {
    return rows.map(r => r.map(v => (/["\t\n]/.test(v) ? '"' + v.replace(/"/g, '""') + '"' : v)).join('\t')).join('\n');
  }

  const api = {Sheet, parse, format, PAGE};
  if (typeof module !== 'undefined') module.exports = api;
  else window.HengGrid = api;
})();
