/** The glossary, made from the terms in `src/book/glossary`. */
import { glossaryPage } from "../../src/book/glossary-page.js";

process.stdout.write(glossaryPage());
