// Small helps for the office. Every page works without this file; nothing here decides anything.
"use strict";

// Filters act at once; the button stays for keyboards and for pages without scripts.
document.addEventListener("change", function (event) {
  var form = event.target.form;
  if (form && form.hasAttribute("data-auto") && event.target.tagName === "SELECT" && form.requestSubmit) { form.requestSubmit(); }
});

// An act that cannot be taken back is asked about once more; a form is sent once.
document.addEventListener("submit", function (event) {
  var form = event.target;
  var button = event.submitter;
  var words = button && button.getAttribute("data-confirm");
  if (words && !window.confirm(words)) { event.preventDefault(); return; }
  form.removeAttribute("data-dirty");
  if (form.method !== "post") { return; }
  if (form.hasAttribute("data-upload")) { sendWithProgress(form, button, event); return; }
  if (button) { window.setTimeout(function () { button.disabled = true; }, 0); }
});

// Coming back with the browser's button: buttons work again, what was typed is still there.
window.addEventListener("pageshow", function () {
  document.querySelectorAll("button[disabled]:not([data-off])").forEach(function (button) { button.disabled = false; });
});

// Text that was typed and not sent is not lost by a slip.
document.addEventListener("input", function (event) {
  var form = event.target.form;
  if (form && form.method === "post" && event.target.tagName === "TEXTAREA") { form.setAttribute("data-dirty", ""); }
});
window.addEventListener("beforeunload", function (event) {
  if (document.querySelector("form[data-dirty]")) { event.preventDefault(); event.returnValue = ""; }
});

// What went wrong is where reading goes on.
function readProblems() {
  var summary = document.querySelector(".summary[role=alert]");
  if (summary) { summary.tabIndex = -1; summary.focus(); }
}
readProblems();

// A link to something folded away unfolds it.
function unfold() {
  var place = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
  if (place && place.tagName === "DETAILS") { place.open = true; place.scrollIntoView(); }
}
unfold();
window.addEventListener("hashchange", unfold);

// Long uploads show how far they are. Where anything is unusual the browser sends the form by itself.
function sendWithProgress(form, button, event) {
  var meter = form.querySelector("progress");
  var chosen = Array.prototype.some.call(form.querySelectorAll("input[type=file]"), function (input) { return input.files.length > 0; });
  if (!meter || !chosen || !window.DOMParser) { return; }
  event.preventDefault();
  var data = new FormData(form);
  var request = new XMLHttpRequest();
  meter.hidden = false;
  if (button) { button.disabled = true; }
  request.open("POST", form.action);
  request.upload.onprogress = function (step) {
    if (step.lengthComputable) { meter.max = step.total; meter.value = step.loaded; }
  };
  // Everything is sent: the server reads. The bar shows that work goes on, not how far it is.
  request.upload.onload = function () { meter.removeAttribute("value"); };
  request.onload = function () {
    if (request.status < 400 && request.responseURL) { window.location.assign(request.responseURL); return; }
    var answer = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = answer.title;
    document.body.replaceWith(answer.body);
    window.scrollTo(0, 0);
    readProblems();
  };
  request.onerror = function () {
    meter.hidden = true;
    if (button) { button.disabled = false; }
    window.alert("文件没有传上去：与服务器的连接中断。请检查网络后重新提交，已填写的内容仍在。");
  };
  request.send(data);
}

