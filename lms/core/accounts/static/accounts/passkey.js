// Passkeys: asks the browser and hands its answer to the form. The page says what to do where this does not run.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const listed = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));

async function answer(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = listed(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = listed(options.allowCredentials);
  }
  const made = await navigator.credentials[options.user ? "create" : "get"]({ publicKey });
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = text(made.response[part]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

for (const box of window.PublicKeyCredential ? document.querySelectorAll(".passkey") : []) {
  const form = box.querySelector("form");
  const part = (name) => box.querySelector(`[data-${name}]`);
  form.hidden = false;
  part("without").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    part("failed").hidden = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const asked = await (await fetch(form.dataset.options, { method: "POST", body })).json();
      form.elements.passkey_answer.value = JSON.stringify(await answer(asked.options));
      form.elements.challenge.value = asked.challenge;
      form.submit();
    } catch {
      part("failed").hidden = false;
    }
  });
}
