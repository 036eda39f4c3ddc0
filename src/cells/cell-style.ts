/**
 * How cells look. Colours come from the page's theme where it has them, and change with `color-scheme`; nothing is
 * told by colour alone. It becomes a part of the page's own stylesheet, since stills look the same without JavaScript.
 */

import { CONTROL_STYLE } from "./controls/control-style.js";
import { FIGURE_STYLE } from "./figure-style.js";
import { MACHINE_STYLE } from "./machine-style.js";
import { SCHEDULE_STYLE } from "./schedule-style.js";
import { TERMINAL_STYLE } from "./terminal-style.js";

const PALETTE = `
.cell {
  --cell-fg: var(--theme-foreground, light-dark(#1b1b1b, #ececec));
  --cell-muted: light-dark(#595959, #b4b4b4);
  --cell-faint: light-dark(#666666, #ababab);
  --cell-line: light-dark(#d6d3cc, #3c3f45);
  --cell-back: light-dark(#fcfbf8, #1b1d21);
  --cell-raised: light-dark(#ffffff, #24272c);
  --cell-accent: light-dark(#0b57a4, #8ab8ff);
  --cell-changed: light-dark(#fff0c2, #4a3c10);
  --cell-bad: light-dark(#a3210f, #ff9d8a);
  --cell-bad-back: light-dark(#fdeeeb, #3b1d19);
  --cell-good: light-dark(#1c6b32, #86d79b);
  --cell-selection: light-dark(#cfe3fb, #1f4a7d);
  --cell-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --role-prefix: light-dark(#7a4a00, #f0b35a);
  --role-rex: light-dark(#7a2c8c, #dc9cf0);
  --role-opcode: light-dark(#a3210f, #ff9d8a);
  --role-modrm: light-dark(#0b57a4, #8ab8ff);
  --role-sib: light-dark(#00646b, #6fd3da);
  --role-displacement: light-dark(#4d5b00, #c6d45c);
  --role-immediate: light-dark(#1c6b32, #86d79b);
  --sign-call: light-dark(#0b57a4, #8ab8ff);
  --sign-fault: light-dark(#a3210f, #ff9d8a);
  --sign-interrupt: light-dark(#7a4a00, #f0b35a);
  --sign-switch: light-dark(#1c6b32, #86d79b);
  --sign-process: light-dark(#7a2c8c, #dc9cf0);
  --sign-signal: light-dark(#8f1350, #ff9ac7);
  --sign-output: light-dark(#00646b, #6fd3da);
  --code-comment: var(--cell-faint);
  --code-label: light-dark(#7a4a00, #f0b35a);
  --code-string: light-dark(#1c6b32, #86d79b);
  --code-number: light-dark(#0b57a4, #8ab8ff);
  --code-keyword: light-dark(#a3210f, #ff9d8a);
  --code-register: light-dark(#7a2c8c, #dc9cf0);
}`;

const FRAME = `
live-cell, run-program { display: block; }
.cell {
  margin: 1.5rem 0; color: var(--cell-fg); background: var(--cell-back); container-type: inline-size;
  border: 1px solid var(--cell-line); border-radius: 8px; font: 15px/1.45 system-ui, sans-serif;
}
.cell :is(h3, h4, p, dl, dd, ol, pre, table) { margin: 0; padding: 0; max-width: none; font-size: inherit; }
.cell, .cell * { box-sizing: border-box; }
.cell [hidden] { display: none !important; }
.cell :is(button, input, textarea) { font: inherit; color: inherit; }
.cell :focus-visible { outline: 2px solid var(--cell-accent); outline-offset: 1px; }
.cell-source { border-bottom: 1px solid var(--cell-line); border-radius: 8px 8px 0 0; background: var(--cell-raised); font: 14px/1.5 var(--cell-mono); }
.cell-source .observablehq-pre-container { margin: 0; max-width: none; }
.cell-source pre {
  margin: 0; padding: 0.5rem 1rem; max-width: none; overflow-x: auto; cursor: text; font: inherit;
  background: none !important; border: 0; box-shadow: none;
}
/* The highlighter's comments are too pale to be read on this ground. */
.cell-source span[style*="6A737D"] { --shiki-light: #59636e !important; --shiki-dark: #9da4ad !important; }
.cell-source .cm-editor { max-height: 30rem; } .cell-source .cm-content:focus-visible { outline: none; }
.cell-source:has(.cm-focused) { outline: 2px solid var(--cell-accent); outline-offset: -2px; }
.cell-source .current-line { background: var(--cell-changed); box-shadow: inset 3px 0 var(--cell-accent); }
.cell-source span.current-line { display: inline-block; min-width: 100%; }
.cell-source .problem-mark { text-decoration: underline wavy var(--cell-bad); text-underline-offset: 3px; }
.cell-problems { padding: 0.5rem 1rem; background: var(--cell-bad-back); border-bottom: 1px solid var(--cell-line); overflow-wrap: anywhere; }
.cell-problems strong { color: var(--cell-bad); }
.cell-problems .next-step { color: var(--cell-muted); }
.cell.cell table :is(thead, tbody) tr:nth-child(n), .cell.cell table :is(thead, tbody) tr:nth-child(n) :is(td, th) { border: 0; }
.cell-views { margin-bottom: -1px; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); }
.view { padding: 0.6rem 1rem 0.8rem; min-width: 0; border-bottom: 1px solid var(--cell-line); }
.view h3 { font: 600 13px/1.6 system-ui, sans-serif; color: var(--cell-muted); }
.view h4 { font: 600 13px/1.6 system-ui, sans-serif; color: inherit; }
.view:is(.view-registers, .view-cycle, .view-strip, .view-bytes, .view-idt, .view-doors, .view-trials, .view-listing, .view-output, .view-calls, .view-memory, .view-stack, .view-flags, .view-measures) { grid-column: 1 / -1; }
.view .words { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.cell.with-words .words { position: static; width: auto; height: auto; clip-path: none; white-space: normal; margin-top: 0.4rem; color: var(--cell-muted); font-size: 14px; }
.view { position: relative; }
.view [translate="no"] { font-family: var(--cell-mono); font-size: 13px; }
.view .caption::first-letter { text-transform: uppercase; }
.view .caption { color: var(--cell-muted); font-size: 13px; }`;

