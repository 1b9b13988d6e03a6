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

// Passkeys: the browser is asked, and its answer is sent as a form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const ceremony = async (form) => {
  const body = new URLSearchParams({ form_token: form.elements.form_token.value });
  const answer = await fetch(form.dataset.options, { method: "POST", body });
  // Not JSON: a page that asks for something first. The form itself leads there.
  if (!answer.headers.get("content-type")?.includes("json")) return;
  const { publicKey } = await answer.json();
  if (!publicKey) return;
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const key of [...(publicKey.excludeCredentials ?? []), ...(publicKey.allowCredentials ?? [])]) key.id = bytes(key.id);
  const key = await navigator.credentials[form.dataset.passkey]({ publicKey });
  const response = {};
  for (const part of ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = text(key.response[part]);
  }
  const transports = key.response.getTransports?.();
  if (transports) response.transports = transports;
  form.elements.response.value = JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response, extensions: {} });
};
if (window.PublicKeyCredential) {
  for (const form of all("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if (form.elements.response.value) return;
      event.preventDefault();
      event.stopPropagation();
      ceremony(form).catch(() => {}).finally(() => { form.elements.response.value ||= "-"; form.requestSubmit(); });
    });
  }
}
