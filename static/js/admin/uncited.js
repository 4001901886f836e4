/* Numbers that are not cited: found by the server in the text as it stands, bound with one press. */
(function () {
  "use strict";

  var BLOCKS = "P,H2,H3,H4,LI,BLOCKQUOTE,PRE,FIGCAPTION,CAPTION,TR,TD,TH,DIV,TABLE,UL,OL,BR,HR".split(",");

  function editors() {
    var all = window.CKEDITOR ? window.CKEDITOR.instances : {};
    return Object.keys(all).filter(function (name) { return name.indexOf("__prefix__") < 0; });
  }

  function day(panel) {
    var fields = ["id_held_at_0", "id_original_at_0"];
    for (var i = 0; i < fields.length; i += 1) {
      var field = document.getElementById(fields[i]);
      var day = field ? field.value.trim().replace(/\//g, "-") : "";  // as the form writes it
      if (/^\d{4}-\d{2}-\d{2}$/.test(day)) { return day; }
    }
    return panel.dataset.day;
  }

  /* Where the words stand the nth time outside citations: the ends as [text node, offset]. */
  function place(root, text, nth) {
    var whole = "";
    var nodes = [];
    (function walk(node) {
      if (node.nodeType === 3) {
        nodes.push([node, whole.length]);
        whole += node.data.replace(/\u00a0/g, " ");
        return;
      }
      if (node.nodeType !== 1) { return; }
      var cut = BLOCKS.indexOf(node.tagName) >= 0 || node.matches("span[data-figure]");
      if (cut) { whole += "\n"; }
      if (!node.matches("span[data-figure]")) { Array.prototype.forEach.call(node.childNodes, walk); }
      if (cut) { whole += "\n"; }
    }(root));
    var at = -1;
    for (var n = 0; n <= nth; n += 1) {
      at = whole.indexOf(text, at < 0 ? 0 : at + text.length);
      if (at < 0) { return null; }
    }
    function end(offset, isLast) {
      for (var i = nodes.length - 1; i >= 0; i -= 1) {
        if (isLast ? nodes[i][1] < offset : nodes[i][1] <= offset) { return [nodes[i][0], offset - nodes[i][1]]; }
      }
      return null;
    }
    return { first: end(at, false), last: end(at + text.length, true) };
  }

  function bind(number, cite) {
    var editor = window.CKEDITOR.instances[number.field];
    if (!editor) { return false; }
    // A document of its own: nothing in it is run or fetched.
    var apart = new DOMParser().parseFromString(editor.getData(), "text/html");
    var found = place(apart.body, number.text, number.nth);
    if (!found || !found.first || !found.last) { return false; }
    var range = apart.createRange();
    range.setStart(found.first[0], found.first[1]);
    range.setEnd(found.last[0], found.last[1]);
    var span = apart.createElement("span");
    span.className = "cite";
    Object.keys(cite).forEach(function (name) {
      if (cite[name]) { span.setAttribute(name, cite[name]); }
    });
    span.appendChild(range.extractContents());
    range.insertNode(span);
    editor.fire("saveSnapshot");
    editor.setData(apart.body.innerHTML, {
      callback: function () {
        editor.fire("saveSnapshot");
        editor.fire("change");
      }
    });
    return true;
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text) { made.textContent = text; }
    return made;
  }

  function begin(panel) {
    var words = panel.dataset;
    var said = panel.querySelector(".uncited-said");
    var list = panel.querySelector(".uncited-list");
    var button = panel.querySelector("[data-uncited]");

    function take(numbers, number, row, offer) {
      if (!bind(number, offer.cite)) {
        said.textContent = words.gone;
        return;
      }
      // The same words further on stand uncited once less often.
      numbers.forEach(function (other) {
        if (other !== number && other.field === number.field && other.text === number.text && other.nth > number.nth) {
          other.nth -= 1;
        }
      });
      row.querySelectorAll("button").forEach(function (one) { one.remove(); });
      row.classList.add("is-bound");
      row.appendChild(element("p", "uncited-bound", words.bound));
      said.textContent = words.bound;
      var next = list.querySelector("li:not(.is-bound) button") || button;
      next.focus();
    }

    function show(numbers) {
      said.textContent = numbers.length ? words.some.replace("{n}", numbers.length) : words.none;
      numbers.forEach(function (number) {
        var row = element("li");
        var line = element("p", "uncited-line", number.before);
        line.appendChild(element("b", "", number.text));
        line.appendChild(document.createTextNode(number.after));
        row.appendChild(line);
        if (!number.offers.length) { row.appendChild(element("p", "uncited-nothing", words.nothing)); }
        number.offers.forEach(function (offer) {
          var bound = element("button", "step step-plain", offer.label + " · " + words.now.replace("{value}", offer.now));
          bound.type = "button";
          bound.addEventListener("click", function () { take(numbers, number, row, offer); });
          row.appendChild(bound);
        });
        list.appendChild(row);
      });
    }

    function look() {
      said.textContent = words.wait;
      list.textContent = "";
      var texts = editors().map(function (name) {
        return { field: name, markup: window.CKEDITOR.instances[name].getData() };
      });
      window.fetch(words.door, {
        method: "POST",
        credentials: "same-origin",
        headers: {
          "Content-Type": "application/json", Accept: "application/json",
          "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value
        },
        body: JSON.stringify({ day: day(panel), texts: texts })
      }).then(function (response) {
        return response.json().catch(function () { return {}; });
      }).then(function (answer) {
        if (answer.numbers) { show(answer.numbers); } else { said.textContent = answer.error || words.failed; }
      }, function () { said.textContent = words.failed; });
    }

    panel.hidden = false;
    button.addEventListener("click", look);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var panel = document.getElementById("uncited");
    if (panel) { begin(panel); }
  });
}());