const STATE_VIEWS = `
.registers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0 1.2rem; }
.register { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 0.6rem; padding: 0 0.25rem; border-left: 3px solid transparent; }
.register .name { width: 2.2rem; font-weight: 600; }
.register .value.zero { color: var(--cell-faint); }
.register .decimal { color: var(--cell-muted); }
.register .was { color: var(--cell-muted); font-size: 12px; }
.registers .empties { display: none; color: var(--cell-muted); padding: 0 0.25rem; }
@container (max-width: 480px) { .register.empty { display: none; } .registers .empties { display: block; } }
.register.changed { background: var(--cell-changed); border-left-color: var(--cell-accent); }
.flags { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.flag { display: grid; text-align: center; min-width: 2.3rem; border: 1px solid var(--cell-line); border-radius: 5px; padding: 0.1rem 0.2rem; color: var(--cell-muted); }
.flag.set { color: var(--cell-fg); border-color: var(--cell-fg); font-weight: 700; }
.flag.changed { background: var(--cell-changed); box-shadow: inset 0 -3px var(--cell-accent); }
.memory { overflow-x: auto; }
.memory table { width: auto; border-collapse: collapse; white-space: nowrap; }
.memory td { padding: 0 0.75rem 0 0; border: 0; vertical-align: baseline; }
.memory .code span { margin-right: 0.35em; }
.memory .zero, .memory .address, .listing .address, .stack .address { color: var(--cell-faint); }
.memory .changed { background: var(--cell-changed); text-decoration: underline; color: inherit; }
.memory .labels { color: var(--code-label); }
.stack .slot { display: flex; flex-wrap: wrap; column-gap: 0.7rem; align-items: baseline; border-bottom: 1px solid var(--cell-line); max-width: 44rem; }
.stack .pointer { font-weight: 700; text-align: right; white-space: nowrap; width: 3.4rem; }
@container (max-width: 420px) { .stack .slot { font-size: 11.5px !important; column-gap: 0.4rem; } .stack .pointer { width: 2.6rem; } }
.stack .holds { color: var(--cell-muted); font-family: system-ui, sans-serif; }
.stack .changed .value { background: var(--cell-changed); text-decoration: underline; }
.rings svg { width: min(100%, 13rem); display: block; margin: 0.2rem auto; }
.rings circle { fill: none; stroke: var(--cell-line); stroke-width: 1.5; }
.rings text { font: 10px system-ui, sans-serif; fill: var(--cell-muted); }
.rings .here circle { stroke: var(--cell-accent); stroke-width: 3.5; }
.rings .here text { fill: var(--cell-fg); font-weight: 700; }
.exception { overflow-wrap: anywhere; }
.exception:not(.quiet) { border-left: 3px solid var(--cell-bad); padding-left: 0.6rem; }
.exception.quiet { color: var(--cell-muted); }
.output pre { font: 13px/1.4 var(--cell-mono); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; overflow: auto; padding: 0.5rem 0.7rem; background: var(--cell-raised); border: 1px solid var(--cell-line); border-radius: 6px; box-shadow: none; }
.output pre.empty { color: var(--cell-faint); font-style: italic; }
.calls ol { max-height: 20rem; overflow: auto; padding-left: 3.2rem; border: 1px solid var(--cell-line); border-radius: 6px; background: var(--cell-raised); }
.calls li { padding: 0; margin: 0; } .calls li::marker { color: var(--cell-faint); }
.calls code { font: inherit; background: none; padding: 0; overflow-wrap: anywhere; }
.calls .pid { color: var(--cell-faint); margin-right: 0.5em; }`;

