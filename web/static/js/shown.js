// A question that is asked for one answer of another alone is hidden meanwhile. Without this script it says so in words.
const answersOf = (form, name) => {
  const inputs = [...form.elements].filter((one) => one.name === name && one.closest("[hidden]") === null);
  return inputs.filter((one) => one.type !== "checkbox" || one.checked).map((one) => one.value);
};

function draw(form) {
  for (const field of form.querySelectorAll("[data-decider]")) {
    field.hidden = !answersOf(form, field.dataset.decider).includes(field.dataset.shownFor);
  }
}

document.addEventListener("input", ({ target }) => { if (target.form?.dataset.shownIf !== undefined) draw(target.form); });
for (const form of document.querySelectorAll("form[data-shown-if]")) draw(form);
