/** Prints the page of all system calls when the book is built; what is on it is said in src/book. */
import { systemCallPage } from "../../src/book/system-call-reference.js";

process.stdout.write(systemCallPage());
