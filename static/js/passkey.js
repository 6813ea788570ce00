// Passkeys (WebAuthn): only on pages that have one. The browser itself turns the server's question into what it
// wants, and its answer into what the server reads; where it cannot, the button stays hidden.

const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

function tell(place, name) {
  const told = place.querySelector("[data-passkey-told]");
  if (told) told.textContent = name ? told.dataset[name] : "";
}

// A question that stands in the page: <form data-passkey-get="…"> or data-passkey-create; the answer is sent with it.
async function answer(form) {
  const { passkeyGet, passkeyCreate } = form.dataset;
  tell(form, "");
  try {
    const credential = passkeyGet
      ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(passkeyGet).publicKey) })
      : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(passkeyCreate).publicKey) });
    form.querySelector("[name=credential]").value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    tell(form, "failed");
  }
}

// Beside a password's field: asked and answered without leaving the page, nothing typed is lost.
async function confirm(place) {
  const send = (fields) => fetch(place.dataset.passkeyAgain, { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams(fields) });
  try {
    const options = PublicKeyCredential.parseRequestOptionsFromJSON((await (await send({})).json()).publicKey);
    const credential = await navigator.credentials.get({ publicKey: options });
    const answered = await send({ credential: JSON.stringify(credential.toJSON()) });
    if (answered.status !== 204) throw new Error("refused");
    for (const field of place.querySelectorAll(".field, [data-passkey]")) field.remove();
    tell(place, "done");
  } catch {
    tell(place, "failed");
  }
}

for (const place of document.querySelectorAll("[data-passkey-get], [data-passkey-create], [data-passkey-again]")) {
  if (!able) continue;
  for (const hidden of place.querySelectorAll("[data-passkey]")) hidden.hidden = false;
  place.querySelector("[data-passkey-start]").addEventListener("click", () => (place.dataset.passkeyAgain ? confirm(place) : answer(place)));
}
