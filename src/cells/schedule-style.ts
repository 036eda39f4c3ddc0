/** How the views of scheduling look. Six tones tell tasks apart, each with its name at the left; nothing is told by tone alone. */
export const SCHEDULE_STYLE = `
.cell {
  --task-0: light-dark(#3568a8, #7fb0ec);
  --task-1: light-dark(#b4552d, #f0a27c);
  --task-2: light-dark(#3d7d4f, #8fd0a2);
  --task-3: light-dark(#83489a, #cf9fe3);
  --task-4: light-dark(#8a6d10, #dfc05c);
  --task-5: light-dark(#2b7f86, #74cbd2);
}
.cell .color-0 { --tone: var(--task-0); }
.cell .color-1 { --tone: var(--task-1); }
.cell .color-2 { --tone: var(--task-2); }
.cell .color-3 { --tone: var(--task-3); }
.cell .color-4 { --tone: var(--task-4); }
.cell .color-5 { --tone: var(--task-5); }
.cell :is(.gantt, .run-queue, .latencies) figure {
  margin: 0 0 0.9rem;
  max-width: none;
}
.cell :is(.gantt, .run-queue, .latencies) figcaption {
  font: 600 0.82rem / 1.4 var(--sans-serif, system-ui);
  color: var(--cell-muted);
  margin: 0 0 0.2rem;
}
.cell-views > :is(.view-gantt, .view-run-queue, .view-latencies) { grid-column: 1 / -1; }
.cell .latencies { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0.4rem 1.4rem; }
.cell :is(.gantt, .run-queue) svg {
  display: block;
  width: 100%;
  height: auto;
  font: 12px var(--sans-serif, system-ui);
  overflow: visible;
}
.cell .gantt svg { cursor: crosshair; }
.cell :is(.gantt, .run-queue) text { fill: var(--cell-fg); }
.cell .gantt .axis line { stroke: var(--cell-line); stroke-width: 0.6; }
.cell .gantt .axis text { fill: var(--cell-muted); font-size: 11px; }
.cell .gantt .segment { fill: var(--tone); }
.cell .gantt .segment.kernel { fill-opacity: 0.45; stroke: var(--tone); stroke-dasharray: 2 2; }
.cell .gantt .segment:is(.switch, .interrupt) { fill: var(--cell-fg); fill-opacity: 0.75; }
.cell .gantt .wait { stroke: var(--cell-faint); stroke-width: 1; stroke-dasharray: 1 3; }
.cell .gantt .wait.woken { stroke: var(--cell-bad); stroke-width: 1.6; stroke-dasharray: none; }
.cell .gantt .now line { stroke: var(--cell-accent); stroke-width: 1.6; }
.cell .gantt .ruler path { stroke: var(--cell-fg); stroke-width: 1.2; fill: none; }
.cell .gantt .ruler text {
  font-weight: 600;
  paint-order: stroke;
  stroke: var(--cell-back);
  stroke-width: 4px;
  stroke-linejoin: round;
}
.cell .run-queue circle { fill: var(--tone); stroke: var(--cell-back); stroke-width: 1; }
.cell .run-queue .waits circle { fill: var(--cell-back); stroke: var(--tone); stroke-width: 2; }
.cell .run-queue .request { stroke: var(--tone); stroke-width: 2; stroke-opacity: 0.55; }
.cell .run-queue .deadline { stroke: var(--tone); stroke-width: 2.4; fill: none; }
.cell .run-queue .chosen text.name { font-weight: 700; }
.cell .run-queue .chosen circle { stroke: var(--cell-fg); stroke-width: 2; }
.cell .run-queue text.figure { fill: var(--cell-muted); font-size: 11px; }
.cell .run-queue .virtual-time line { stroke: var(--cell-accent); stroke-dasharray: 4 3; }
.cell .run-queue .virtual-time text { fill: var(--cell-accent); font-size: 11px; }
.cell .latencies ol {
  display: flex;
  align-items: flex-end;
  gap: 2px;
  height: 8.6rem;
  margin: 0;
  padding: 0;
  list-style: none;
  max-width: none;
}
.cell .latencies li {
  flex: 1 1 0;
  min-width: 0;
  display: flex;
  flex-direction: column;
  align-items: center;
  margin: 0;
  font: 0.68rem / 1.3 var(--sans-serif, system-ui);
  color: var(--cell-muted);
}
.cell .latencies .bar { width: 100%; background: var(--task-0); border-radius: 2px 2px 0 0; min-height: 1px; }
.cell .latencies .empty .bar { background: var(--cell-line); }
.cell .latencies .label { white-space: nowrap; height: 1.3em; }
.cell .switches { overflow: auto; max-height: 22rem; }
.cell .switches table { border-collapse: collapse; font: 0.82rem / 1.4 var(--sans-serif, system-ui); max-width: none; margin: 0; }
.cell .switches :is(th, td) { vertical-align: baseline; text-align: left; padding: 0.1rem 0.9rem 0.1rem 0; white-space: nowrap; }
.cell .switches tr.head th { position: sticky; top: 0; background: var(--cell-bg); }
.cell .switches :is(th[scope="row"], th:first-child) { text-align: right; font-weight: 400; font-variant-numeric: tabular-nums; }
.cell .switches td.loss { font-weight: 700; color: var(--cell-bad); }
.cell .switches button { font: inherit; border: 0; padding: 0 0.2rem; background: none; color: inherit; cursor: pointer; text-decoration: underline dotted; min-height: 24px; }
.cell-views > .view-league { grid-column: 1 / -1; }
.cell .league { overflow-x: auto; }
.cell .league table { border-collapse: collapse; font: 0.82rem / 1.4 var(--sans-serif, system-ui); max-width: none; margin: 0.4rem 0 0; }
.cell .league td { white-space: nowrap; }
.cell .league :is(th, td) { vertical-align: baseline; text-align: right; padding: 0.2rem 0.7rem 0.2rem 0; font-variant-numeric: tabular-nums; }
.cell .league th:nth-child(2) { text-align: left; font-weight: 400; white-space: nowrap; }
.cell .league .reader :is(th, td) { font-weight: 700; background: var(--cell-changed); }
.cell .league .poor { color: var(--cell-bad); }
.cell .league .failed .figure { text-decoration: line-through; }
.cell .measures { overflow-x: auto; }
.cell .measures table { border-collapse: collapse; font: 0.82rem / 1.4 var(--sans-serif, system-ui); max-width: none; margin: 0; }
.cell .measures :is(th, td) { vertical-align: baseline; text-align: right; padding: 0.2rem 0.8rem 0.2rem 0; font-variant-numeric: tabular-nums; }
.cell .measures th[scope="row"] { text-align: left; font-weight: 400; }
.cell .measures td.best { font-weight: 700; }
.cell .measures td.best::after { content: " ✓"; color: var(--cell-good); }
`;
