/* Proofreading in the form: the hits of the saved text, shown at their place, decided and mended. */
(function () {
  "use strict";

  var panel, here;

  function say(id, shown) {
    var line = document.getElementById(id);
    if (line) {
      line.hidden = !shown;
      if (shown && line.tabIndex === -1) { line.focus(); }
    }
  }

  function put(html) {
    // From our own origin, escaped by the server; parsed apart, so that nothing in it runs.
    var apart = new DOMParser().parseFromString(html, "text/html");
    here.replaceChildren.apply(here, Array.prototype.slice.call(apart.body.childNodes));
  }

  function fetchText(url, options) {
    return fetch(url, Object.assign({ credentials: "same-origin" }, options)).then(function (answer) {
      var known = answer.ok || answer.status === 409 || answer.status === 400;
      if (!known || answer.redirected) { throw new Error(String(answer.status)); }
      return answer.text().then(function (text) { return { ok: answer.ok, text: text }; });
    });
  }

  function load() {
    fetchText(panel.dataset.proofUrl).then(function (answer) {
      put(answer.text);
    }).catch(function () { say("proof-failed", true); });
  }

  function decide(form, button) {
    if (button.value === "fix" && window.civicFormIsDirty && window.civicFormIsDirty()) {
      say("proof-unsaved", true);
      return;
    }
    var data = new FormData(form);
    data.set("act", button.value);
    data.set("part", "1");
    button.disabled = true;
    fetchText(form.action, { method: "POST", body: data }).then(function (answer) {
      if (answer.ok && button.value === "fix") {
        // The text in the form is the old one: it is drawn anew, at the hits.
        window.location.hash = "proof";
        window.location.reload();
        return;
      }
      put(answer.text);
      here.setAttribute("tabindex", "-1");
      here.focus();
    }).catch(function () {
      button.disabled = false;
      say("proof-failed", true);
    });
  }

  // Where it stands --------------------------------------------------------------------------

  function textNodes(root) {
    var walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    var nodes = [];
    while (walker.nextNode()) { nodes.push(walker.currentNode); }
    return nodes;
  }

  function placeOf(whole, hit) {
    var lines = whole.replace(/\u00a0/g, " ");
    var around = hit.before + hit.text + hit.after;
    var at = lines.indexOf(around);
    if (at >= 0) { return at + hit.before.length; }
    at = lines.indexOf(hit.before.slice(-8) + hit.text);
    return at >= 0 ? at + hit.before.slice(-8).length : -1;
  }

  function inEditor(instance, hit) {
    var root = instance.editable && instance.editable() && instance.editable().$;
    if (!root) { return false; }
    var nodes = textNodes(root);
    var at = placeOf(nodes.map(function (node) { return node.data; }).join(""), hit);
    if (at < 0) { return false; }
    var range = root.ownerDocument.createRange();
    var begun = false;
    var end = at + hit.text.length;
    var passed = 0;
    for (var i = 0; i < nodes.length; i += 1) {
      var next = passed + nodes[i].data.length;
      if (!begun && at < next) {
        range.setStart(nodes[i], at - passed);
        begun = true;
      }
      if (begun && end <= next) {
        range.setEnd(nodes[i], end - passed);
        break;
      }
      passed = next;
    }
    instance.container.$.scrollIntoView({ block: "center" });
    instance.focus();
    var selection = root.ownerDocument.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
    return true;
  }

  function inField(field, hit) {
    var at = placeOf(field.value, hit);
    if (at < 0 || field.closest(".proof") || !field.offsetParent) { return false; }
    field.focus();
    field.setSelectionRange(at, at + hit.text.length);
    field.scrollIntoView({ block: "center" });
    return true;
  }

  function show(button) {
    var hit = button.dataset;
    say("proof-nowhere", false);
    var fields = document.querySelectorAll("#content-main form input[type=text], #content-main form textarea");
    var found = Array.prototype.some.call(fields, function (field) { return inField(field, hit); });
    var editors = window.CKEDITOR ? window.CKEDITOR.instances : {};
    found = found || Object.keys(editors).some(function (name) { return inEditor(editors[name], hit); });
    if (!found) { say("proof-nowhere", true); }
  }

  document.addEventListener("DOMContentLoaded", function () {
    panel = document.getElementById("proof");
    if (!panel) { return; }
    here = panel.querySelector(".proof-here");
    panel.addEventListener("click", function (event) {
      var button = event.target.closest(".proof-show");
      if (button) { show(button); }
    });
    panel.addEventListener("submit", function (event) {
      var form = event.target.closest("[data-proof]");
      if (!form || !event.submitter) { return; }
      event.preventDefault();
      decide(form, event.submitter);
    });
    load();
  });
}());
