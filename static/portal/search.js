// Suggestions under the search of the head: a combobox with a list, used by keyboard or pointer. Without this script the
// form searches as it does anyway.
const searchForm = document.querySelector(".masthead__search");
const searchBox = searchForm?.querySelector("input[type=search]");

function suggest(form, box) {
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[aria-live]");
  const answers = new Map();
  let waiting = 0;
  let asked = null;
  let at = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const choose = (place) => {
    at = place;
    box.removeAttribute("aria-activedescendant");
    options().forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
      if (index !== at) return;
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    });
  };
  const close = () => {
    window.clearTimeout(waiting);
    asked?.abort();
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const open = () => {
    const number = options().length;
    list.hidden = number === 0;
    box.setAttribute("aria-expanded", String(number > 0));
    status.textContent = number === 1 ? "1 suggestion" : `${number} suggestions`;
  };
  const show = (markup) => {
    list.innerHTML = markup;
    options().forEach((option, index) => (option.id = `suggestion-${index}`));
    choose(-1);
    open();
  };
  const ask = async () => {
    const words = box.value.trim();
    if (words.length < 2) {
      close();
      return;
    }
    if (!answers.has(words)) {
      asked?.abort();
      asked = new AbortController();
      try {
        const address = `${form.dataset.suggestions}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { signal: asked.signal, redirect: "error" });
        if (!answer.ok) return;
        answers.set(words, await answer.text());
      } catch {
        // Typed on, signed out or not connected: the form itself says so when it is sent.
        return;
      }
    }
    if (words === box.value.trim() && document.activeElement === box) show(answers.get(words));
  };

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 250);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const number = options().length;
    if (event.key === "Escape" && !list.hidden) {
      // The browser would empty the box as well.
      event.preventDefault();
      close();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && number) {
      event.preventDefault();
      if (list.hidden) open();
      // One place is the box itself, before the first and after the last.
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((at + 1 + step + number + 1) % (number + 1)) - 1);
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      window.location.assign(options()[at].dataset.url);
    }
  });
  // Pressing an option leaves the focus where it is, so that the list is still there when it is let go.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) window.location.assign(option.dataset.url);
  });
}

if (searchBox) suggest(searchForm, searchBox);
