// Small behaviours shared by all pages. No inline handlers anywhere: everything hangs on data attributes.
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]") && event.target.form) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("button[type=submit]")) {
      setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); }, 0);
    }
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
  const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next = Math.min(all.length - 1, Math.max(0, at + step));
    if (all[at]) all[at].removeAttribute("aria-selected");
    all[next].setAttribute("aria-selected", "true");
    all[next].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter") {
      const link = document.querySelector("tr[aria-selected=true] a");
      if (link) link.click();
    }
  });
})();
