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
