// Improves pages that already work without it: Escape hides what a date or a word explains, whether it shows by focus or
// under the pointer, and closes the open card of the head.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const shown of document.querySelectorAll(".dated:hover, .dated:focus-within")) shown.classList.add("dated--hidden");
  for (const card of document.querySelectorAll("details.person[open]")) {
    card.open = false;
    card.querySelector("summary").focus();
  }
});
const showAgain = (event) => event.target.closest?.(".dated")?.classList.remove("dated--hidden");
document.addEventListener("focusout", showAgain);
document.addEventListener("mouseout", (event) => {
  // Moving between the word and its explanation is no leaving.
  if (!event.target.closest?.(".dated")?.contains(event.relatedTarget)) showAgain(event);
});
// Where the menu is wider than the window, the page that is open is in sight.
const here = document.querySelector(".masthead__menu [aria-current]");
if (here) here.closest("ul").scrollLeft = here.offsetLeft - window.innerWidth / 2 + here.offsetWidth / 2;
// Several files: dropped anywhere they are in the form for them, and while they are sent it says how far they are.
const dropTarget = (event) => {
  const aside = event.target.closest?.("input[type=file]:not([multiple])");
  return !aside && event.dataTransfer.types.includes("Files") && document.querySelector("form[data-files]");
};
document.addEventListener("dragover", (event) => dropTarget(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  const form = dropTarget(event);
  if (!form) return;
  event.preventDefault();
  form.elements.files.files = event.dataTransfer.files;
  form.requestSubmit();
});
function sendFiles(form, chosen) {
  const show = (name, isShown = true) => (form.querySelector(`[data-${name}]`).hidden = !isShown);
  const most = Number(form.querySelector("[data-too-large]").dataset.tooLarge);
  const tooLarge = chosen.reduce((sum, file) => sum + file.size, 0) > most;
  show("broken", false);
  show("too-large", tooLarge);
  if (tooLarge) return delete form.dataset.sent;
  show("uploading");
  const request = new XMLHttpRequest();
  const bar = form.querySelector("progress");
  request.upload.addEventListener("progress", ({ loaded, total }) => Object.assign(bar, { max: total, value: loaded }));
  request.addEventListener("error", () => {
    show("uploading", false);
    show("broken");
    delete form.dataset.sent;
  });
  request.addEventListener("load", () => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    // The session ended, or the page is one of another kind: the browser goes there itself.
    if (request.responseURL !== form.action) return window.location.assign(request.responseURL);
    window.history.pushState(null, "", form.action);
    window.addEventListener("popstate", () => window.location.reload(), { once: true });
    document.title = answer.title;
    document.getElementById("main").replaceWith(answer.getElementById("main"));
    document.getElementById("main").focus();
    window.scrollTo(0, 0);
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
}
// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  const chosen = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  if (chosen.length && "files" in form.dataset && !event.defaultPrevented) {
    event.preventDefault();
    sendFiles(form, chosen);
  } else if (chosen.length) form.querySelector("[data-uploading]")?.removeAttribute("hidden");
  window.setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// On narrow screens the filters begin closed, so that the rows are in the first screenful; htmx swaps keep them as they were.
const narrow = window.matchMedia("(max-width: 63.99em)");
let filtersOpen = !narrow.matches;
const settleFilters = () => {
  for (const filters of document.querySelectorAll("details.filters")) filters.open = filtersOpen;
};
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.filters")) filtersOpen = event.target.open;
}, true);
document.addEventListener("htmx:afterSwap", () => {
  settleFilters();
  // The link that was followed is gone: reading goes on at the sentence above the new rows, which also scrolls there.
  const sentence = document.querySelector(".list__sentence");
  if (document.activeElement === document.body && sentence) {
    sentence.tabIndex = -1;
    sentence.focus();
  }
});
settleFilters();

// Where the answer lacks what it should replace (the session ended, an error), the browser goes there itself.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo, target } = event.detail;
  if (xhr.status < 400 && xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  window.location.assign(pathInfo.finalRequestPath || pathInfo.requestPath);
});

// A long form in parts is searched by the words of its fields; without this script its parts unfold one by one.
const find = document.querySelector("[data-find]");
if (find) {
  const parts = [...document.querySelectorAll("#fact-parts > details")];
  const before = parts.map((part) => part.open);
  find.hidden = false;
  find.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.trim().toLowerCase();
    let number = 0;
    parts.forEach((part, index) => {
      const fields = [...part.querySelectorAll(".field")];
      const found = fields.filter((field) => field.textContent.toLowerCase().includes(words));
      for (const field of fields) field.hidden = !found.includes(field);
      number += found.length;
      part.hidden = !found.length;
      part.open = words ? found.length > 0 : before[index];
    });
    find.querySelector("[role=status]").textContent = number === 1 ? "1 fact" : `${number} facts`;
  });
}
