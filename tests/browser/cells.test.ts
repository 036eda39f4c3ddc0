/** Cells in a real browser: edited, run, stepped and reset, by pointer and keyboard, and with input nobody wants. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellPage, hasChromium, liveAsm } from "./cell-page.js";

const STEP = "    mov eax, 3\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt";
const GATE =
  '    mov eax, 41\n    int 0x80\n    mov ebx, eax\n.section .kernel, "ax"\nvector_0x80:\n    inc eax\n    iretq';

/** Asks for another 16 MiB until it is refused, writes to all of it, and says so. */
const EATER = `    mov r12d, 0
more:
    mov eax, 9                # mmap
    xor edi, edi
    mov esi, 0x1000000
    mov edx, 3
    mov r10d, 0x22
    mov r8, -1
    xor r9d, r9d
    syscall
    cmp rax, -4096
    ja refused
    lea rcx, [rax+0x1000000]
fill:
    mov byte ptr [rax], 1
    add rax, 4096
    cmp rax, rcx
    jb fill
    inc r12d
    jmp more
refused:
    mov edi, r12d
    mov eax, 60               # exit
    syscall`;

const BODY = [
  liveAsm("c1.step", STEP, 'show="cycle,strip,registers,flags"'),
  liveAsm("c1.bytes", "    add ebx, 10\n    hlt", 'show="bytes,listing,registers"'),
  liveAsm(
    "c1.rings",
    "hlt\nsidt [rsp-16]\npushfq; and qword ptr [rsp], ~0x200; popfq",
    'scenario="trials" rings="0,1,2,3"',
  ),
  liveAsm("c1.idt", GATE, 'scenario="gates"'),
  liveAsm("eater", EATER, 'scenario="kernel" show="output,calls"'),
  liveAsm("loop", "again: jmp again", 'limit="3000000"'),
].join("\n");

const cell = (name: string) => `live-cell[name="${name}"]`;

