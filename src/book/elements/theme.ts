/**
 * Light, dark, or as the system is. The choice stands in `data-theme` of the page's root, where style.css reads it; a few
 * words of script in the head (`THEME_SCRIPT`) put it there before anything is drawn.
 */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "you-in-cpu/theme";

/** For the head of each page, as short as can be. */
export const THEME_SCRIPT = `try{const t=localStorage.getItem("${KEY}");if(t)document.documentElement.dataset.theme=t}catch{}`;

const LABELS: Readonly<Record<Theme, string>> = {
  system: "as the system is",
  light: "light",
  dark: "dark",
};

/** A button that goes round the three. */
export function themeButton(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "theme-button";
  const show = () => {
    const theme = themeNow();
    button.textContent = { system: "◐", light: "☀", dark: "☾" }[theme];
    button.title = `Colours: ${LABELS[theme]}`;
    button.setAttribute("aria-label", `Colours: ${LABELS[theme]}. Change`);
  };
  button.addEventListener("click", () => {
    nextTheme();
    show();
  });
  show();
  return button;
}

export function themeNow(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return THEMES.find((one) => one === theme) ?? "system";
}

/** The next of the three, kept for the pages to come. */
export function nextTheme(): void {
  const theme = THEMES[(THEMES.indexOf(themeNow()) + 1) % THEMES.length]!;
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Not allowed to keep anything: it holds for this page.
  }
}