// A catalogue's table is edited in place: one cell at a time, sent as soon as it is left or quiet. Without this the item's
// own page does the same.
(function () {
  var table = document.querySelector("[data-cells]");
  if (!table || !window.fetch) { return; }
  var status = document.getElementById("cells-status");
  var help = document.getElementById("cells-help");
  var cells = table.querySelectorAll("td[data-field]");
  if (help) { help.hidden = false; }
  cells.forEach(function (cell, at) { cell.tabIndex = at === 0 ? 0 : -1; });

  function move(from, to) {
    if (!to) { return; }
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }

  function beside(cell, step) {
    var next = step > 0 ? cell.nextElementSibling : cell.previousElementSibling;
    return next && next.hasAttribute("data-field") ? next : null;
  }

  function above(cell, step) {
    var row = cell.parentNode;
    do { row = step > 0 ? row.nextElementSibling : row.previousElementSibling; } while (row && !row.hasAttribute("data-code"));
    return row && row.querySelector("td[data-field=" + cell.getAttribute("data-field") + "]");
  }

  function show(cell, words) {
    cell.classList.remove("editing");
    cell.textContent = "";
    if (words) { cell.textContent = words; return; }
    var dash = document.createElement("span");
    dash.className = "soft";
    dash.textContent = "—";
    cell.appendChild(dash);
  }

  function mark(row, answer) {
    row.querySelectorAll("td[data-field]").forEach(function (cell) {
      var worst = answer.marks[cell.getAttribute("data-field")];
      cell.classList.toggle("cell-error", worst === "error");
      cell.classList.toggle("cell-warning", worst === "warning");
    });
    var notes = row.nextElementSibling;
    if (!notes || !notes.classList.contains("row-notes")) {
      if (!answer.notes.length) { return; }
      notes = document.createElement("tr");
      notes.className = "row-notes";
      notes.innerHTML = "<td><ul></ul></td>";
      notes.firstChild.colSpan = row.children.length;
      row.after(notes);
    }
    var list = notes.querySelector("ul");
    list.querySelectorAll("li:not(.remark)").forEach(function (line) { line.remove(); });
    answer.notes.slice().reverse().forEach(function (note) {
      var line = document.createElement("li");
      var badge = document.createElement("span");
      badge.className = "badge " + note[1];
      badge.textContent = note[0];
      line.append(badge, " " + note[2]);
      list.prepend(line);
    });
    if (!list.children.length) { notes.remove(); }
  }

  // The words are kept: forms on the page go on from the new version, and undoing takes back this change.
  function kept(row, cell, answer) {
    cell.setAttribute("data-words", answer.words);
    document.querySelectorAll("input[name=version]").forEach(function (input) { input.value = answer.version; });
    var undo = document.querySelector("form[data-undo]");
    if (undo && answer.undo) {
      undo.hidden = false;
      undo.querySelector("input[name=sequence]").value = answer.undo[0];
      undo.querySelector("button span").textContent = answer.undo[1];
    }
    mark(row, answer);
    status.textContent = "已保存。";
  }

  function send(cell, words, done) {
    var row = cell.parentNode;
    var body = new URLSearchParams();
    body.set("csrf", table.getAttribute("data-csrf"));
    body.set("code", row.getAttribute("data-code"));
    body.set("field", cell.getAttribute("data-field"));
    body.set("before", cell.getAttribute("data-words"));
    body.set("after", words);
    status.textContent = "正在保存……";
    fetch(table.getAttribute("data-cells"), { method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (answer.ok) { return answer.json().then(function (answer) { kept(row, cell, answer); done(true); }); }
        status.textContent = answer.status === 409
          ? "没有保存：这一格刚被他人修改。请复制您填写的内容，刷新页面后再改。"
          : "没有保存。请刷新页面后再试；登录超时的，请先在新窗口登录。您填写的内容仍在格中。";
        done(false);
      })
      .catch(function () { status.textContent = "没有保存：与服务器的连接中断。您填写的内容仍在格中，请检查网络后再试。"; done(false); });
  }

  function edit(cell) {
    if (cell.classList.contains("editing")) { return; }
    var area = document.createElement("textarea");
    var timer = 0;
    var busy = false;
    var again = null;
    area.value = cell.getAttribute("data-words");
    area.setAttribute("aria-label", cell.getAttribute("data-label"));
    cell.textContent = "";
    cell.classList.add("editing");
    cell.appendChild(area);
    area.focus();

    function save(close) {
      window.clearTimeout(timer);
      if (busy) { again = close || again; return; }
      if (area.value.trim() === cell.getAttribute("data-words").trim()) {
        if (close) { show(cell, cell.getAttribute("data-words")); }
        return;
      }
      busy = true;
      send(cell, area.value, function (well) {
        busy = false;
        if (well && close) { show(cell, cell.getAttribute("data-words")); }
        if (well && again !== null) { var last = again; again = null; save(last); }
      });
    }

    area.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(function () { save(false); }, 1500);
    });
    area.addEventListener("blur", function () { if (cell.classList.contains("editing")) { save(true); } });
    area.addEventListener("keydown", function (event) {
      event.stopPropagation();
      if (event.isComposing) { return; }
      if (event.key === "Escape") {
        window.clearTimeout(timer);
        area.value = cell.getAttribute("data-words");
        show(cell, area.value);
        cell.focus();
      } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        cell.focus();
      } else if (event.key === "Tab") {
        var next = beside(cell, event.shiftKey ? -1 : 1);
        if (next) { event.preventDefault(); move(cell, next); edit(next); }
      }
    });
  }

  table.addEventListener("click", function (event) {
    var cell = event.target.closest("td[data-field]");
    if (!cell || event.target.tagName === "TEXTAREA" || String(window.getSelection())) { return; }
    move(table.querySelector("td[data-field][tabindex='0']") || cell, cell);
    edit(cell);
  });
  table.addEventListener("keydown", function (event) {
    var cell = event.target;
    if (!cell.hasAttribute("data-field")) { return; }
    var to = null;
    if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); edit(cell); return; }
    if (event.key === "ArrowRight") { to = beside(cell, 1); }
    if (event.key === "ArrowLeft") { to = beside(cell, -1); }
    if (event.key === "ArrowDown") { to = above(cell, 1); }
    if (event.key === "ArrowUp") { to = above(cell, -1); }
    if (to) { event.preventDefault(); move(cell, to); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    var undo = document.querySelector("form[data-undo]");
    if (undo && !undo.hidden) { event.preventDefault(); undo.requestSubmit(); }
  });
})();

