// Reading settings: writes the reader's cookie as classes of <html>, without a round to the server.
(() => {
  "use strict";
  const COOKIE = "display";
  const YEAR = 365 * 24 * 3600;
  const SIZES = ["small", "normal", "large"];
  const root = document.documentElement;

  const read = () => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${COOKIE}=`)) || "";
    const words = found.slice(COOKIE.length + 1).replaceAll('"', "").split(".");
    return {
      elder: words.includes("elder"),
      contrast: words.includes("contrast"),
      size: SIZES.find((size) => words.includes(size)) || "normal",
    };
  };

  const write = (shown) => {
    const words = ["elder", "contrast"].filter((name) => shown[name]);
    if (shown.size !== "normal") words.push(shown.size);
    const age = words.length ? YEAR : 0;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${COOKIE}=${words.join(".")}; path=/; max-age=${age}; samesite=lax${secure}`;
  };

  const show = (shown) => {
    root.classList.toggle("elder", shown.elder);
    root.classList.toggle("contrast", shown.contrast);
    SIZES.forEach((size) => {
      root.classList.toggle(`size-${size}`, size === shown.size && size !== "normal");
    });
    document.querySelectorAll("form[data-display] button[name]").forEach((button) => {
      const pressed = button.name === "size" ? button.value === shown.size : shown[button.name];
      button.setAttribute("aria-pressed", String(pressed));
      if (button.name !== "size") button.value = pressed ? "off" : "on";
    });
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("form[data-display]") || !button || !button.name) return;
    event.preventDefault();
    const shown = read();
    shown[button.name] = button.name === "size" ? button.value : button.value === "on";
    write(shown);
    show(read());
  });

  // Also for a page that comes out of a cache, or back when the reader returns to it.
  window.addEventListener("pageshow", () => show(read()));
  show(read());
})();
