// Reading aloud and printing, where the browser can. Everything on the portal works without this file.
(function () {
  "use strict";
  var place = document.getElementById("reading-tools");
  var article = document.querySelector("article");
  if (!place || !article) return;

  function button(words, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = words;
    made.addEventListener("click", act);
    place.appendChild(made);
    return made;
  }

  var speech = window.speechSynthesis;
  if (speech && window.SpeechSynthesisUtterance) {
    var rest = [];
    var state = "still";
    // A paragraph at a time: browsers break off after a quarter of a minute of one long text.
    var parts = function () {
      var blocks = article.querySelectorAll(".article-title, .article-body > *");
      return Array.prototype.map.call(blocks, function (block) { return block.innerText.trim(); }).filter(Boolean);
    };
    var show = function (next) {
      state = next;
      read.textContent = next === "reading" ? "暂停朗读" : next === "paused" ? "继续朗读" : "朗读全文";
      stop.hidden = next === "still";
    };
    var speak = function () {
      if (!rest.length) { show("still"); return; }
      var said = new window.SpeechSynthesisUtterance(rest.shift());
      said.lang = "zh-CN";
      said.onend = function () { if (state !== "still") speak(); };
      speech.speak(said);
    };
    var read = button("朗读全文", function () {
      if (state === "reading") { speech.pause(); show("paused"); return; }
      if (state === "paused") { speech.resume(); show("reading"); return; }
      rest = parts();
      show("reading");
      speak();
    });
    var stop = button("停止朗读", function () { rest = []; show("still"); speech.cancel(); read.focus(); });
    stop.hidden = true;
    window.addEventListener("pagehide", function () { speech.cancel(); });
  }
  button("打印本页", function () { window.print(); });
  place.hidden = false;
})();
