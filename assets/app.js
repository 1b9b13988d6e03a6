// Comforts only: every page works without this file.
const all = (selector) => [...document.querySelectorAll(selector)];

// A second click on a form that is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method !== "post") return;
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("[data-once]")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-once]")) button.removeAttribute("aria-disabled");
  }
});

// Show password.
for (const row of all("[data-show]")) {
  const field = document.getElementById(row.dataset.show);
  const box = row.querySelector("input");
  row.hidden = false;
  box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
}

// The demonstration fills in an account.
for (const button of all("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.getElementById("email").value = button.dataset.fill;
    document.getElementById("password").value = button.dataset.password;
    document.querySelector("form .main").focus();
  });
}

// The list of faults takes the focus.
all("[data-focus]")[0]?.focus();

// Print.
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// "/" goes to the search.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "")) return;
  const field = document.querySelector("form[role=search] input:not([type=hidden])");
  if (field) { event.preventDefault(); field.focus(); } else if (document.querySelector('a[href="/patients"]')) { event.preventDefault(); location.href = "/patients"; }
});

// Characters left.
for (const area of all("[data-count]")) {
  const most = Number(area.dataset.count);
  const line = document.createElement("p");
  line.className = "hint";
  line.setAttribute("aria-live", "polite");
  area.after(line);
  const tell = () => { line.textContent = `${[...area.value].length} / ${most}`; };
  area.addEventListener("input", tell);
  tell();
}

// Two minutes before the session ends for lack of use, say so; words come from the page.
const idle = Number(document.body.dataset.idle ?? 0);
const words = document.body.dataset.idleWords;
if (idle > 120 && words) {
  let timer;
  const warn = () => {
    const box = document.createElement("p");
    box.id = "warn-idle";
    box.setAttribute("role", "alert");
    box.textContent = words;
    document.body.append(box);
  };
  timer = setTimeout(warn, (idle - 120) * 1000);
  window.addEventListener("pagehide", () => clearTimeout(timer));
}
