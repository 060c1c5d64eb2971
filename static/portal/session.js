// The end of a session: a warning with a countdown. Whatever was typed and not sent is kept in this tab until the person
// is back, whether the session ended or another page was looked at meanwhile.
// The server alone decides when a session ends; this page asks it before it warns and before it leaves.
const KEPT = "kept:";
const ending = document.getElementById("session-end");

const others = new BroadcastChannel("portal session");

// --- what was typed ---
const own = () => `${KEPT}${ending.dataset.person}:`;
const place = () => `${own()}${window.location.pathname}${window.location.search}`;
const inputs = () =>
  [...document.querySelectorAll("main form[method=post] :is(input, textarea, select)")].filter(
    (each) => each.name && !["password", "hidden", "file", "submit", "button"].includes(each.type) && !each.closest("dialog"),
  );
const said = (each) => {
  if (["checkbox", "radio"].includes(each.type)) return each.checked;
  return each.multiple ? [...each.selectedOptions].map((option) => option.value) : each.value;
};
const typed = new Set();
document.addEventListener("input", (event) => typed.add(event.target));

const formOf = (each) => each.form.getAttribute("action") || "";
const sameFields = (each) => [...each.form.elements].filter((other) => other.name === each.name && other.type === each.type);

// What the person did not touch is not kept: the page may know it better by then.
function keep() {
  const touched = inputs().filter((each) => typed.has(each) && !each.form.dataset.sent);
  const values = touched.map((each) => [formOf(each), each.name, each.type, sameFields(each).indexOf(each), said(each)]);
  if (values.length) window.sessionStorage.setItem(place(), JSON.stringify(values));
  else window.sessionStorage.removeItem(place());
}

function giveBack() {
  const kept = window.sessionStorage.getItem(place());
  if (kept === null) return;
  window.sessionStorage.removeItem(place());
  let isAny = false;
  for (const [action, name, type, index, value] of JSON.parse(kept)) {
    const fits = (each) => formOf(each) === action && each.name === name && each.type === type;
    const each = inputs().find((other) => fits(other) && sameFields(other).indexOf(other) === index);
    if (!each) continue;
    if (typeof value === "boolean") each.checked = value;
    else if (Array.isArray(value)) for (const option of each.options) option.selected = value.includes(option.value);
    else each.value = value;
    for (let above = each.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
    typed.add(each);
    isAny = true;
  }
  if (!isAny) return;
  const alert = document.createElement("div");
  alert.className = "usa-alert usa-alert--slim usa-alert--info";
  alert.setAttribute("role", "status");
  alert.innerHTML = '<div class="usa-alert__body"><p class="usa-alert__text"></p></div>';
  alert.querySelector("p").textContent = "What you had typed here is back. Nothing was sent yet.";
  document.querySelector("main").prepend(alert);
}

function forget(except = null) {
  for (const name of Object.keys(window.sessionStorage))
    if (name.startsWith(KEPT) && !(except && name.startsWith(except))) window.sessionStorage.removeItem(name);
}

// --- the countdown ---
function watch() {
  const warning = ending.dataset.warning * 1000;
  const timer = document.getElementById("session-end-timer");
  const live = document.getElementById("session-end-said");
  const stayForm = ending.querySelector("form");
  let ends = Date.now() + ending.dataset.left * 1000;
  let used = Date.now();
  let asking = false;
  let left = false;

  const lasts = (seconds) => {
    ends = Date.now() + seconds * 1000;
    if (seconds * 1000 > warning && ending.open) ending.close();
  };
  const ask = async (options = {}) => {
    const answer = await fetch(stayForm.action, { redirect: "manual", ...options });
    const session = answer.ok ? await answer.json() : null;
    // Signed out in another tab, or another person has signed in there: what is on this page is not for them.
    if (answer.type === "opaqueredirect" || (session && session.person !== ending.dataset.person)) leave();
    if (!session) throw new Error("no session");
    lasts(session.left);
  };
  const stay = async () => {
    used = Date.now();
    await ask({ method: "POST", body: new FormData(stayForm) });
    others.postMessage("used");
  };
  const leave = () => {
    if (left) return;
    left = true;
    keep();
    const back = encodeURIComponent(window.location.pathname + window.location.search);
    window.location.assign(`${ending.dataset.signIn}?ended=idle&next=${back}`);
  };
  const words = (seconds) => (seconds === 1 ? "1 second" : `${seconds} seconds`);
  const say = (seconds) => {
    timer.textContent = words(seconds);
    // Said aloud at a few moments only: every second would drown all else.
    if (!ending.open || [30, 10].includes(seconds)) live.textContent = `You are signed out in ${words(seconds)}.`;
  };

  const look = async () => {
    const rest = ends - Date.now();
    if (asking || rest > warning) return;
    asking = true;
    try {
      // Another tab, or a page without this script, may have used the session since.
      if (!ending.open || rest <= 0) await ask();
      const now = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      if (now === 0) leave();
      else if (now * 1000 <= warning) {
        say(now);
        if (!ending.open) ending.showModal();
      }
    } catch {
      // The session is over, or the server cannot be reached: only the first is certain when the time is up.
      if (rest <= 0) leave();
    } finally {
      asking = false;
    }
  };

  others.addEventListener("message", () => ask().catch(() => {}));
  document.addEventListener("htmx:afterRequest", () => ask().then(() => others.postMessage("used"), () => {}));
  // Typing is use: the server hears of it at most three times in the life of a session.
  document.addEventListener("input", () => {
    if (Date.now() - used > (ending.dataset.left * 1000) / 3) stay().catch(() => {});
  });
  stayForm.addEventListener("submit", (event) => {
    event.preventDefault();
    delete stayForm.dataset.sent;
    stay().catch(leave);
  });
  ending.addEventListener("close", () => {
    if (ends - Date.now() <= warning) stay().catch(leave);
  });
  window.setInterval(look, 1000);
}

document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/sign-out/")) return;
  typed.clear();
  forget();
});
if (ending) {
  // What another person typed in this tab is not theirs to find.
  forget(own());
  giveBack();
  watch();
  window.addEventListener("pagehide", keep);
}
// Other tabs ask the server at once: the session was used, or it was ended by signing out, or another began.
others.postMessage("used");
