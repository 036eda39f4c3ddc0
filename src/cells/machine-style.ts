/** How the views of devices, events and saved registers look. */
export const MACHINE_STYLE = `
.cell .events ol { margin: 0; padding: 0; list-style: none; max-height: 15rem; overflow-y: auto; max-width: none; }
.cell .events li { margin: 0; }
.cell .events button { display: grid; grid-template-columns: 5.5rem 6.5rem 5.5rem 1fr; gap: 0.6rem; width: 100%; min-height: 24px; padding: 0.12rem 0.3rem; border: 0; background: none; color: inherit; text-align: left; font: 0.78rem / 1.45 var(--cell-mono); cursor: pointer; }
@container (max-width: 460px) { .cell .events button { grid-template-columns: auto auto 1fr; column-gap: 0.7rem; } .cell .events .says { grid-column: 1 / -1; } }
.cell .events button:hover { background: var(--cell-selection); }
.cell .events :is(.time, .pid) { color: var(--cell-muted); }
.cell .events .time { text-align: right; }
.cell .events .kind { font-weight: 600; }
.cell .entries svg { display: block; width: 100%; height: auto; font: 12px var(--sans-serif, system-ui); overflow: visible; }
.cell .entries text { fill: var(--cell-fg); }
.cell .entries line { stroke: var(--cell-line); }
.cell .entries .mark { fill: var(--tone); stroke: var(--cell-back); cursor: pointer; }
.cell .entries > button, .cell .frames input { font: 0.86rem / 1.4 var(--cell-mono); }
.cell .entries > button { font-family: var(--sans-serif, system-ui); margin-top: 0.4rem; padding: 0.35rem 0.8rem; border: 1px solid var(--cell-line); border-radius: 6px; background: var(--cell-raised); color: var(--cell-fg); cursor: pointer; }
.cell .timer .rate { font: 700 1.5rem / 1.3 var(--sans-serif, system-ui); margin: 0; font-variant-numeric: tabular-nums; }
.cell .timer .track { position: relative; height: 0.5rem; border-radius: 0.25rem; background: linear-gradient(to right, var(--cell-line), var(--cell-accent)); margin: 0.3rem 0; }
.cell .timer .hand { position: absolute; top: -0.25rem; width: 0.25rem; height: 1rem; margin-left: -0.12rem; border-radius: 2px; background: var(--cell-fg); }
.cell .timer .off .track { opacity: 0.4; }
.cell .timer .about, .cell .controller p { margin: 0.2rem 0 0; font: 0.84rem / 1.45 var(--sans-serif, system-ui); color: var(--cell-muted); }
.cell .controller { overflow-x: auto; }
.cell .controller table { border-collapse: collapse; font: 0.78rem / 1.4 var(--cell-mono); margin: 0; max-width: none; }
.cell .controller :is(th, td) { padding: 0.2rem 0.45rem; text-align: center; font-weight: 400; border: 1px solid var(--cell-line); }
.cell .controller th[scope="row"] { text-align: left; }
.cell .controller td.on { background: var(--cell-changed); font-weight: 700; }
.cell .frames { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0.8rem; }
.cell .frames .frame { border: 1px solid var(--cell-line); border-radius: 8px; padding: 0.5rem 0.7rem; background: var(--cell-raised); }
.cell .frames .runs { border-style: dashed; }
.cell .frames h4 { margin: 0 0 0.3rem; font: 600 0.84rem / 1.4 var(--sans-serif, system-ui); }
.cell .frames dl { margin: 0; }
.cell .frames dl > div { display: grid; grid-template-columns: 4rem 1fr; align-items: baseline; font: 0.8rem / 1.5 var(--cell-mono); }
.cell .frames dd { margin: 0; display: flex; gap: 0.5rem; }
.cell .frames input { width: 9.5rem; min-height: 24px; border: 1px solid transparent; background: none; color: inherit; padding: 0 0.2rem; }
.cell .frames input:not(:read-only):is(:hover, :focus) { border-color: var(--cell-accent); }
.cell .frames dd span { color: var(--cell-muted); }
.cell-views > :is(.view-events, .view-entries, .view-frames, .view-controller) { grid-column: 1 / -1; }
`;
