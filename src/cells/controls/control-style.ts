/** How the controls of a cell look: buttons, speed, menu, line of time, parameters, notices, help. */
export const CONTROL_STYLE = `
.cell-toolbar { padding: 0.6rem 1rem 0.5rem; border-bottom: 1px solid var(--cell-line); }
.cell-buttons { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
.cell :is(button[data-command], .plain-button, select) {
  min-height: 2rem; padding: 0.1rem 0.6rem; font: inherit; font-size: 14px; border: 1px solid var(--cell-line); border-radius: 6px;
  background: var(--cell-raised); cursor: pointer; color: inherit;
}
.cell button[data-command] { display: inline-flex; align-items: center; justify-content: center; gap: 0.4rem; }
.cell .icon { width: 0.85em; height: 0.85em; fill: currentColor; flex: none; }
.cell button:is([data-command="run"], [data-command="stop"]) {
  min-width: 6.2rem; border-color: var(--cell-accent); background: var(--cell-accent); color: var(--cell-back); font-weight: 600;
}
.cell button[data-command]:is([data-command="run"], [data-command="stop"]):hover { filter: brightness(1.08); }
.cell :is(button[data-command], .plain-button, select):hover { border-color: var(--cell-accent); }
.cell button[aria-disabled="true"] { opacity: 0.5; cursor: default; }
.cell button[data-command="run"][aria-disabled="true"] { background: var(--cell-raised); color: var(--cell-muted); border-color: var(--cell-line); opacity: 1; }
.cell button[aria-pressed="true"][data-command] { background: var(--cell-selection); }
.cell-buttons [data-command="step"]:has(+ .step-unit) { border-radius: 6px 0 0 6px; margin-right: -0.4rem; }
.cell .step-unit { border-radius: 0 6px 6px 0; border-left: 0; padding: 0.15rem 0.3rem; color: var(--cell-muted); font-size: 14px; }
.cell-speed { display: flex; align-items: center; gap: 0.4rem; margin-left: auto; color: var(--cell-muted); font-size: 13px; flex: none; }
.cell-speed input[type="range"] { width: 5.5rem; }
.cell-speed input[type="number"] { width: 4.6rem; }
.cell input[type="range"] { accent-color: var(--cell-accent); min-height: 1.6rem; margin: 0; }
.cell input[type="number"] {
  min-height: 1.7rem; padding: 0 0.3rem; border: 1px solid var(--cell-line); border-radius: 5px; background: var(--cell-raised);
  font: 13px var(--cell-mono); color: var(--cell-fg); text-align: right; appearance: textfield;
}
.cell input[type="number"]::-webkit-inner-spin-button { display: none; }
.cell-foot { display: flex; flex-wrap: wrap; align-items: center; gap: 0.1rem 1rem; margin-top: 0.25rem; }
.cell-menu { position: relative; margin-left: auto; }
.cell .menu-opener { min-width: 2.2rem; padding: 0.15rem 0.5rem; display: inline-flex; align-items: center; justify-content: center; }
.cell .menu-opener .icon { width: 1rem; height: 1rem; }
.menu-list {
  position: absolute; right: 0; top: calc(100% + 4px); z-index: 5; width: max-content; max-width: min(24rem, 80vw); padding: 0.3rem;
  display: grid; background: var(--cell-raised); border: 1px solid var(--cell-line); border-radius: 8px; box-shadow: 0 6px 24px #0003;
}
.menu-list button[data-command] {
  display: grid; grid-template-columns: 5.2rem 1fr; justify-content: start; text-align: left; border: 0; background: none; align-items: baseline;
}
.menu-list button[data-command]:is(:hover, :focus-visible) { background: var(--cell-selection); }
.menu-list .says { color: var(--cell-muted); font-size: 13px; }
.cell-status { flex: 1 1 14rem; font-size: 14px !important; color: var(--cell-muted); min-height: 1.45em; overflow-wrap: anywhere; }
.cell-status:is([data-outcome="limit"], [data-outcome="refused"], [data-outcome="shutdown"], [data-outcome="signalled"]) { color: var(--cell-bad); }
.timeline { margin: 0.45rem -0.3rem 0; height: 28px; border-radius: 6px; touch-action: pan-y; cursor: pointer; }
.timeline svg { display: block; width: 100%; height: 28px; overflow: visible; }
.timeline .track { fill: var(--cell-line); }
.timeline .passed { fill: var(--cell-accent); opacity: 0.55; }
.timeline .handle { fill: var(--cell-accent); stroke: var(--cell-back); stroke-width: 2; }
.sign { fill: var(--cell-muted); stroke: var(--cell-back); stroke-width: 1; paint-order: stroke; }
.sign-call { fill: var(--sign-call); } .sign-fault { fill: var(--sign-fault); } .sign-interrupt { fill: var(--sign-interrupt); }
.sign-switch { fill: var(--sign-switch); } .sign-process { fill: var(--sign-process); } .sign-signal { fill: var(--sign-signal); }
.sign-output { fill: var(--sign-output); } .sign-change { fill: var(--cell-fg); }
.cell-parameters {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0.25rem 1.4rem; padding: 0.55rem 1rem;
  border-bottom: 1px solid var(--cell-line);
}
.parameter { display: flex; align-items: center; gap: 0.5rem; font-size: 14px; }
.parameter .label { flex: 1 1 auto; } .parameter input[type="range"] { flex: 0 1 8rem; min-width: 4rem; } .parameter input[type="number"] { width: 5rem; }
.parameter input + span, .parameter .unit { color: var(--cell-muted); min-width: 1.6rem; }
.cell-notice { padding: 0.55rem 1rem; border-bottom: 1px solid var(--cell-line); background: var(--cell-selection); overflow-wrap: anywhere; }
.cell-notice .link-field { width: 100%; margin-top: 0.4rem; font: 13px var(--cell-mono); padding: 0.3rem 0.5rem; border: 1px solid var(--cell-line); border-radius: 5px; background: var(--cell-raised); }
.cell-notice summary { cursor: pointer; min-height: 24px; } .cell-notice .changes { font: 13px/1.5 var(--cell-mono); overflow-x: auto; padding: 0.4rem 0.6rem; background: var(--cell-raised); border: 1px solid var(--cell-line); border-radius: 6px; box-shadow: none; }
.changes :is(ins, del) { display: block; text-decoration: none; } .changes ins { color: var(--cell-good); } .changes del { color: var(--cell-bad); }
.page-notice { position: fixed; left: 50%; top: 1rem; transform: translateX(-50%); width: min(36rem, calc(100vw - 2rem)); margin: 0; z-index: 20; box-shadow: 0 6px 24px #0003; }
.page-notice .cell-notice { border: 0; border-radius: 8px; }
.notice-actions { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-top: 0.4rem; }
.cell-help { container-type: normal; width: min(44rem, calc(100vw - 2rem)); max-height: calc(100vh - 4rem); overflow: auto; padding: 1.2rem 1.4rem; margin: auto; }
.cell-help::backdrop { background: #0006; }
.cell-help h2 { font: 600 15px/1.4 system-ui, sans-serif; margin: 1rem 0 0.4rem; } .cell-help h2:first-child { margin-top: 0; }
.cell-help .keys { display: grid; grid-template-columns: auto 1fr; gap: 0.2rem 0.9rem; align-items: baseline; font-size: 14px; }
.cell-help dt { display: flex; gap: 0.25rem; font-weight: 400; } .cell-help label { display: flex; gap: 0.5rem; align-items: baseline; margin-top: 0.7rem; font-size: 14px; }
.cell-help .signs { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.2rem 1rem; font-size: 14px; }
.cell-help .signs li { display: flex; gap: 0.5rem; align-items: center; margin: 0; } .cell-help .signs svg { width: 1.1rem; height: 1.1rem; flex: none; }
.cell-help > .plain-button { margin-top: 1rem; }
.cell kbd { font: 12px var(--cell-mono); border: 1px solid var(--cell-line); border-radius: 4px; padding: 0 0.35rem; background: var(--cell-raised); }
.compare-says { padding: 0.5rem 1rem !important; border-bottom: 1px solid var(--cell-line); font-size: 14px !important; }
.comparing > .cell-views[data-side] { border-bottom: 1px solid var(--cell-line); }
.comparing > .cell-views[data-side]::before { content: attr(data-side); grid-column: 1 / -1; padding: 0.4rem 1rem 0; font: 600 13px/1.6 system-ui, sans-serif; color: var(--cell-accent); }
@container (min-width: 720px) { .comparing > .cell-views[data-side] { width: 50%; float: left; container-type: inline-size; } .comparing > .cell-views[data-side] + .cell-views { border-left: 1px solid var(--cell-line); } .comparing::after { content: ""; display: block; clear: both; } }
.differs { outline: 2px dashed var(--cell-bad); outline-offset: -1px; border-radius: 3px; } svg .differs { stroke: var(--cell-bad); stroke-dasharray: 4 3; stroke-width: 2; }
.cell { position: relative; }
.cell-popover {
  position: absolute; z-index: 6; width: max-content; max-width: min(24rem, calc(100% - 12px)); padding: 0.6rem 0.8rem; background: var(--cell-raised);
  border: 1px solid var(--cell-line); border-radius: 8px; box-shadow: 0 6px 24px #0003; font-size: 14px; overflow-wrap: anywhere;
}
.cell-popover h4 { font: 600 14px/1.4 var(--cell-mono); } .cell-popover:focus-visible { outline: none; }
.view [data-ref]:not(button, input) { cursor: pointer; }
.cell .lit, .thing.lit { background: var(--cell-lit, light-dark(#ffe08a, #6b5200)); border-radius: 2px; box-shadow: 0 0 0 2px var(--cell-lit, light-dark(#ffe08a, #6b5200)); }
svg .lit { stroke: var(--cell-accent); stroke-width: 2; }
.thing { border-bottom: 1px dashed currentColor; cursor: help; }
.cell-source .stops-here { box-shadow: inset 3px 0 var(--cell-bad); }
.cell-source .cm-stops { width: 14px; } .cell-source .stop-mark { display: block; width: 9px; height: 9px; margin: 0.35em 2px 0; border-radius: 2px; background: var(--cell-bad); transform: rotate(45deg); }
param-number input {
  font: inherit; font-variant-numeric: tabular-nums; color: var(--theme-foreground-focus, #0b57a4); background: none; text-align: center; box-sizing: content-box;
  border: 0; border-bottom: 2px dotted currentColor; padding: 0 0.1em; margin: 0; cursor: ew-resize; touch-action: pan-y; border-radius: 2px 2px 0 0;
}
param-number input:focus { cursor: text; outline: 2px solid currentColor; outline-offset: 2px; }
@container (max-width: 480px) { .cell-speed { margin-left: 0; } .cell-buttons button[data-command] { padding: 0.15rem 0.55rem; } }
@media (pointer: coarse) { .cell :is(button[data-command], .plain-button, select) { min-height: 2.6rem; } .timeline { height: 40px; } .timeline svg { height: 40px; padding-top: 6px; } }
`;
