/* The editor sends Django's CSRF token with its uploads, has a name for screen readers, and its
   picture dialog asks for what we keep: the file, its alternative text, its size. */
(function () {
  "use strict";

  function token() {
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  function configure(editor) {
    var answer = editor.name.indexOf("-answers-") > 0;
    var label = document.querySelector('label[for="' + editor.name + '"]');
    editor.config.fileTools_requestHeaders = { "X-CSRFToken": token() };
    if (answer) { editor.config.height = 160; }
    if (label) { editor.config.title = label.textContent.replace(/[:：]\s*$/, ""); }
  }

  function upload(dialog, file, say) {
    var editor = dialog.getParentEditor();
    var data = new window.FormData();
    data.append("upload", file);
    say("…");
    window.fetch(editor.config.filebrowserUploadUrl, {
      method: "POST",
      body: data,
      credentials: "same-origin",
      headers: { "X-CSRFToken": token(), "Accept": "application/json" }
    }).then(function (response) {
      return response.json().catch(function () { return {}; });
    }).then(function (answer) {
      if (answer.uploaded) {
        dialog.setValueOf("info", "txtUrl", answer.url);
        say("✓ " + answer.fileName);
        dialog.getContentElement("info", "txtAlt").focus();
      } else {
        say((answer.error && answer.error.message) || editor.lang.filetools.loadError);
      }
    }, function () { say(editor.lang.filetools.networkError || editor.lang.filetools.loadError); });
  }

  /* Django's upload field stands first; frames, borders and script fields of the old dialog go. */
  function pictureDialog(event) {
    var definition = event.data.definition;
    var lang = event.editor.lang;
    ["Upload", "Link", "advanced"].forEach(function (name) { definition.removeContents(name); });
    var info = definition.getContents("info");
    ["browse", "txtBorder", "txtHSpace", "txtVSpace", "cmbAlign"].forEach(function (name) { info.remove(name); });
    var alt = info.get("txtAlt");
    alt.validate = window.CKEDITOR.dialog.validate.notEmpty(alt.label);
    info.elements.unshift({
      type: "html",
      id: "pictureFile",
      html: '<div class="picture-upload"><label>' + lang.image.btnUpload +
        ' <input type="file" accept="image/jpeg,image/png,image/webp,image/gif"></label><p role="status"></p></div>',
      onLoad: function () {
        var box = this.getElement().$;
        var dialog = this.getDialog();
        var input = box.querySelector("input");
        var line = box.querySelector("p");
        input.addEventListener("change", function () {
          if (input.files.length) {
            upload(dialog, input.files[0], function (words) { line.textContent = words; });
          }
        });
        dialog.on("show", function () {
          input.value = "";
          line.textContent = "";
        });
      }
    });
  }

  function ready(tries) {
    if (!window.CKEDITOR) {
      if (tries) { window.setTimeout(function () { ready(tries - 1); }, 50); }
      return;
    }
    window.CKEDITOR.on("instanceCreated", function (event) {
      event.editor.on("configLoaded", function () { configure(event.editor); });
    });
    window.CKEDITOR.on("dialogDefinition", function (event) {
      if (event.data.name === "image") { pictureDialog(event); }
    });
  }

  ready(100);
}());
