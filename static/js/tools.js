// Read aloud, print, copy the link. Their buttons are hidden until this finds they can work.
(() => {
  "use strict";
  const all = (what) => [...document.querySelectorAll(what)];
  const said = document.querySelector("[data-said]");
  const say = (words) => {
    if (said) said.textContent = words || "";
  };

  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  all("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      say(button.dataset.done);
      setTimeout(() => {
        button.textContent = label;
      }, 4000);
    });
  });

  if (!("speechSynthesis" in window)) return;
  const BLOCKS = "h1,h2,h3,h4,p,li,dt,dd,td,th,figcaption,caption,blockquote,pre";
  const SKIP = ".unseen,.tools,nav,form,button,summary,svg,[hidden],[aria-hidden=true]";
  const buttons = all("[data-read]");
  const stops = all("[data-read-stop]");
  const words = buttons.length ? buttons[0].dataset : {};
  const label = buttons.length ? buttons[0].textContent : "";
  let pieces = [];
  let at = 0;
  let state = "silent"; // silent, speaking, paused
  let turn = 0; // of an utterance; what an older one reports is no longer heard

  const show = (next, words_said) => {
    state = next;
    const texts = { silent: label, speaking: words.pause, paused: words.resume };
    buttons.forEach((button) => {
      button.textContent = texts[state];
    });
    stops.forEach((button) => {
      button.hidden = state === "silent";
    });
    say(words_said);
  };

  // The text by block, then by sentence: long pieces are cut off by some voices.
  const collect = () => {
    const main = document.querySelector("main");
    const parts = all("[data-readable]");
    const roots = parts.length ? [...main.querySelectorAll("h1"), ...parts] : [main];
    const blocks = [];
    let last = null;
    roots.forEach((within) => {
      const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest(SKIP)) continue;
        const block = parent.closest(BLOCKS) || within;
        if (block !== last) blocks.push("");
        blocks[blocks.length - 1] += walker.currentNode.data;
        last = block;
      }
    });
    return blocks
      .flatMap((text) => text.replace(/\s+/g, " ").match(/[^。！？!?；;]{1,160}[。！？!?；;]*/g) || [])
      .map((text) => text.trim())
      .filter(Boolean);
  };

  const speak = () => {
    if (at >= pieces.length) {
      show("silent", words.ended);
      return;
    }
    turn += 1;
    const mine = turn;
    const utterance = new SpeechSynthesisUtterance(pieces[at]);
    utterance.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
    utterance.rate = 0.95;
    utterance.addEventListener("end", () => {
      if (mine !== turn || state !== "speaking") return;
      at += 1;
      speak();
    });
    utterance.addEventListener("error", () => {
      if (mine !== turn || state !== "speaking") return;
      show("silent", words.failed);
    });
    speechSynthesis.speak(utterance);
  };

  const hush = () => {
    turn += 1;
    speechSynthesis.cancel();
  };

  // Pausing stops the sentence and goes on from its start: not every device can pause a voice.
  const press = () => {
    if (state === "speaking") {
      hush();
      show("paused", words.paused);
      return;
    }
    if (state === "silent") {
      pieces = collect();
      at = 0;
    }
    hush();
    show("speaking", words.started);
    speak();
  };

  buttons.forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", press);
  });
  stops.forEach((button) => {
    button.addEventListener("click", () => {
      hush();
      show("silent", words.ended);
      buttons[0].focus();
    });
  });
  window.addEventListener("pagehide", hush);
})();
