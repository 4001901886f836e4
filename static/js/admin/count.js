/* How long the summary is, and its beginning taken from the text. */
(function () {
  "use strict";

  function beginning(most) {
    var area = document.getElementById("id_body");
    var instance = area && window.CKEDITOR && window.CKEDITOR.instances[area.id];
    // A document of its own: nothing in it is run or fetched.
    var apart = new DOMParser().parseFromString(instance ? instance.getData() : "", "text/html");
    var text = apart.body.textContent.replace(/\s+/g, " ").trim();
    var sentences = text.match(/[^。！？]+[。！？]?/g) || [];
    var taken = sentences.slice(0, 2).join("");
    return (taken.length > most ? text.slice(0, most) : taken).trim();
  }

  function begin(area) {
    var most = Number(area.dataset.count);
    var line = document.createElement("span");
    var figures = document.createElement("span");
    line.className = "count";
    line.appendChild(figures);
    function show() {
      figures.textContent = area.value.length + " / " + most;
      line.classList.toggle("over", area.value.length > most);
    }
    if (area.dataset.fill) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = area.dataset.fill;
      button.addEventListener("click", function () {
        area.value = beginning(most) || area.value;
        show();
      });
      line.appendChild(button);
    }
    area.insertAdjacentElement("afterend", line);
    area.addEventListener("input", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll("textarea[data-count]"), begin);
  });
}());
