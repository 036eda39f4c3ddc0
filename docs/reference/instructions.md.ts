/** Prints the page of all instructions when the book is built; what is on it is said in src/book. */
import { referencePage } from "../../src/book/instruction-reference.js";

process.stdout.write(referencePage());