// A disclosure's text is written as it will look. What is pasted from Word keeps its structure; the server cleans it. Without
// this the field holds plain text, whose lines become paragraphs.
(function () {
  var field = document.querySelector("textarea[data-rich]");
  if (!field || !("contentEditable" in document.body)) { return; }
  var tools = document.createElement("div");
  tools.className = "rich-tools";
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", "格式");
  var area = document.createElement("div");
  area.className = "rich";
  area.contentEditable = "true";
  area.setAttribute("role", "textbox");
  area.setAttribute("aria-multiline", "true");
  area.setAttribute("aria-labelledby", "body-label");
  area.setAttribute("aria-describedby", "body-hint");
  area.innerHTML = field.value;
  [["正文", "formatBlock", "p"], ["标题", "formatBlock", "h2"], ["小标题", "formatBlock", "h3"], ["加粗", "bold"], ["编号", "insertOrderedList"], ["列表", "insertUnorderedList"]].forEach(function (tool) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = tool[0];
    button.addEventListener("click", function () {
      area.focus();
      document.execCommand(tool[1], false, tool[2]);
      sync();
    });
    tools.append(button);
  });
  function sync() {
    field.value = area.innerHTML;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.addEventListener("input", sync);
  // The server decides what stays; what the page's own policy would refuse to show is left out at once.
  area.addEventListener("paste", function (event) {
    var html = event.clipboardData && event.clipboardData.getData("text/html");
    if (!html) { return; }
    event.preventDefault();
    html = html.replace(/<!--[\s\S]*?-->/g, "")
      .replace(/<(script|style|title|xml|head)\b[\s\S]*?<\/\1>/gi, "")
      .replace(/<\/?[a-z]+:[^>]*>/gi, "")
      .replace(/\s(style|class|lang|on[a-z]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/gi, "");
    document.execCommand("insertHTML", false, html);
    sync();
  });
  document.getElementById("body-label").addEventListener("click", function () { area.focus(); });
  field.hidden = true;
  field.before(tools, area);
})();

// What is written is kept while it is written, so that nothing is lost by a power cut.
(function () {
  var form = document.querySelector("form[data-keep]");
  var told = document.getElementById("kept");
  if (!form || !told || !window.fetch || !window.URLSearchParams) { return; }
  var timer = 0;
  var sending = false;
  var waiting = false;
  function keep() {
    if (sending) { timer = window.setTimeout(keep, 1000); return; }
    sending = true;
    told.textContent = "正在保存……";
    var asked = { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)) };
    window.fetch(form.action, asked).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (answer) {
      document.querySelectorAll("input[name=version]").forEach(function (input) { input.value = answer.version; });
      form.removeAttribute("data-dirty");
      told.textContent = "已自动保存";
    }).catch(function () {
      told.textContent = "没有保存：请检查网络，或刷新页面核对是否有他人修改。内容仍在本页。";
    }).then(function () {
      sending = false;
      if (waiting) { form.requestSubmit(); }
    });
  }
  form.addEventListener("input", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 2500);
  });
  // One after the other: the person's own saving follows the one under way.
  form.addEventListener("submit", function (event) {
    window.clearTimeout(timer);
    waiting = sending;
    if (sending) { event.preventDefault(); }
  });
})();
