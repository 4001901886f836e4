/* Names for screen readers where Django's widgets leave them out: choosers, and headings of columns. */
(function () {
  "use strict";

  function nameOf(select) {
    var label = select.id && document.querySelector('label[for="' + window.CSS.escape(select.id) + '"]');
    return select.getAttribute("aria-label") || (label ? label.textContent.replace(/[:：]\s*$/, "").trim() : "");
  }

  function choosers() {
    Array.prototype.forEach.call(document.querySelectorAll("select.admin-autocomplete"), function (select) {
      var box = select.nextElementSibling && select.nextElementSibling.querySelector("[role=combobox], .select2-selection");
      var name = nameOf(select);
      if (!box || !name || box.dataset.named) { return; }
      box.dataset.named = "1";
      var text = box.querySelector(".select2-selection__rendered");
      function say() {
        box.setAttribute("aria-label", name + " " + (text ? text.textContent.replace(/^×/, "").trim() : ""));
      }
      box.removeAttribute("aria-labelledby");
      if (text && text.getAttribute("role")) { text.setAttribute("aria-label", name); }
      say();
      if (window.django) { window.django.jQuery(select).on("change", function () { window.setTimeout(say, 0); }); }
      var input = box.querySelector(".select2-search__field");
      if (input) { input.setAttribute("aria-label", name); }
    });
  }

  function headings() {
    Array.prototype.forEach.call(document.querySelectorAll("th"), function (heading) {
      if (heading.textContent.trim() || heading.querySelector("input, img")) { return; }
      var plain = document.createElement("td");
      plain.className = heading.className;
      heading.replaceWith(plain);
    });
  }

  /* A table wider than its place is scrolled with the keyboard, too. */
  function scrollers() {
    Array.prototype.forEach.call(document.querySelectorAll(".inline-group"), function (group) {
      var wide = group.scrollWidth > group.clientWidth;
      var heading = group.querySelector("h2");
      if (!wide || !heading || group.hasAttribute("tabindex")) { return; }
      group.tabIndex = 0;
      group.setAttribute("role", "region");
      group.setAttribute("aria-label", heading.textContent.trim());
    });
  }

  function all() {
    scrollers();
    choosers();
    headings();
  }

  window.addEventListener("load", function () { window.setTimeout(all, 0); });
  document.addEventListener("formset:added", function () { window.setTimeout(choosers, 0); });
}());
