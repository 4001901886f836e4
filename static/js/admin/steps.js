/* A step acts on the text as it was saved: whoever has typed since is asked to save first. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-step]");
    if (!link || !window.civicFormIsDirty || !window.civicFormIsDirty()) { return; }
    event.preventDefault();
    var note = document.getElementById("steps-unsaved");
    if (note) {
      note.hidden = false;
      note.focus();
    }
  });
}());