const CODE_VIEWS = `
.role-prefix { --role: var(--role-prefix); } .role-rex { --role: var(--role-rex); } .role-opcode { --role: var(--role-opcode); }
.role-modrm { --role: var(--role-modrm); } .role-sib { --role: var(--role-sib); }
.role-displacement { --role: var(--role-displacement); } .role-immediate { --role: var(--role-immediate); }
.role-data { --role: var(--cell-muted); }
.listing { overflow-x: auto; }
.listing table { width: 100%; border-collapse: collapse; white-space: nowrap; }
.listing th { text-align: left; font-weight: 400; color: var(--cell-faint); border: 0; padding: 0 0.7rem 0 0; }
.listing td { border: 0; padding: 0 0.7rem 0 0; vertical-align: baseline; }
@container (max-width: 420px) { .listing table { font-size: 11.5px; } .listing :is(th, td) { padding-right: 0.4rem; } .listing .label { margin-right: 0.4em; } }
.listing .mark button { border: 0; background: none; padding: 0 0.3rem; min-width: 24px; min-height: 24px; cursor: pointer; color: var(--cell-faint); }
.listing .current { background: var(--cell-changed); } .listing .current .mark button { color: var(--cell-accent); }
.listing .code, .strip button, .gate .bytes input { text-transform: uppercase; }
.listing .code span { color: var(--role); margin-right: 0.35em; }
.listing .label { color: var(--code-label); margin-right: 0.7em; }
.strip { display: flex; flex-wrap: wrap; row-gap: 0.3rem; }
.strip button { border: 1px solid var(--cell-line); border-left-width: 0; background: var(--cell-raised); padding: 0; width: 2.1rem; min-height: 2rem; cursor: pointer; }
.strip button.begins { border-left: 2px solid var(--cell-faint); }
.strip button.inside { background: var(--cell-selection); font-weight: 700; }
.strip button.here { box-shadow: inset 0 -4px var(--cell-accent); }
.cycle { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11.5rem), 1fr)); gap: 0.6rem; }
.beat { border: 1px solid var(--cell-line); border-radius: 6px; padding: 0.3rem 0.6rem; background: var(--cell-raised); overflow-wrap: anywhere; min-height: 5.5rem; }
.beat[aria-current] { border-color: var(--cell-accent); box-shadow: inset 0 3px var(--cell-accent); }
.beat.waiting .lines { visibility: hidden; }
.instruction-bytes .text { font: 600 16px var(--cell-mono); padding: 0.2rem 0; }
.instruction-bytes .row { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.byte { display: grid; justify-items: center; font-size: 12px; color: var(--role); }
.byte input { width: 2.6rem; text-align: center; font: 600 17px var(--cell-mono); color: var(--role); border: 2px solid var(--role); border-radius: 5px; background: var(--cell-raised); padding: 0.2rem 0; text-transform: uppercase; }
.byte input[readonly] { border-style: dashed; }
.instruction-bytes .fields { display: flex; gap: 1rem; margin-top: 0.5rem; flex-wrap: wrap; }
.field { display: grid; justify-items: center; color: var(--role); }
.field button { width: 1.7rem; min-height: 1.8rem; border: 1px solid var(--role); background: var(--cell-raised); color: var(--role); font: 600 15px var(--cell-mono); cursor: pointer; padding: 0; margin: 0; }
.field button:disabled { cursor: default; opacity: 0.8; }
.instruction-bytes .all { display: flex; gap: 0.5rem; align-items: baseline; margin-top: 0.5rem; flex-wrap: wrap; } .instruction-bytes .all input { font: 13px var(--cell-mono); border: 1px solid var(--cell-line); border-radius: 4px; background: var(--cell-raised); padding: 0.15rem 0.35rem; width: min(100%, 24rem); }
.meanings { margin-top: 0.5rem !important; } .meanings div { display: flex; align-items: baseline; column-gap: 0.7rem; }
.meanings dt { color: var(--role); font-weight: 600; flex: 0 0 min(9.5rem, 35%); overflow-wrap: anywhere; } .meanings dd { font-family: system-ui, sans-serif; font-size: 14px; }
.trials table { border-collapse: collapse; width: 100%; }
.trials :is(th, td) { border: 0; padding: 0.15rem 0.5rem 0.15rem 0; text-align: left; vertical-align: baseline; }
.trials thead th { white-space: nowrap; font-weight: 400; color: var(--cell-muted); }
.trials tbody { border-top: 1px solid var(--cell-line); }
.trials tbody th { font-weight: 600; overflow-wrap: anywhere; }
.trials td strong { white-space: nowrap; font-weight: 600; }
.trials .says td { padding-bottom: 0.4rem; } .trials .says p { font: 13px/1.4 system-ui, sans-serif; color: var(--cell-muted); }
.trials .verdict-done strong { color: var(--cell-good); } .trials .verdict-refused strong { color: var(--cell-bad); }
@container (max-width: 560px) { .trials .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } .trials .mark { font-size: 18px; } }
.idt { display: grid; gap: 0.6rem; grid-template-columns: minmax(0, 1fr); } .idt .caption { overflow-wrap: anywhere; }
.gate { border: 1px solid var(--cell-line); border-radius: 6px; padding: 0.4rem 0.6rem; background: var(--cell-raised); }
.gate .bytes { display: flex; flex-wrap: wrap; gap: 2px; margin: 0.2rem 0 0.4rem; }
.gate input { border: 1px solid var(--cell-line); border-radius: 4px; background: var(--cell-back); padding: 0.1rem 0.2rem; font: inherit; }
.gate .bytes input { width: 1.9rem; min-height: 1.7rem; text-align: center; padding: 0; }
.gate .fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 0.15rem 1rem; }
.gate .fields label { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.4rem; overflow-wrap: anywhere; }
.gate .fields .name { min-width: 4.2rem; font-weight: 600; }
.rsp0 { display: flex; gap: 0.5rem; align-items: baseline; } .rsp0 input { width: 12rem; font: inherit; border: 1px solid var(--cell-line); border-radius: 4px; background: var(--cell-back); padding: 0.1rem 0.2rem; }
.gate .fields .field-offset { grid-column: 1 / -1; }
.gate .fields input { width: 3.4rem; } .gate .fields .field-offset input { width: 11.5rem; }
.gate .says { color: var(--cell-muted); font: 13px system-ui, sans-serif; }
.gate .field-offset { --role: var(--role-modrm); } .gate .field-selector { --role: var(--role-rex); } .gate .field-access { --role: var(--role-opcode); }
.gate .field-ist { --role: var(--role-immediate); } .gate .field-zero { --role: var(--cell-faint); }
.gate .bytes input { color: var(--role); border-bottom: 3px solid var(--role); } .gate .fields .name { color: var(--role); }
.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr)); gap: 0.6rem; }
.door { border: 1px solid var(--cell-line); border-radius: 6px; padding: 0.4rem 0.6rem; background: var(--cell-raised); overflow-wrap: anywhere; }
.door.newest { border-color: var(--cell-accent); box-shadow: inset 0 3px var(--cell-accent); }
.door .used { font-weight: 600; } .door dt { color: var(--cell-muted); font-weight: 400; font-size: 12px; margin-top: 0.25rem; } .door dd { font: 13px/1.4 var(--cell-mono); white-space: pre-line; }`;

