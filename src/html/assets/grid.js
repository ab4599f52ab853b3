/* grid.js: a sheet as a spreadsheet: only the rows in sight are in the page, everything by keyboard. What it keeps and sends: grid-data.js. */
'use strict';
(function () {
  const ROW = 27, AHEAD = 12, {Sheet, parse, format} = window.HengGrid;

  function make(tag, attributes, text) {
    const el = document.createElement(tag);
    for (const k in attributes || {}) el.setAttribute(k, attributes[k]);
    if (text !== undefined) el.textContent = text;
    return el;
  }

  function Grid(root) {
    const zh = root.dataset.lang !== 'en';
    this.tr = (a, b) => (zh ? a : b);
    this.root = root;
    this.sheet = new Sheet(root.dataset.sheet, root.dataset.csrf, root.dataset.user, (what, detail) => this.told(what, detail));
    this.focus = {row: 0, column: 0};
    this.anchor = null; /* where a selection began */
    this.flash = new Set();
    this.conflicts = [];
  }
  const G = Grid.prototype;

  G.start = async function () {
    const t = this.tr;
    this.bar = make('div', {class: 'grid-bar'});
    this.status = make('span', {class: 'grid-status', role: 'status'}, t('正在打开…', 'opening…'));
    this.buttons = [
      [t('撤销', 'Undo'), 'Ctrl+Z', () => this.sheet.undoOne()], [t('重做', 'Redo'), 'Ctrl+Y', () => this.sheet.redoOne()],
      [t('插入行', 'Insert row'), 'Ctrl++', () => this.insertRow()], [t('删除行', 'Delete row'), 'Ctrl+-', () => this.removeRows()],
      [t('向下填充', 'Fill down'), 'Ctrl+D', () => this.fill()], [t('这一行的修改', 'Changes of the row'), 'Alt+H', () => this.showHistory()],
      [t('这一行的意见', 'Remarks on the row'), '', () => this.openRow()]
    ].map(([text, key, act]) => {
      const b = make('button', {type: 'button', title: key}, text);
      b.addEventListener('click', () => (act(), this.draw(), this.view.focus()));
      this.bar.append(b);
      return b;
    });
    this.bar.append(this.status);
    this.root.append(this.bar);
    let left = null;
    try {
      left = await this.sheet.open();
    } catch (e) {
      this.status.textContent = e.message;
      return;
    }
    this.build();
    this.draw();
    const plain = document.getElementById('plain');
    if (plain) plain.hidden = true;
    this.say(this.sheet.editable ? t('可以编辑：F2 或直接输入，Ctrl+V 粘贴', 'editable: F2 or type, Ctrl+V pastes') : t('锁定，只能看', 'locked: to be read only'));
    if (left) this.offer(left);
  };

  G.build = function () {
    const columns = this.sheet.columns;
    this.lefts = [];
    let x = 0;
    this.widths = columns.map(c => c.width * 9 + 18);
    const number = Math.max(44, String(this.sheet.total).length * 9 + 18);
    this.lefts = this.widths.map(w => ((x += w), x - w));
    this.width = x + number;
    this.number = number;
    this.view = make('div', {class: 'grid-view', role: 'grid', tabindex: '0', 'aria-label': this.sheet.title, 'aria-multiselectable': 'true', 'aria-colcount': String(columns.length + 1)});
    if (!this.sheet.editable) this.view.setAttribute('aria-readonly', 'true');
    const head = make('div', {class: 'grid-head', role: 'rowgroup'}), row = make('div', {class: 'grid-row', role: 'row', 'aria-rowindex': '1'});
    head.style.width = this.width + 'px';
    row.append(this.cell('columnheader', this.tr('行', 'Row'), 0, number, 1, 'grid-number'));
    columns.forEach((c, i) => {
      const h = this.cell('columnheader', c.title + (c.need ? ' *' : ''), number + this.lefts[i], this.widths[i], i + 2, i < this.sheet.frozen ? 'grid-frozen' : '');
      if (c.help) h.title = c.help;
      row.append(h);
    });
    head.append(row);
    this.body = make('div', {class: 'grid-body', role: 'rowgroup'});
    this.body.style.width = this.width + 'px';
    this.layer = make('div', {class: 'grid-layer'}); /* what is being typed: drawing rows anew does not touch it */
    this.view.append(head, this.body, this.layer);
    this.list = make('div', {class: 'grid-problems'});
    this.panel = make('div', {class: 'grid-panel', role: 'region', 'aria-label': this.tr('需要决定的', 'To be decided')});
    this.panel.hidden = true;
    this.root.append(this.view, this.panel, this.list);
    this.view.addEventListener('scroll', () => this.draw());
    this.view.addEventListener('keydown', e => this.key(e));
    this.view.addEventListener('mousedown', e => this.press(e));
    this.view.addEventListener('mousemove', e => e.buttons === 1 && !this.editor && this.drag(e));
    this.view.addEventListener('dblclick', () => this.edit());
    this.view.addEventListener('copy', e => this.copy(e));
    this.view.addEventListener('cut', e => (this.copy(e), this.clear()));
    this.view.addEventListener('paste', e => this.paste(e));
    window.addEventListener('beforeunload', e => {
      if (this.sheet.queue.length || this.sheet.sending) e.preventDefault();
    });
  };

  G.cell = function (role, text, left, width, index, more) {
    const el = make('div', {class: 'grid-cell ' + more, role, 'aria-colindex': String(index)}, text);
    el.style.left = left + 'px';
    el.style.width = width + 'px';
    return el;
  };

  /* ---- drawing: the rows in sight and a few more ---- */
  G.draw = function () {
    if (!this.body) return;
    const sheet = this.sheet, top = this.view.scrollTop, height = this.view.clientHeight;
    this.body.style.height = sheet.total * ROW + 'px';
    this.view.setAttribute('aria-rowcount', String(sheet.total + 1));
    const from = Math.max(0, Math.floor(top / ROW) - AHEAD), to = Math.min(sheet.total - 1, Math.ceil((top + height) / ROW) + AHEAD);
    sheet.need(from - 100, to + 100);
    const rows = document.createDocumentFragment();
    for (let r = from; r <= to; r++) rows.append(this.row(r));
    this.body.replaceChildren(rows);
    const here = this.body.querySelector('.grid-here');
    if (here) this.view.setAttribute('aria-activedescendant', here.id);
    else this.view.removeAttribute('aria-activedescendant');
  };
  G.row = function (r) {
    const data = this.sheet.at(r), el = make('div', {class: 'grid-row', role: 'row', 'aria-rowindex': String(r + 2)});
    el.style.top = r * ROW + 'px';
    el.dataset.row = r;
    el.append(this.cell('rowheader', String(r + 1), 0, this.number, 1, 'grid-number'));
    this.sheet.columns.forEach((c, i) => {
      const here = r === this.focus.row && i === this.focus.column, chosen = this.inSelection(r, i);
      let more = (i < this.sheet.frozen ? 'grid-frozen ' : '') + (c.type === 'amount' || c.type === 'int' ? 'grid-amount ' : '') + (here ? 'grid-here ' : '') + (chosen ? 'grid-chosen ' : '');
      const mark = data && this.sheet.mark(data, i);
      if (mark) more += 'grid-' + mark.severity + ' ';
      if (data && this.flash.has(data.id)) more += 'grid-flash ';
      const cell = this.cell('gridcell', data ? data.cells[i] : '…', this.number + this.lefts[i], this.widths[i], i + 2, more);
      cell.id = this.id(r, i);
      cell.dataset.column = i;
      if (chosen || here) cell.setAttribute('aria-selected', 'true');
      if (mark) {
        cell.setAttribute('aria-invalid', 'true');
        cell.title = mark.text;
      }
      el.append(cell);
    });
    return el;
  };
  G.id = function (r, i) {
    return 'g' + r + 'c' + i;
  };
  G.area = function () {
    const a = this.anchor || this.focus, b = this.focus;
    return {top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.column, b.column), right: Math.max(a.column, b.column)};
  };
  G.inSelection = function (r, i) {
    if (!this.anchor) return false;
    const s = this.area();
    return r >= s.top && r <= s.bottom && i >= s.left && i <= s.right;
  };
  G.go = function (row, column, extend) {
    const n = this.sheet.total, before = {row: this.focus.row, column: this.focus.column};
    if (extend && !this.anchor) this.anchor = before;
    if (!extend) this.anchor = null;
    this.focus.row = Math.max(0, Math.min(n - 1, row));
    this.focus.column = Math.max(0, Math.min(this.sheet.columns.length - 1, column));
    const head = ROW + 4, top = this.focus.row * ROW, view = this.view;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + ROW + head > view.scrollTop + view.clientHeight) view.scrollTop = top + ROW + head - view.clientHeight;
    const left = this.lefts[this.focus.column], width = this.widths[this.focus.column], frozen = this.number + (this.sheet.frozen ? this.widths[0] : 0);
    if (left + this.number - frozen < view.scrollLeft) view.scrollLeft = left + this.number - frozen;
    else if (left + width + this.number > view.scrollLeft + view.clientWidth) view.scrollLeft = left + width + this.number - view.clientWidth;
    this.draw();
    const data = this.sheet.at(this.focus.row), mark = data && this.sheet.mark(data, this.focus.column);
    if (mark) this.say(mark.text);
  };

  /* ---- hands ---- */
  G.press = function (e) {
    const cell = e.target.closest('.grid-cell[data-column]');
    if (!cell || this.editor) return;
    this.view.focus();
    this.go(Number(cell.parentNode.dataset.row), Number(cell.dataset.column), e.shiftKey);
    e.preventDefault();
  };
  G.drag = function (e) {
    const cell = e.target.closest('.grid-cell[data-column]');
    if (cell) this.go(Number(cell.parentNode.dataset.row), Number(cell.dataset.column), true);
  };
  G.key = function (e) {
    if (this.editor) return;
    const f = this.focus, page = Math.max(1, Math.floor(this.view.clientHeight / ROW) - 2), ctrl = e.ctrlKey || e.metaKey, last = this.sheet.columns.length - 1;
    const moves = {
      ArrowUp: [ctrl ? 0 : f.row - 1, f.column], ArrowDown: [ctrl ? this.sheet.total - 1 : f.row + 1, f.column], ArrowLeft: [f.row, ctrl ? 0 : f.column - 1],
      ArrowRight: [f.row, ctrl ? last : f.column + 1], PageUp: [f.row - page, f.column], PageDown: [f.row + page, f.column],
      Home: [ctrl ? 0 : f.row, 0], End: [ctrl ? this.sheet.total - 1 : f.row, last]
    };
    let used = true;
    if (moves[e.key]) this.go(moves[e.key][0], moves[e.key][1], e.shiftKey);
    else if (e.key === 'Enter') this.go(f.row + (e.shiftKey ? -1 : 1), f.column);
    else if (e.key === 'F2') this.edit();
    else if (e.key === 'Delete' || e.key === 'Backspace') this.clear();
    else if (e.key === 'Escape') (this.anchor = null), this.draw();
    else if (e.altKey && e.key.toLowerCase() === 'h') this.showHistory();
    else if (ctrl && e.key.toLowerCase() === 'z') this.said(this.sheet.undoOne());
    else if (ctrl && e.key.toLowerCase() === 'y') this.said(this.sheet.redoOne());
    else if (ctrl && e.key.toLowerCase() === 'd') this.fill();
    else if (ctrl && e.key.toLowerCase() === 'a') (this.anchor = {row: 0, column: 0}), (this.focus = {row: this.sheet.total - 1, column: last}), this.draw();
    else if (ctrl && (e.key === '+' || e.key === '=')) this.insertRow();
    else if (ctrl && e.key === '-') this.removeRows();
    else if (!ctrl && !e.altKey && e.key.length === 1) this.edit(e.key);
    else used = false;
    if (used) e.preventDefault();
  };
  G.said = function (n) {
    this.draw();
    this.say(n ? this.tr('改回 ' + n + ' 格', n + ' cells changed back') : this.tr('没有可改回的', 'nothing to change back'));
  };

  /* ---- one cell ---- */
  G.edit = async function (typed) {
    const row = this.sheet.at(this.focus.row), column = this.focus.column, kind = this.sheet.columns[column];
    if (!row || !this.sheet.editable || this.editor) return;
    const input = make('input', {class: 'grid-input', 'aria-label': kind.title, autocomplete: 'off'});
    input.value = typed !== undefined ? typed : row.cells[column];
    input.style.left = this.number + this.lefts[column] + 'px';
    input.style.width = Math.max(this.widths[column], 90) + 'px';
    input.style.top = this.focus.row * ROW + 'px';
    this.editor = {input, row: this.focus.row, column, id: row.id, box: null, items: [], at: -1};
    this.layer.append(input);
    input.focus();
    input.addEventListener('keydown', e => this.editKey(e));
    input.addEventListener('input', () => this.choices());
    input.addEventListener('blur', () => this.endEdit(true));
    const mine = this.editor;
    const items = await this.sheet.list(column);
    if (items && this.editor === mine) {
      mine.items = items;
      input.setAttribute('role', 'combobox');
      input.setAttribute('aria-autocomplete', 'list');
      this.choices(typed === undefined);
    }
  };
  /* Codes and names that hold what was typed. */
  G.choices = function (all) {
    const ed = this.editor;
    if (!ed || !ed.items.length) return;
    const typed = ed.input.value.trim().toLowerCase();
    ed.found = ed.items.filter(i => all || !typed || i[0].toLowerCase().includes(typed) || i[1].toLowerCase().includes(typed)).slice(0, 50);
    if (!ed.box) {
      ed.box = make('ul', {class: 'grid-list', role: 'listbox', id: 'grid-list', 'aria-label': this.sheet.columns[ed.column].title});
      ed.box.style.left = ed.input.style.left;
      ed.box.style.top = (ed.row + 1) * ROW + 'px';
      this.layer.append(ed.box);
      ed.input.setAttribute('aria-controls', 'grid-list');
      ed.box.addEventListener('mousedown', e => {
        const li = e.target.closest('li');
        e.preventDefault();
        if (li) (ed.input.value = li.dataset.value), this.endEdit(true), this.view.focus();
      });
    }
    ed.at = -1;
    ed.box.replaceChildren(...ed.found.map((i, n) => {
      const li = make('li', {role: 'option', id: 'grid-option-' + n}, i[1] && i[1] !== i[0] ? i[0] + ' ' + i[1] : i[0]);
      li.dataset.value = i[0];
      return li;
    }));
    ed.box.hidden = !ed.found.length;
    ed.input.setAttribute('aria-expanded', String(!!ed.found.length));
  };
  G.pick = function (by) {
    const ed = this.editor;
    if (!ed.box || !ed.found.length) return false;
    ed.at = (ed.at + by + ed.found.length) % ed.found.length;
    [...ed.box.children].forEach((li, n) => li.setAttribute('aria-selected', String(n === ed.at)));
    ed.box.children[ed.at].scrollIntoView({block: 'nearest'});
    ed.input.setAttribute('aria-activedescendant', 'grid-option-' + ed.at);
    return true;
  };
  G.editKey = function (e) {
    const ed = this.editor;
    e.stopPropagation();
    if (e.isComposing) return; /* a Chinese input method is at work */
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      if (this.pick(e.key === 'ArrowDown' ? 1 : -1)) e.preventDefault();
    } else if (e.key === 'Enter' || e.key === 'Tab') {
      if (ed.at >= 0) ed.input.value = ed.found[ed.at][0];
      this.endEdit(true);
      this.view.focus();
      if (e.key === 'Enter') this.go(this.focus.row + (e.shiftKey ? -1 : 1), this.focus.column);
      else this.go(this.focus.row, this.focus.column + (e.shiftKey ? -1 : 1));
      e.preventDefault();
    } else if (e.key === 'Escape') {
      this.endEdit(false);
      this.view.focus();
      e.preventDefault();
    }
  };
  G.endEdit = function (save) {
    const ed = this.editor;
    if (!ed) return;
    this.editor = null;
    const value = ed.input.value.trim(), row = this.sheet.at(ed.row);
    ed.input.remove();
    if (ed.box) ed.box.remove();
    if (save && row && row.id === ed.id) this.sheet.change([{position: ed.row, column: ed.column, value}]);
    this.draw();
  };

  /* ---- ranges ---- */
  G.clear = function () {
    if (!this.sheet.editable) return;
    const s = this.area(), changes = [];
    for (let r = s.top; r <= s.bottom; r++) for (let i = s.left; i <= s.right; i++) changes.push({position: r, column: i, value: ''});
    this.sheet.change(changes);
    this.draw();
  };
  G.copy = function (e) {
    if (this.editor) return;
    const s = this.area(), rows = [];
    for (let r = s.top; r <= s.bottom; r++) {
      const row = this.sheet.at(r);
      rows.push(this.sheet.columns.slice(s.left, s.right + 1).map((c, i) => (row ? row.cells[s.left + i] : '')));
    }
    e.clipboardData.setData('text/plain', format(rows));
    e.preventDefault();
  };
  /* A range from Excel or WPS; one value fills the whole selection; what is longer than the sheet becomes new rows. */
  G.paste = async function (e) {
    if (this.editor || !this.sheet.editable) return;
    e.preventDefault();
    const rows = parse(e.clipboardData.getData('text/plain')), s = this.area(), changes = [];
    if (!rows.length) return;
    const one = rows.length === 1 && rows[0].length === 1, below = one ? s.bottom : Math.min(this.sheet.total - 1, s.top + rows.length - 1);
    await this.sheet.need(s.top, below);
    for (let r = s.top; r <= below; r++) {
      const from = one ? rows[0] : rows[r - s.top];
      for (let i = s.left; i <= (one ? s.right : Math.min(this.sheet.columns.length - 1, s.left + from.length - 1)); i++)
        changes.push({position: r, column: i, value: (one ? from[0] : from[i - s.left]).trim()});
    }
    const n = this.sheet.change(changes), more = one ? [] : rows.slice(this.sheet.total - s.top), last = this.sheet.at(this.sheet.total - 1);
    if (more.length) this.sheet.insert(last ? last.id : 0, more.map(r => Array(s.left).fill('').concat(r.map(v => v.trim()))));
    if (!one) {
      this.anchor = {row: s.top, column: s.left};
      this.focus = {row: below, column: Math.min(this.sheet.columns.length - 1, s.left + rows[0].length - 1)};
    }
    this.draw();
    this.say(this.tr('粘贴：改 ' + n + ' 格' + (more.length ? '，加 ' + more.length + ' 行' : ''), 'pasted: ' + n + ' cells changed, ' + more.length + ' rows added'));
  };
  G.fill = function () {
    if (!this.sheet.editable) return;
    const s = this.area(), changes = [], first = s.top === s.bottom ? s.top - 1 : s.top, row = this.sheet.at(first);
    if (!row) return;
    for (let r = first + 1; r <= s.bottom; r++) for (let i = s.left; i <= s.right; i++) changes.push({position: r, column: i, value: row.cells[i]});
    this.say(this.tr('填充 ' + this.sheet.change(changes) + ' 格', 'filled'));
    this.draw();
  };
  G.insertRow = function () {
    if (!this.sheet.editable) return;
    const row = this.sheet.at(this.focus.row);
    /* a new line of the year begins like the one above: its year and version */
    const cells = this.sheet.columns.map((c, i) => (row && (c.name === 'year' || c.name === 'version') ? row.cells[i] : ''));
    this.sheet.insert(row ? row.id : 0, [cells]);
  };
  G.removeRows = function () {
    if (!this.sheet.editable) return;
    const s = this.area(), rows = [];
    for (let r = s.top; r <= s.bottom; r++) if (this.sheet.at(r)) rows.push(this.sheet.at(r));
    const ask = this.tr('删去 ' + rows.length + ' 行？修改记录里找得回来。', 'Delete ' + rows.length + ' rows? The history keeps them.');
    if (rows.length && window.confirm(ask)) rows.forEach(r => this.sheet.remove(r));
  };
  G.showHistory = async function () {
    const row = this.sheet.at(this.focus.row);
    if (!row) return;
    const items = await this.sheet.history(row), list = make('ul');
    items.forEach(i => {
      const c = this.sheet.columns.find(x => x.name === i.what);
      list.append(make('li', {}, i.at + ' ' + i.who + ' · ' + (c ? c.title : i.what) + '：' + (i.before || '∅') + ' → ' + (i.after || '∅')));
    });
    if (!items.length) list.append(make('li', {}, this.tr('没有修改过', 'never changed')));
    this.openPanel(this.tr('第 ' + (this.focus.row + 1) + ' 行的修改', 'Changes of row ' + (this.focus.row + 1)), list);
  };
  /* The row as a form, with what others remarked on it. */
  G.openRow = function () {
    const row = this.sheet.at(this.focus.row);
    if (row) location.href = this.sheet.path + '/rows/' + row.id;
  };
  G.openPanel = function (title, content) {
    const close = make('button', {type: 'button'}, this.tr('关上', 'Close'));
    close.addEventListener('click', () => ((this.panel.hidden = true), this.view.focus()));
    this.panel.replaceChildren(make('h2', {}, title), content, close);
    this.panel.hidden = false;
  };

  /* ---- what the sheet tells ---- */
  G.say = function (text) {
    this.status.textContent = text;
  };
  G.told = function (what, detail) {
    const t = this.tr;
    if (!this.body && what !== 'offline') return;
    if (what === 'rows' || what === 'moved' || what === 'saved') this.editor || this.draw();
    if (what === 'saving') this.say(t('有 ' + (this.sheet.queue.length || 1) + ' 处还没有存', 'not saved yet'));
    if (what === 'saved' && !this.sheet.queue.length) this.say(t('已存', 'saved'));
    if (what === 'offline') this.say(t('连不上，改动留着，自动再试', 'no connection: edits are kept and sent again'));
    if (what === 'refused') this.openPanel(t('没有存上', 'Not saved'), make('p', {}, detail.text)), this.draw();
    if (what === 'conflict') this.clash(detail);
    if (what === 'problems') this.showProblems();
    if (what === 'others') {
      detail.forEach(id => this.flash.add(id));
      setTimeout(() => (detail.forEach(id => this.flash.delete(id)), this.editor || this.draw()), 2500);
      if (!this.editor) this.draw();
    }
  };
  /* Each conflict with both values; nothing is lost until somebody decides. */
  G.clash = function (detail) {
    const t = this.tr, box = make('div');
    detail.conflicts.forEach(c => {
      const column = this.sheet.columns.find(x => x.name === c.column), p = make('p'), edit = detail.edits.find(e => e.row === c.row || e.delete === c.row);
      if (c.gone || !column) p.textContent = t('这一行别人已经改过或删了，没有存上。', 'The row was changed or deleted by somebody else: not saved.');
      else p.textContent = column.title + t('：您写的“' + c.yours + '”，' + (c.who || '别人') + ' ' + (c.at || '') + ' 写的“' + c.theirs + '”。', ': yours "' + c.yours + '", ' + (c.who || 'somebody else') + ' wrote "' + c.theirs + '".');
      if (column && edit && edit.cells) {
        const mine = make('button', {type: 'button'}, t('用我的', 'Keep mine')), theirs = make('button', {type: 'button'}, t('用他的', 'Take theirs'));
        mine.addEventListener('click', () => (this.sheet.keepMine({row: c.row, cells: {[c.column]: c.yours}}), p.remove(), this.decided(box)));
        theirs.addEventListener('click', () => (p.remove(), this.decided(box)));
        p.append(' ', mine, ' ', theirs);
      }
      box.append(p);
    });
    /* the cells of these rows that nobody else touched are still wanted */
    detail.edits.forEach(e => {
      const taken = detail.conflicts.filter(c => c.row === e.row).map(c => c.column), rest = {};
      for (const name in e.cells || {}) if (!taken.includes(name)) rest[name] = e.cells[name];
      if (e.row && Object.keys(rest).length) this.sheet.keepMine({row: e.row, cells: rest});
    });
    this.openPanel(t('别人刚改过', 'Changed by somebody else meanwhile'), box);
    this.draw();
  };
  G.decided = function (box) {
    if (!box.children.length) (this.panel.hidden = true), this.view.focus();
    this.draw();
  };
  G.offer = function (left) {
    const t = this.tr, box = make('div'), send = make('button', {type: 'button'}, t('现在存', 'Save them now')), drop = make('button', {type: 'button'}, t('不要了', 'Drop them'));
    box.append(make('p', {}, t('上次有 ' + left.edits.length + ' 处改动没有存上。', left.edits.length + ' edits of last time were not saved.')), send, ' ', drop);
    send.addEventListener('click', () => (this.sheet.sendLeft(left), (this.panel.hidden = true), this.view.focus()));
    drop.addEventListener('click', () => (this.sheet.dropLeft(), (this.panel.hidden = true), this.view.focus()));
    this.openPanel(t('没有存上的改动', 'Edits that were not saved'), box);
  };
  G.showProblems = function () {
    const p = this.sheet.problems, t = this.tr, list = make('ul');
    p.items.slice(0, 100).forEach(i => {
      const li = make('li'), b = make('button', {type: 'button', class: 'grid-' + i.severity}, t({error: '错误', warning: '警告', hint: '提示'}[i.severity], i.severity) + ' ' + i.text);
      b.addEventListener('click', () => this.find(i));
      li.append(b);
      list.append(li);
    });
    const text = t('全年数据：错误 ' + p.errors + '，警告 ' + p.warnings + '，提示 ' + p.hints, 'the whole year: ' + p.errors + ' errors, ' + p.warnings + ' warnings, ' + p.hints + ' hints');
    this.list.replaceChildren(make('p', {role: 'status'}, text + (p.fresh ? '' : t('（正在重新检查）', ' (being checked again)'))), list);
    if (!this.editor) this.draw();
  };
  G.find = function (problem) {
    for (const [position, row] of this.sheet.rows)
      if (row.id === problem.row) {
        this.view.focus();
        return this.go(position, Math.max(0, this.sheet.columns.findIndex(c => c.name === problem.column)));
      }
    location.href = this.sheet.path + '/rows/' + problem.row; /* not in memory: its form */
  };

  for (const root of document.querySelectorAll('div.grid[data-sheet]')) {
    const grid = new Grid(root);
    root.grid = grid; /* for who looks from outside */
    grid.start();
  }
})();
