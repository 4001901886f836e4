/* Answers under a question: add one, take one away. Without this script each save offers one more. */
(function () {
  "use strict";

  var FIELDS = "input, select, textarea";

  function own(container, selector) {
    return Array.prototype.filter.call(container.querySelectorAll(selector), function (one) {
      return one.closest(".answers") === container;
    });
  }

  function total(container) {
    return own(container, 'input[name$="-TOTAL_FORMS"]')[0];
  }

  function prefix(container) {
    return total(container).name.replace(/-TOTAL_FORMS$/, "");
  }

  function index(answer) {
    var field = answer.querySelector(FIELDS);
    var found = field && /-answers-(\d+)-/.exec(field.name);
    return found ? Number(found[1]) : -1;
  }

  function isNew(container, answer) {
    return index(answer) >= Number(container.dataset.initial || 0);
  }

  function editor(answer) {
    var area = answer.querySelector("textarea[data-type=ckeditortype]");
    return area && window.CKEDITOR && window.CKEDITOR.instances[area.id];
  }

  function isBlank(answer) {
    return !answer.querySelector(".errorlist") &&
      Array.prototype.every.call(answer.querySelectorAll("input[type=text], textarea, select"), function (field) {
        return !field.value.trim();
      });
  }

  function close(answer) {
    var instance = editor(answer);
    if (instance) { instance.destroy(true); }
  }

  function number(container) {
    var count = 0;
    own(container, "fieldset.answer").forEach(function (answer) {
      if (answer.hidden) { return; }
      count += 1;
      answer.querySelector(".answer-number").textContent = count;
    });
  }

  /* An emptied new answer is no answer: the server passes it by. */
  function remove(container, answer) {
    close(answer);
    Array.prototype.forEach.call(answer.querySelectorAll(FIELDS), function (field) {
      if (field.type === "checkbox") { field.checked = false; }
      else if (field.type === "number") { field.value = field.defaultValue; }
      else if (field.type !== "hidden") { field.value = ""; }
    });
    answer.hidden = true;
    number(container);
    own(container, "[data-add-answer]")[0].focus();
  }

  function dress(container, answer) {
    if (!isNew(container, answer)) { return; }
    var box = answer.querySelector(".field-DELETE");
    if (box) { box.remove(); }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "remove-answer";
    button.textContent = answer.dataset.remove;
    button.addEventListener("click", function () { remove(container, answer); });
    answer.appendChild(button);
  }

  function add(container) {
    var blank = own(container, "template")[0];
    var answer = blank.content.firstElementChild.cloneNode(true);
    var name = prefix(container) + "-" + total(container).value;
    [answer].concat(Array.prototype.slice.call(answer.querySelectorAll("*"))).forEach(function (node) {
      ["id", "name", "for", "data-id", "data-field-id"].forEach(function (attribute) {
        var value = node.getAttribute(attribute);
        if (value) {
          node.setAttribute(attribute, value.replace(/(id_)?[a-z]+-(?:\d+|__prefix__)-answers-__prefix__/, function (whole, id) {
            return (id || "") + name;
          }));
        }
      });
    });
    blank.parentNode.insertBefore(answer, blank);
    total(container).value = Number(total(container).value) + 1;
    dress(container, answer);
    number(container);
    answer.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix(container) } }));
    var first = answer.querySelector("select, input[type=text]");
    if (first) { first.focus(); }
  }

  function begin(container) {
    var button = own(container, "[data-add-answer]")[0];
    if (!button || container.dataset.ready || prefix(container).indexOf("__prefix__") >= 0) { return; }
    container.dataset.ready = "1";
    var answers = own(container, "fieldset.answer");
    var last = answers[answers.length - 1];
    if (answers.length > 1 && isNew(container, last) && isBlank(last)) {
      close(last);
      last.remove();
      total(container).value = Number(total(container).value) - 1;
    }
    own(container, "fieldset.answer").forEach(function (answer) { dress(container, answer); });
    button.hidden = false;
    button.addEventListener("click", function () { add(container); });
    number(container);
  }

  function all() {
    Array.prototype.forEach.call(document.querySelectorAll(".answers"), begin);
  }

  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("formset:added", all);
}());
