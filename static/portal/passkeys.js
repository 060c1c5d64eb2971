// Shows the buttons of passkeys where the browser knows them, and says in words when nothing came of it.
if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) button.hidden = false;
  for (const sentence of document.querySelectorAll("[data-no-passkey]")) sentence.hidden = true;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("passkey-problem");
  if (problem) problem.hidden = false;
});
