/** Every exercise of the book: what its chapter works out passes, other right answers pass, and wrong ones get a helpful word. */
import { beforeAll, describe, expect, it } from "vitest";
import { cellsOfBook, pagesOfBook, readFixture } from "../../scripts/book-pages.js";
import { loadOf, prepareRuns } from "../../src/book/cell-runs.js";
import type { Answer } from "../../src/book/exercises/exercise.js";
import { EXERCISES } from "../../src/book/exercises/index.js";
import { judge, submission } from "../../src/book/exercises/judge.js";
import { readExercise } from "../../src/book/markdown/exercise-fence.js";
import { fencesOf } from "../../src/book/page-cells.js";

const TEXTS = pagesOfBook().flatMap(({ markdown }) =>
  fencesOf(markdown).flatMap(({ info, content }) => readExercise(info, content) ?? []),
);
const CELLS = cellsOfBook();

const verdict = (name: string, answer: Answer) => judge(submission(name, loadOf(CELLS.get(name)!), answer));

beforeAll(() => prepareRuns(readFixture));

describe("an exercise", () => {
  it("has a text in a chapter, a cell and a check", () => {
    const names = TEXTS.map(({ name }) => name);
    expect(names).toEqual([...EXERCISES.keys()]);
    expect(names.filter((name) => !CELLS.has(name))).toEqual([]);
  });

  describe.each([...EXERCISES.values()].map((exercise) => [exercise.name, exercise] as const))(
    "%s",
    (name, exercise) => {
      const text = TEXTS.find((one) => one.name === name)!;
      const { solutions } = exercise;
      const solutionsOf = () =>
        typeof solutions === "function" ? solutions(loadOf(CELLS.get(name)!)) : solutions;

      it("is solved by what the chapter works out", () => {
        const worked = fencesOf(text.solution).filter(
          ({ info }) => info.trim() === "asm" || info.trim() === "js",
        );
        for (const { content } of worked)
          expect(verdict(name, { source: content.replace(/\n$/, "") })).toMatchObject({ passed: true });
        // What has no program is worked out in words, and a number among them is one of the right answers.
        const parts = fencesOf(text.solution).length;
        const numbers = solutionsOf().flatMap(({ parameters }) => Object.values(parameters ?? {}));
        const words = text.solution.replace("nine", "9");
        expect(parts > 0 || name === "x2.6" || numbers.some((number) => words.includes(`${number}`))).toBe(
          true,
        );
      });

      it("is solved by other right answers", () => {
        expect(solutionsOf().length).toBeGreaterThanOrEqual(2);
        for (const answer of solutionsOf())
          expect(
            verdict(name, answer),
            JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? String(value) : value)),
          ).toMatchObject({ passed: true });
      });

      it("tells each of some wrong answers what to look at", () => {
        expect(exercise.wrong.length).toBeGreaterThanOrEqual(3);
        for (const { answer, says } of exercise.wrong) {
          const { passed, says: said } = verdict(name, answer);
          expect(said).toMatch(says);
          expect(passed).toBe(false);
        }
      });

      it("takes a program with mistakes as an answer that is not right yet", () => {
        if (CELLS.get(name)!.language !== "asm") return;
        expect(verdict(name, { source: "    mov eax" })).toMatchObject({
          passed: false,
          says: expect.stringMatching(/^Line 1: /),
        });
      });
    },
  );
});