describe.skipIf(!hasChromium)("cells in a browser", () => {
  let open: CellPage;

  beforeAll(async () => {
    open = await CellPage.open(BODY);
  }, 60_000);

  afterAll(async () => {
    await open?.close();
  });

  /** Brings a cell into view and waits for its first frame. */
  async function firstFrame(name: string): Promise<void> {
    await open.page.$eval(cell(name), (element) => element.scrollIntoView());
    await open.waitFor(cell(name), ".cell-status", /Ready|Done/);
  }

  it("show their first frame without a click", async () => {
    await firstFrame("c1.step");
    expect(await open.text(cell("c1.step"), ".view-cycle")).toContain("mov eax, 3");
    expect(await open.text(cell("c1.step"), ".current-line")).toContain("mov eax, 3");
    expect(await open.page.$$eval(`${cell("c1.step")} .strip button.inside`, (all) => all.length)).toBe(5);
  }, 30_000);

  it("step, go back, run and reset", async () => {
    const name = cell("c1.step");
    await firstFrame("c1.step");
    await open.press(name, "step");
    await open.waitFor(name, ".cell-status", /after 1 step\./);
    expect(await open.register(name, "rax")).toBe("3");
    await open.press(name, "step");
    await open.waitFor(name, ".cell-status", /after 2 steps/);
    expect(await open.register(name, "rbx")).toBe("a");
    await open.press(name, "back");
    await open.waitFor(name, ".cell-status", /after 1 step\./);
    expect(await open.register(name, "rbx")).toBe("0");
    await open.press(name, "run");
    await open.waitFor(name, ".cell-status", /Halted/);
    expect(await open.register(name, "rbx")).toBe("1e");
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
    expect(await open.register(name, "rbx")).toBe("0");
  }, 30_000);

  it("obey keys while a button has the focus, and not while a field has", async () => {
    const name = cell("c1.step");
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
    await open.page.focus(`${name} [data-command="run"]`);
    await open.page.keyboard.press("s");
    await open.waitFor(name, ".cell-status", /after 1 step\./);
    await open.page.keyboard.press("F10");
    await open.waitFor(name, ".cell-status", /after 2 steps/);
    await open.page.keyboard.press("u");
    await open.waitFor(name, ".cell-status", /after 1 step\./);
    await open.page.keyboard.press("0");
    await open.waitFor(name, ".cell-status", /Ready/);
  }, 30_000);

  it("take three beats for an instruction", async () => {
    const name = cell("c1.step");
    const waiting = () => open.page.$$eval(`${name} .beat.waiting`, (all) => all.length);
    await open.press(name, "beat");
    expect(await waiting()).toBe(2);
    await open.press(name, "beat");
    expect(await waiting()).toBe(1);
    await open.press(name, "beat");
    await open.waitFor(name, ".cell-status", /after 1 step\./);
    expect(await open.text(name, ".view-cycle")).toContain("mov eax, 3");
    await open.press(name, "reset");
  }, 30_000);

  it("start anywhere on the tape, where the same bytes say something else", async () => {
    const name = cell("c1.step");
    await open.waitFor(name, ".cell-status", /Ready/);
    await open.page.$$eval(`${name} .strip button`, (tiles) => (tiles[6] as HTMLElement).click());
    await open.waitFor(name, ".view-cycle", /ret/);
    await open.press(name, "reset");
    await open.waitFor(name, ".view-cycle", /mov eax, 3/);
  }, 30_000);

  it("assemble what is typed, and mark what is wrong where it is", async () => {
    const name = cell("c1.step");
    await open.write(name, "    mov eax, 3\n    adx ebx, 7\n");
    expect(await open.waitFor(name, ".cell-problems", /Line 2/)).toMatch(/Line 2, column \d+: .+/);
    expect(await open.text(name, ".problem-mark")).toContain("adx");
    await open.write(name, "    mov ebx, 7\n    hlt");
    await open.page.waitForSelector(`${name} .cell-problems[hidden]`);
    await open.press(name, "run");
    await open.waitFor(name, ".cell-status", /Halted/);
    expect(await open.register(name, "rbx")).toBe("7");
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-source .cm-content", /add ebx, 10/);
    await open.waitFor(name, ".view-cycle", /mov eax, 3/);
  }, 30_000);

  it("let a byte be changed, and write the source that it now means", async () => {
    const name = cell("c1.bytes");
    await firstFrame("c1.bytes");
    await open.page.$eval(`${name} .byte:nth-child(2) input`, (input) => {
      (input as HTMLInputElement).value = "EB";
      input.dispatchEvent(new Event("change"));
    });
    await open.waitFor(name, ".cell-source .cm-content", /sub ebx, 0xa/);
    await open.waitFor(name, ".instruction .text", /sub ebx, 0xa/);
    await open.press(name, "step");
    await open.waitFor(name, ".cell-status", /after 1 step/);
    expect(await open.register(name, "rbx")).toBe("fffffff6");
    expect(await open.text(name, ".cell-source .cm-content")).toContain("sub ebx, 0xa");
  }, 30_000);

  it("let a bit of ModRM be flipped", async () => {
    const name = cell("c1.bytes");
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
    await open.page.$$eval(`${name} .field button`, (all) => (all[2] as HTMLElement).click());
    await open.waitFor(name, ".instruction .text", /and|or|adc|sbb|sub|xor|cmp|add/);
    await open.page.waitForFunction(
      (part) => !document.querySelector(part)?.textContent?.includes("sub"),
      { timeout: 10_000 },
      `${name} .instruction .text`,
    );
  }, 30_000);

  it("try each line in each ring", async () => {
    const name = cell("c1.rings");
    await firstFrame("c1.rings");
    const verdicts = await open.page.$$eval(`${name} .trials tr.marks`, (rows) =>
      rows.map((row) => [...row.querySelectorAll(".word")].map((word) => word.textContent)),
    );
    expect(verdicts).toEqual([
      ["done", "refused", "refused", "refused"],
      ["done", "done", "done", "done"],
      ["done", "ignored", "ignored", "ignored"],
    ]);
  }, 30_000);

  it("let a gate be changed in memory: with DPL 0 the same int is refused", async () => {
    const name = cell("c1.idt");
    await firstFrame("c1.idt");
    await open.press(name, "run");
    await open.waitFor(name, ".cell-status", /ran past its last instruction/);
    expect(await open.register(name, "rbx")).toBe("2a");
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
    await open.page.$$eval(`${name} .gate .fields label`, (labels) => {
      const input = labels
        .find((label) => label.querySelector(".name")?.textContent === "DPL")
        ?.querySelector("input");
      if (!input) throw new Error("no field for DPL");
      input.value = "0";
      input.dispatchEvent(new Event("change"));
    });
    await open.waitFor(name, ".gate", /int needs ring ≤ 0/);
    await open.press(name, "run");
    await open.waitFor(name, ".cell-status", /#GP/);
    expect(await open.text(name, ".view-exception")).toContain("error code 0x402");
  }, 30_000);

  it("say in words what the pictures show", async () => {
    const name = cell("c1.idt");
    await open.press(name, "words");
    expect(await open.page.$eval(name, (element) => element.classList.contains("with-words"))).toBe(true);
    expect(await open.text(name, ".view-rings .words")).toContain("ring 0");
    await open.press(name, "words");
  });

  it("that loop for ever leave the page quick, can be stopped, and end when their budget does", async () => {
    const name = cell("loop");
    await firstFrame("loop");
    await open.press(name, "run");
    expect(await open.answers()).toBe(true);
    await open.waitFor(name, ".cell-status", /Running|without ending/);
    await open.press(name, "stop");
    await open.waitFor(name, ".cell-status", /Paused|without ending/);
    await open.press(name, "run");
    expect(await open.waitFor(name, ".cell-status", /without ending; stopped/)).toContain(
      "3\u202f000\u202f000 instructions",
    );
    await open.waitFor(name, '[data-command="run"]', /^Continue$/);
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
  }, 60_000);

  it("that eat all memory come to an end, and the page stays quick", async () => {
    const name = cell("eater");
    await firstFrame("eater");
    await open.press(name, "run");
    expect(await open.answers()).toBe(true);
    const end = await open.waitFor(name, ".cell-status", /Killed|Exited/);
    expect(end).toMatch(/SIGKILL|SIGSEGV|SIGBUS|status \d+/);
    await open.press(name, "reset");
    await open.waitFor(name, ".cell-status", /Ready/);
  });

  it("take garbage as a list of mistakes", async () => {
    const name = cell("loop");
    await open.write(name, "\u0001\u0002 ☃ }{ \\ '\" ,,, 0x ]]]\n%%%%\n\ud83d\ude00 mov");
    expect(await open.waitFor(name, ".cell-problems", /Line/)).toContain("Line 1");
    expect(await open.answers()).toBe(true);
  }, 30_000);

  it("refuse ten million characters and keep what was there", async () => {
    const name = cell("loop");
    await open.write(name, "again: jmp again");
    await open.write(name, "nop\n".repeat(2_500_000), true);
    expect(await open.waitFor(name, ".cell-problems", /too many/)).toContain("262\u202f144");
    expect(await open.text(name, ".cm-content")).toContain("again: jmp again");
    expect(await open.answers()).toBe(true);
  }, 60_000);

  it("complain about nothing in the console", () => expect(open.complaints).toEqual([]));
});
