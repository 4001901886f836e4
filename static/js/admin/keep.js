/* What is typed in a form of the back office is kept in this browser until the server has it.
   A record belongs to a person, an address and the version of the row the form was opened at. */
(function () {
  "use strict";

  var EVERY = 4000;
  var DAYS = 7;
  var mark = document.getElementById("keep-form");
  if (!mark || !window.localStorage) { return; }
  var form = document.getElementById(mark.dataset.form);
  if (!form) { return; }
  var words = mark.dataset;
  var key = "keep:" + words.user + ":" + window.location.pathname;
  var opened = null;
  var sent = false;
  var id = "";

  function editors() { return (window.CKEDITOR && window.CKEDITOR.instances) || {}; }

  function intoFields() {
    Object.keys(editors()).forEach(function (name) {
      if (editors()[name].status === "ready") { editors()[name].updateElement(); }
    });
  }

  function isKept(field) {
    return field.name && !field.disabled && field.type !== "file" && field.type !== "password" &&
      field.type !== "submit" && field.type !== "button" && field.name !== "csrfmiddlewaretoken" &&
      field.name !== "_keep_id" && field.name.indexOf("__prefix__") < 0;
  }

  function label(field) {
    return field.tagName === "SELECT"
      ? Array.prototype.map.call(field.selectedOptions, function (o) { return o.text; }) : null;
  }

  function read() {
    intoFields();
    return Array.prototype.filter.call(form.elements, isKept).map(function (field) {
      if (field.type === "checkbox" || field.type === "radio") {
        return [field.name, field.value, null, field.checked];
      }
      if (field.tagName === "SELECT") {
        var chosen = Array.prototype.map.call(field.selectedOptions, function (o) { return o.value; });
        return [field.name, chosen, label(field), null];
      }
      return [field.name, field.value, null, null];
    });
  }

  function load() {
    try { return JSON.parse(window.localStorage.getItem(key)); } catch (error) { return null; }
  }

  function store(record) {
    try { window.localStorage.setItem(key, JSON.stringify(record)); } catch (error) { return false; }
    return true;
  }

  function forget() { window.localStorage.removeItem(key); }

  /* The server names what it has saved; old records go with it. */
  function tidy() {
    var saved = /(?:^|; )kept=([0-9a-f-]{36})/.exec(document.cookie);
    Object.keys(window.localStorage).forEach(function (name) {
      if (name.indexOf("keep:") !== 0) { return; }
      var record = null;
      try { record = JSON.parse(window.localStorage.getItem(name)); } catch (error) { record = null; }
      var old = !record || Date.now() - record.at > DAYS * 86400000;
      if (old || (saved && record.id === saved[1])) { window.localStorage.removeItem(name); }
    });
    if (saved) { document.cookie = "kept=; path=/admin/; max-age=0; SameSite=Lax"; }
  }

  function save() {
    if (opened === null || sent) { return; }
    var now = JSON.stringify(read());
    if (now === opened) { return; }
    var record = load();
    if (record && record.fields === now) { return; }
    if (store({ id: id, version: words.version, at: Date.now(), fields: now })) {
      say(words.kept);
    }
  }

  function say(text) {
    var line = document.getElementById("keep-state");
    if (line) { line.textContent = text; }
  }

  function rowsFor(fields) {
    fields.forEach(function (entry) {
      var total = /^(.+)-TOTAL_FORMS$/.exec(entry[0]);
      if (!total) { return; }
      var group = document.getElementById(total[1] + "-group");
      var add = group && Array.prototype.filter.call(
        group.querySelectorAll(".add-row a, [data-add-row]"),
        function (one) { return one.closest("[id$='-group']") === group; })[0];
      var field = form.elements[entry[0]];
      var tries = 0;
      while (add && field && Number(field.value) < Number(entry[1]) && tries < 100) {
        add.click();
        tries += 1;
      }
    });
  }

  function put(entry, counts) {
    var found = form.querySelectorAll('[name="' + window.CSS.escape(entry[0]) + '"]');
    if (/-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/.test(entry[0]) || entry[0] === "based_on_version") { return; }
    if (entry[3] !== null) {
      Array.prototype.forEach.call(found, function (field) {
        if (field.value === entry[1]) { field.checked = entry[3]; }
      });
      return;
    }
    var at = counts[entry[0]] || 0;
    counts[entry[0]] = at + 1;
    var field = found[at];
    if (!field) { return; }
    if (field.tagName === "SELECT") {
      entry[1].forEach(function (value, n) {
        var has = Array.prototype.some.call(field.options, function (o) { return o.value === value; });
        if (!has) { field.add(new window.Option(entry[2][n], value)); }
      });
      Array.prototype.forEach.call(field.options, function (o) {
        o.selected = entry[1].indexOf(o.value) >= 0;
      });
      field.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      field.value = entry[1];
      if (editors()[field.id]) { editors()[field.id].setData(entry[1]); }
    }
  }

  function restore(record) {
    var fields = JSON.parse(record.fields);
    rowsFor(fields);
    var counts = {};
    fields.forEach(function (entry) { put(entry, counts); });
    id = record.id;
    stamp();
  }

  function ago(at) {
    var minutes = Math.max(1, Math.round((Date.now() - at) / 60000));
    if (minutes < 60) { return words.minutes.replace("{n}", minutes); }
    if (minutes < 1440) { return words.hours.replace("{n}", Math.round(minutes / 60)); }
    return words.days.replace("{n}", Math.round(minutes / 1440));
  }

  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "keep-button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function offer(record) {
    var bar = document.createElement("div");
    bar.className = "keep-offer";
    bar.setAttribute("role", "status");
    var line = document.createElement("p");
    line.textContent = ago(record.at) +
      (words.version && record.version !== words.version ? words.changed : "");
    bar.appendChild(line);
    bar.appendChild(button(words.restore, function () { restore(record); bar.remove(); }));
    bar.appendChild(button(words.drop, function () { forget(); bar.remove(); }));
    mark.appendChild(bar);
  }

  function stamp() {
    var field = form.elements._keep_id;
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "_keep_id";
      form.appendChild(field);
    }
    field.value = id;
  }

  function fresh() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    var hex = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function begin() {
    tidy();
    id = fresh();
    stamp();
    opened = JSON.stringify(read());
    var record = load();
    if (record && record.fields !== opened) { offer(record); }
    window.setInterval(save, EVERY);
    window.addEventListener("pagehide", save);
    form.addEventListener("submit", function () {
      save();
      sent = true;
      window.setTimeout(function () { sent = false; }, 15000);
    });
    window.civicFormIsDirty = function () {
      return opened !== null && JSON.stringify(read()) !== opened;
    };
  }

  /* Editors rewrite their text a little when they start: look at the form once they are ready. */
  function whenReady(tries) {
    var waiting = form.querySelectorAll("textarea[data-type=ckeditortype]:not([data-processed='1'])");
    var starting = Object.keys(editors()).some(function (n) { return editors()[n].status !== "ready"; });
    var visible = Array.prototype.filter.call(waiting, function (t) { return t.id.indexOf("__prefix__") < 0; });
    if (tries && (visible.length || starting)) {
      window.setTimeout(function () { whenReady(tries - 1); }, 100);
      return;
    }
    window.setTimeout(begin, 50);
  }

  if (document.readyState === "complete") { whenReady(50); }
  else { window.addEventListener("load", function () { whenReady(50); }); }
}());
