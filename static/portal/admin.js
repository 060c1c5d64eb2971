// What select2 draws in place of a select, named by the select's label and described by its hint.
document.addEventListener("DOMContentLoaded", () => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    label.id ||= `${select.id}-label`;
    const box = () => select.nextElementSibling.querySelector("[role=combobox]");
    // After Django's own script, which waits for the same event.
    window.setTimeout(() => {
      const chosen = box().querySelector(".select2-selection__rendered");
      for (const name of ["role", "aria-readonly"]) chosen.removeAttribute(name);
      box().setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
      const hint = select.getAttribute("aria-describedby");
      if (hint) box().setAttribute("aria-describedby", hint);
      label.addEventListener("click", () => box().focus());
    });
    django.jQuery(select).on("select2:open", () => {
      box().setAttribute("aria-controls", `select2-${select.id}-results`);
      const search = document.querySelector(".select2-container--open .select2-search__field");
      search.setAttribute("aria-label", label.textContent.trim());
      search.focus();
    }).on("select2:close", () => box().removeAttribute("aria-controls"));
  }
});
