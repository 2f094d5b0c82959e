// Rows that somebody has hands on, by pointer or keyboard, stay where they are: only then they are named to the desk.
document.addEventListener("htmx:configRequest", (event) => {
  const list = event.target.closest?.("[data-keeps-rows]");
  const rows = list?.querySelector("tbody");
  if (list && !(rows?.matches(":hover") || rows?.contains(document.activeElement))) delete event.detail.parameters.shown;
});
