/* What only a press conference has is shown only for one, or while something still stands in it. */
(function () {
  "use strict";

  function isFilled(block) {
    if (block.querySelector(".has_original, .errorlist, .errornote")) { return true; }
    return Array.prototype.some.call(block.querySelectorAll("input[type=text], textarea"), function (field) {
      return !field.closest(".empty-form") && field.value.trim() && !field.closest(".field-role");
    });
  }

  function show() {
    var kind = document.getElementById("id_kind");
    var shown = document.querySelector(".field-kind .readonly");
    var isConference = kind ? kind.value === "conference" : !shown;
    Array.prototype.forEach.call(document.querySelectorAll("fieldset.conference-only"), function (fieldset) {
      var block = fieldset.closest(".inline-group") || fieldset;
      var filled = isFilled(block);
      block.hidden = !isConference && !filled;
      block.classList.toggle("misfit", Boolean(kind) && !isConference && filled);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var kind = document.getElementById("id_kind");
    show();
    if (kind) { kind.addEventListener("change", show); }
  });
}());
