"use strict";
// Ease only: every page reads and every form works without this file.
(function () {
  var root = document.documentElement, zh = root.lang.indexOf("zh") === 0;
  function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }

  // ---- light and dark ----
  function theme(name) { if (name) root.setAttribute("data-theme", name); else root.removeAttribute("data-theme"); }
  try { theme(localStorage.getItem("theme")); } catch (ignored) { /* no storage: the system's choice */ }
  all("[data-theme-switch]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.getAttribute("data-theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
      var next = dark === "dark" ? "light" : "dark";
      theme(next);
      try { localStorage.setItem("theme", next); } catch (ignored) { /* for this page only */ }
    });
  });

  // ---- the menu is folded on a telephone ----
  if (matchMedia("(max-width: 640px)").matches) all("[data-fold]").forEach(function (d) { d.open = false; });

  // ---- what cannot be undone is asked once more ----
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-confirm]") : null;
    if (button && !window.confirm((zh ? "确定要" : "Really: ") + button.textContent.trim() + (zh ? "吗？" : "?"))) event.preventDefault();
  });
  all("[data-check-all]").forEach(function (box) {
    box.hidden = false;
    box.addEventListener("change", function () {
      all("input[type=checkbox][name=id]", box.closest("table")).forEach(function (b) { b.checked = box.checked; });
    });
  });

  // ---- files dropped anywhere on the form ----
  all("input[data-drop]").forEach(function (input) {
    var form = input.form;
    if (!form) return;
    ["dragenter", "dragover"].forEach(function (name) {
      form.addEventListener(name, function (event) { event.preventDefault(); form.classList.add("over"); });
    });
    form.addEventListener("dragleave", function (event) { if (event.target === form) form.classList.remove("over"); });
    form.addEventListener("drop", function (event) {
      event.preventDefault();
      form.classList.remove("over");
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
    form.addEventListener("submit", function (event) {
      if (!input.files.length || !window.XMLHttpRequest) return;
      event.preventDefault();
      var request = new XMLHttpRequest(), bar = document.createElement("progress"), say = document.createElement("p");
      say.setAttribute("role", "status");
      say.textContent = zh ? "正在上传…" : "Uploading …";
      bar.max = 1;
      say.appendChild(bar);
      form.appendChild(say);
      request.upload.onprogress = function (e) { if (e.lengthComputable) bar.value = e.loaded / e.total; };
      request.onload = function () {
        if (request.status < 400) { location.href = request.responseURL; return; }
        document.open(); document.write(request.responseText); document.close();
      };
      request.onerror = function () { say.textContent = zh ? "上传失败，请重试" : "The upload failed: try again"; };
      request.open("POST", form.action);
      request.send(new FormData(form));
    });
  });

  // ---- parts that change by themselves: fetched again while somebody looks ----
  all("[data-refresh]").forEach(function (part) {
    var every = Math.max(500, parseInt(part.getAttribute("data-every"), 10) || 2000), id = part.id;
    function again() {
      var now = document.getElementById(id);
      if (!now || !now.hasAttribute("data-refresh")) return;
      if (document.hidden) { setTimeout(again, every); return; }
      fetch(now.getAttribute("data-refresh"), { credentials: "same-origin" }).then(function (r) { return r.ok ? r.text() : ""; }).then(function (text) {
        var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById(id);
        if (fresh) { now.replaceWith(fresh); now = fresh; }
        if (now.hasAttribute("data-refresh")) setTimeout(again, every);
      }).catch(function () { setTimeout(again, every * 4); });
    }
    setTimeout(again, every);
  });

  // ---- a page's picture fits its column, and the boxes on it with it ----
  all(".sheet").forEach(function (sheet) {
    var image = sheet.querySelector("img"), boxes = sheet.querySelector("svg");
    function fit() {
      if (!image.naturalWidth) return;
      boxes.setAttribute("viewBox", "0 0 " + image.naturalWidth + " " + image.naturalHeight);
      sheet.classList.add("fit");
    }
    if (image.complete) fit(); else image.addEventListener("load", fit);
  });

  // ---- keys: j k next and previous, Enter opens, / searches, ? tells ----
  var steps = [], at = -1;
  function step(by) {
    steps = all("[data-step]");
    if (!steps.length) return;
    at = Math.min(steps.length - 1, Math.max(0, at + by));
    steps.forEach(function (s, i) { s.classList.toggle("here", i === at); });
    var link = steps[at].matches("a") ? steps[at] : steps[at].querySelector("a");
    if (link) link.focus(); else { steps[at].tabIndex = -1; steps[at].focus(); }
    steps[at].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    var go = { "]": "[rel=next]", "[": "[rel=prev]" }[event.key], link = go && document.querySelector(go);
    if (link) location.href = link.href;
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "/") { var box = document.getElementById("search"); if (box) { event.preventDefault(); box.focus(); } }
    else if (event.key === "?") window.alert(zh ? "j 下一条  k 上一条  ] 下一页  [ 上一页  / 搜索" : "j next  k previous  ] next page  [ previous page  / search");
  });
})();
