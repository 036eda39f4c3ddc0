/** What every page of the book has besides its cells: questions, exercises, cards of terms, keys, colours, progress. */

import { BlockPage } from "./block-page.js";
import { BookExercise } from "./book-exercise.js";
import { keepForOffline } from "./offline.js";
import { helpButton, listenForKeys } from "./page-keys.js";
import { showProgress } from "./page-progress.js";
import { PredictQuestion } from "./predict-question.js";
import { TermCards } from "./term-card.js";
import { themeButton } from "./theme.js";

customElements.define("predict-question", PredictQuestion);
customElements.define("book-exercise", BookExercise);
customElements.define("block-page", BlockPage);

new TermCards().listen(document);
listenForKeys(document);
showProgress(document);

const buttons = document.createElement("div");
buttons.className = "page-buttons";
buttons.append(themeButton(), helpButton());
document.querySelector("#observablehq-center")?.before(buttons);

keepForOffline(document);
