// Small helps for the office. Every page works without this file.
"use strict";

// Filters act at once; the button stays for keyboards and for pages without scripts.
document.addEventListener("change", function (event) {
  var form = event.target.form;
  if (form && form.hasAttribute("data-auto") && event.target.tagName === "SELECT") { form.requestSubmit(); }
});

// An act that cannot be taken back is asked about once more.
document.addEventListener("submit", function (event) {
  var words = event.submitter && event.submitter.getAttribute("data-confirm");
  if (words && !window.confirm(words)) { event.preventDefault(); return; }
  var form = event.target;
  form.removeAttribute("data-dirty");
  if (form.method === "post" && event.submitter && !event.defaultPrevented) {
    var button = event.submitter;
    window.setTimeout(function () { button.disabled = true; }, 0);
  }
});

// Coming back with the browser's button: buttons work again, what was typed is still there.
window.addEventListener("pageshow", function () {
  document.querySelectorAll("button[disabled]:not([data-off])").forEach(function (button) { button.disabled = false; });
});

// Text that was typed and not sent is not lost by a slip.
document.addEventListener("input", function (event) {
  if (event.target.form && event.target.tagName === "TEXTAREA") { event.target.form.setAttribute("data-dirty", ""); }
});
window.addEventListener("beforeunload", function (event) {
  if (document.querySelector("form[data-dirty]")) { event.preventDefault(); }
});

// Long uploads show how far they are.
document.querySelectorAll("form[data-upload]").forEach(function (form) {
  form.addEventListener("submit", function (event) {
    if (event.defaultPrevented || !window.XMLHttpRequest) { return; }
    var meter = form.querySelector("progress");
    if (!meter) { return; }
    event.preventDefault();
    form.removeAttribute("data-dirty");
    meter.hidden = false;
    var request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.onprogress = function (step) {
      if (step.lengthComputable) { meter.max = step.total; meter.value = step.loaded; }
    };
    request.onload = function () {
      if (request.responseURL && request.status < 400) { window.location.assign(request.responseURL); return; }
      document.open(); document.write(request.responseText); document.close();
    };
    request.onerror = function () { HTMLFormElement.prototype.submit.call(form); };
    request.send(new FormData(form));
  });
});
