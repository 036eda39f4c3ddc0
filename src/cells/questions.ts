/** Questions of the page that a worker has not answered yet. */
import type { Answers } from "./protocol.js";

type Answer = Answers[keyof Answers];

export class Questions {
  private asked = 0;
  private readonly open = new Map<number, { tell(answer: Answer): void; fail(reason: Error): void }>();

  /** Asks one: `post` gets its number. Rejects with the reason when there is no answer. */
  ask<K extends keyof Answers>(post: (number: number) => void): Promise<Answers[K]> {
    return new Promise((resolve, fail) => {
      const number = ++this.asked;
      this.open.set(number, { tell: (answer) => resolve(answer as Answers[K]), fail });
      post(number);
    });
  }

  answered(number: number, answer: Answer): void {
    this.open.get(number)?.tell(answer);
    this.open.delete(number);
  }

  /** One of them has no answer. */
  unanswered(number: number, reason: string): void {
    this.open.get(number)?.fail(new Error(reason));
    this.open.delete(number);
  }

  /** The worker is gone. */
  failAll(reason: string): void {
    for (const number of [...this.open.keys()]) this.unanswered(number, reason);
  }
}
