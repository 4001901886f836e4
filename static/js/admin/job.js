// The progress of a job, asked every two seconds until it is over. Without it a link reloads the page.
(function () {
  "use strict";
  const box = document.querySelector("[data-job-state]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const label = box.querySelector("[data-job-label]");
  const count = box.querySelector("[data-job-count]");
  let failures = 0;

  async function ask() {
    try {
      const answer = await fetch(box.dataset.jobState, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const job = await answer.json();
      failures = 0;
      // The page itself knows best how a finished job looks.
      if (job.over) {
        window.location.reload();
        return;
      }
      if (job.total) bar.value = job.percent;
      if (label.textContent !== job.label) label.textContent = job.label;
      count.textContent = job.total ? job.done + " / " + job.total : "";
    } catch (error) {
      failures += 1;
      if (failures > 5) return;
    }
    window.setTimeout(ask, 2000);
  }

  window.setTimeout(ask, 1000);
})();
