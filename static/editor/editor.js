/* The editor sends Django's CSRF token with its uploads, and has a name for screen readers. */
(function () {
  "use strict";
  function token() {
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }
  function ready(tries) {
    if (!window.CKEDITOR) {
      if (tries) { window.setTimeout(function () { ready(tries - 1); }, 50); }
      return;
    }
    window.CKEDITOR.on("instanceCreated", function (event) {
      event.editor.on("configLoaded", function () {
        event.editor.config.fileTools_requestHeaders = { "X-CSRFToken": token() };
        var label = document.querySelector('label[for="' + event.editor.name + '"]');
        if (label) { event.editor.config.title = label.textContent.replace(/[:：]\s*$/, ""); }
      });
    });
  }
  ready(100);
}());
