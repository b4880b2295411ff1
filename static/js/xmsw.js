// Behaviour shared by all pages. No inline handlers anywhere: everything hangs on data attributes.
(() => {
  "use strict";

  // Waiting: a line on top once something takes longer than a third of a second.
  let pending = 0;
  let timer = null;
  const busy = (step) => {
    pending = Math.max(0, pending + step);
    clearTimeout(timer);
    if (!pending) document.body.classList.remove("is-busy");
    else timer = setTimeout(() => document.body.classList.add("is-busy"), 300);
  };
  // The asking element, not the event's target: once the answer has replaced it, the event comes from the document.
  document.addEventListener("htmx:before:request", (event) => {
    if (!event.detail.ctx.sourceElement.closest("[data-quiet]")) busy(1);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const source = event.detail.ctx.sourceElement;
    if (!source.closest("[data-quiet]")) busy(-1);
    release(source);
  });

  // A button can't be pressed twice: it rests from the submit until the answer is there.
  const release = (root) => {
    for (const button of root.querySelectorAll("button[aria-busy]")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter || form.querySelector("button[type=submit]");
    if (form.matches("[data-download]") || form.method === "dialog") return;
    // After the browser has read the form: a disabled button would not send its own name and value.
    setTimeout(() => {
      if (!event.defaultPrevented) busy(1);
      for (const each of form.querySelectorAll("button[type=submit], button:not([type])")) {
        each.disabled = true;
        each.setAttribute("aria-busy", String(each === button));
      }
    }, 0);
  });
  window.addEventListener("pageshow", () => { pending = 0; busy(0); release(document); });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]") && event.target.form) event.target.form.requestSubmit();
  });

  // Empty filters do not belong into an address that somebody may send on.
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get" || !event.target.matches("[data-filters]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  // What went wrong with a fragment, in one sentence, where screen readers hear it.
  const sentences = {
    0: "连不上服务器。请检查网络后再试。", 403: "你的账号不能做这件事。", 404: "找不到要看的内容，可能已经删除。",
    413: "文件太大，没有上传。", 500: "系统出错了，这一步没有办成。请过几分钟再试。",
  };
  const say = (sentence) => {
    const live = document.getElementById("live");
    if (!live) return;
    const line = document.createElement("div");
    line.className = "toast-line";
    line.textContent = sentence;
    live.append(line);
    setTimeout(() => line.remove(), 9000);
  };
  document.addEventListener("htmx:response:error", (event) => {
    const { response, text } = event.detail.ctx;
    if (response.status === 422) return;
    const page = new DOMParser().parseFromString(text || "", "text/html");
    const own = page.querySelector("[data-sentence]");
    say(own ? own.textContent : sentences[response.status] || sentences[500]);
  });
  document.addEventListener("htmx:error", (event) => { if (event.detail.ctx) say(sentences[0]); });

  // Keyboard: "/" searches, j and k walk through rows by their first link, so Enter opens as everywhere.
  const links = () => [...document.querySelectorAll("table[data-rows] tbody tr")]
    .map((row) => row.querySelector("a[href], button")).filter(Boolean);
  const walk = (step) => {
    const all = links();
    if (!all.length) return;
    const row = document.activeElement.closest("table[data-rows] tbody tr");
    const at = row ? all.findIndex((each) => row.contains(each)) : -1;
    const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
  });

  // Quotes on hover and focus ([data-tip]); Escape hides; the pointer may move onto the quote.
  let tip = null;
  let owner = null;
  let hiding = null;
  const hide = () => {
    if (!owner) return;
    owner.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  };
  const show = (target) => {
    clearTimeout(hiding);
    if (owner === target) return;
    hide();
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "tip";
      tip.id = "tip";
      tip.setAttribute("role", "tooltip");
      tip.addEventListener("mouseenter", () => clearTimeout(hiding));
      tip.addEventListener("mouseleave", hide);
      document.body.append(tip);
    }
    owner = target;
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    target.setAttribute("aria-describedby", "tip");
    const at = target.getBoundingClientRect();
    const below = at.bottom + tip.offsetHeight + 8 < window.innerHeight;
    tip.style.top = `${below ? at.bottom + 6 : Math.max(6, at.top - tip.offsetHeight - 6)}px`;
    tip.style.left = `${Math.max(6, Math.min(at.left, window.innerWidth - tip.offsetWidth - 12))}px`;
  };
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const target = event.target.closest && event.target.closest("[data-tip]");
      if (target) show(target);
    });
  }
  document.addEventListener("mouseout", (event) => {
    if (owner && event.target.closest("[data-tip]") === owner) hiding = setTimeout(hide, 150);
  });
  document.addEventListener("focusout", (event) => { if (event.target === owner) hide(); });
  document.addEventListener("scroll", hide, { passive: true });

  // After a failed submit the summary takes the focus, so that it is read first.
  document.addEventListener("DOMContentLoaded", () => {
    const summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  });
})();

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-check-clean]")) return;
  for (const box of document.querySelectorAll("[data-desk] input[name=case]")) box.checked = "clean" in box.dataset;
});

// A whole identity number never stands in an address: such a search is posted.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const box = form.matches("[data-people-search]") && form.querySelector("input[name=q]");
  if (!box || !/^\s*\d{17}[\dx]\s*$/i.test(box.value)) return;
  form.method = "post";
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: token }));
});

// One tick for every row of the table body it names.
document.addEventListener("change", (event) => {
  const body = event.target.dataset && event.target.dataset.checkAll && document.getElementById(event.target.dataset.checkAll);
  if (body) for (const box of body.querySelectorAll("input[type=checkbox]")) box.checked = event.target.checked;
});

// Sections of the navigation stay as one left them, for this tab. Where it is narrow, headings within a section begin
// folded but for the one that one works under.
document.addEventListener("DOMContentLoaded", () => {
  const narrow = window.matchMedia("(max-width: 991.98px)").matches;
  for (const fold of document.querySelectorAll("[data-fold]")) {
    const key = `fold:${fold.dataset.fold}`;
    const kept = sessionStorage.getItem(key) ?? (narrow && "foldNarrow" in fold.dataset ? "0" : null);
    if (kept !== null && !fold.querySelector("[aria-current]")) fold.open = kept === "1";
    fold.addEventListener("toggle", () => sessionStorage.setItem(key, fold.open ? "1" : "0"));
  }
});

// Whether a file was chosen is said in our words, not in the browser's.
document.addEventListener("change", (event) => {
  const pick = event.target.type === "file" && event.target.closest(".file-pick");
  if (pick) pick.classList.toggle("has-file", event.target.files.length > 0);
});
