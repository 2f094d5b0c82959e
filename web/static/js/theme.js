// The theme button without a reload. The choice is a cookie, so the server draws the next page right from the start.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
  if (theme === "auto") delete document.documentElement.dataset.bsTheme;
  else document.documentElement.dataset.bsTheme = theme;
  for (const button of form.elements) button.setAttribute?.("aria-pressed", String(button.value === theme));
});