const RUN_PROGRAM = `
.run-form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.6rem; padding: 0.8rem 1rem; border-bottom: 1px solid var(--cell-line); }
.run-form label { display: grid; gap: 0.15rem; font-size: 14px; color: var(--cell-muted); }
.run-form :is(input[type="text"], textarea) { font: 14px var(--cell-mono); color: var(--cell-fg); background: var(--cell-raised); border: 1px solid var(--cell-line); border-radius: 6px; padding: 0.35rem 0.5rem; width: 100%; box-sizing: border-box; }
.drop-zone { border: 2px dashed var(--cell-faint); border-radius: 8px; padding: 1.2rem; text-align: center; background: var(--cell-raised); overflow-wrap: anywhere; }
.drop-zone.over { border-color: var(--cell-accent); background: var(--cell-selection); }
.drop-zone input[type="file"] { max-width: 100%; margin-top: 0.5rem; }
.cell .run-statistics { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; padding: 0.5rem 1rem; border-bottom: 1px solid var(--cell-line); font-size: 14px; } .cell .run-statistics:empty { display: none; } .run-statistics div { display: flex; gap: 0.4rem; }
.run-statistics dt { color: var(--cell-muted); font-weight: 400; } .run-statistics dd { font-family: var(--cell-mono); }
@media print { .cell-toolbar, .run-form { display: none; } .cell { break-inside: avoid; } }`;

/** The whole style sheet. */
export const CELL_STYLE = [
  PALETTE,
  FRAME,
  CONTROL_STYLE,
  STATE_VIEWS,
  CODE_VIEWS,
  SCHEDULE_STYLE,
  TERMINAL_STYLE,
  FIGURE_STYLE,
  MACHINE_STYLE,
  RUN_PROGRAM,
].join("\n");
