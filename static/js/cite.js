// The note of a cited number: a tap, the pointer or the keyboard opens it, Escape or going on closes it.
// Without this script the number is a link to the page of its figure.
(() => {
  "use strict";
  const REST = 250; // milliseconds from the number to its note, and for passing over it
  let open = null;
  let waiting = 0;
  let pressed = null; // what was open when the finger or the mouse came down
  let byPointer = false;

  const noteOf = (link) => document.getElementById(link.getAttribute("aria-describedby"));

  const close = () => {
    clearTimeout(waiting);
    if (!open) return;
    noteOf(open).hidden = true;
    open.classList.remove("is-open");
    open = null;
  };
  const show = (link) => {
    clearTimeout(waiting);
    if (open === link) return;
    close();
    noteOf(link).hidden = false;
    link.classList.add("is-open");
    open = link;
  };
  // The number a place on the page belongs to: its own, or that of the note.
  const linkAt = (target) => {
    const link = target.closest && target.closest("a.cite");
    if (link) return link;
    const note = target.closest && target.closest(".cite-note");
    return note ? note.previousElementSibling : null;
  };

  document.addEventListener("pointerdown", (event) => {
    pressed = open;
    byPointer = true;
    if (open && linkAt(event.target) !== open) close();
  });
  document.addEventListener("keydown", (event) => {
    byPointer = false;
    if (event.key === "Escape" && open) {
      if (noteOf(open).contains(document.activeElement)) {
        const link = open;
        link.focus();
      }
      close();
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.cite");
    // Enter follows the link: who came by keyboard has the note open already.
    if (!link || event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (pressed === link) close();
    else show(link);
  });
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    if (!link) close();
    else if (!byPointer || link === open) show(link);
  });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = linkAt(event.target);
    clearTimeout(waiting);
    if (link) waiting = setTimeout(() => show(link), link === open ? 0 : REST);
    else if (open && linkAt(document.activeElement || document.body) !== open) {
      waiting = setTimeout(close, REST);
    }
  });
})();
