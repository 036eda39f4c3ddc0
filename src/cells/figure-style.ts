/** How bars and the eight operations of a ModRM byte look. */
export const FIGURE_STYLE = `
.cell .bars .row { display: grid; grid-template-columns: 6.5rem 1fr 5rem; gap: 0.6rem; align-items: center; margin: 0.25rem 0; font: 0.86rem / 1.4 var(--sans-serif, system-ui); }
.cell .bars .track { display: block; height: 1rem; border-radius: 3px; background: var(--cell-raised); box-shadow: inset 0 0 0 1px var(--cell-line); }
.cell .bars .bar { display: block; height: 100%; border-radius: 3px; background: var(--cell-accent); }
.cell .bars .value { font-family: var(--cell-mono); text-align: right; }
.cell .modrm { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); gap: 0.4rem; }
.cell .modrm button { display: grid; gap: 0.1rem; padding: 0.4rem 0.6rem; text-align: left; border: 1px solid var(--cell-line); border-radius: 6px; background: var(--cell-raised); color: var(--cell-fg); font: 0.82rem / 1.4 var(--cell-mono); cursor: pointer; }
.cell .modrm button[aria-pressed="true"] { border-color: var(--cell-accent); box-shadow: inset 0 0 0 1px var(--cell-accent); }
.cell .modrm .bits { color: var(--cell-muted); }
.cell .modrm .byte { color: var(--role-modrm); font-weight: 700; }
.cell-views > :is(.view-modrm, .view-bars) { grid-column: 1 / -1; }
`;
