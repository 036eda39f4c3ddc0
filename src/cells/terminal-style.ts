/** How a terminal looks around its screen, and as a still. */
export const TERMINAL_STYLE = `
.cell .terminal .screen { height: min(26rem, 70vh); padding: 0.4rem; overflow-x: auto; border: 1px solid var(--cell-line); border-radius: 8px; background: var(--cell-raised); color: var(--cell-fg); accent-color: var(--cell-selection); font-family: var(--cell-mono); box-sizing: border-box; }
.cell .terminal .screen:focus-within { outline: 2px solid var(--cell-accent); outline-offset: 1px; }
.cell .terminal .hint { margin: 0.3rem 0 0; font: 0.84rem / 1.45 var(--sans-serif, system-ui); color: var(--cell-muted); }
.cell .terminal .still { margin: 0; padding: 0.6rem 0.8rem; border: 1px solid var(--cell-line); border-radius: 8px; background: var(--cell-raised); color: var(--cell-fg); font: 0.82rem / 1.35 var(--cell-mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.cell .terminal.has-screen .still { display: none; }
.cell-views > .view-terminal { grid-column: 1 / -1; }
@media print {
  .cell .terminal.has-screen .still { display: block; }
  .cell .terminal :is(.screen, .hint) { display: none; }
}
`;
