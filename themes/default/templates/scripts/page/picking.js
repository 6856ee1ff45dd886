// Fields that send their form as soon as something is chosen, such as the day in the filter bar.
import { all } from "./dom.js";

export const startPicking = () => {
  for (const field of all("[data-pick]")) {
    field.addEventListener("change", () => field.value && field.form.requestSubmit());
  }
};
