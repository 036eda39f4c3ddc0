/**
 * What the keys of a PC's keyboard send: set 2 by the name of the key (as in the W3C's list of KeyboardEvent codes), and the
 * table by which the keyboard controller makes set 1 of it. Source: IBM PS/2 Hardware Interface Technical Reference, keyboards.
 */

/** Set 2; from 100h on: behind the prefix E0h. */
const SET_2 = {
  ...{ Escape: 0x76, F1: 0x05, F2: 0x06, F3: 0x04, F4: 0x0c, F5: 0x03, F6: 0x0b, F7: 0x83, F8: 0x0a },
  ...{ F9: 0x01, F10: 0x09, F11: 0x78, F12: 0x07, ScrollLock: 0x7e },
  ...{ Backquote: 0x0e, Digit1: 0x16, Digit2: 0x1e, Digit3: 0x26, Digit4: 0x25, Digit5: 0x2e, Digit6: 0x36 },
  ...{ Digit7: 0x3d, Digit8: 0x3e, Digit9: 0x46, Digit0: 0x45, Minus: 0x4e, Equal: 0x55, Backspace: 0x66 },
  ...{ Tab: 0x0d, KeyQ: 0x15, KeyW: 0x1d, KeyE: 0x24, KeyR: 0x2d, KeyT: 0x2c, KeyY: 0x35, KeyU: 0x3c },
  ...{ KeyI: 0x43, KeyO: 0x44, KeyP: 0x4d, BracketLeft: 0x54, BracketRight: 0x5b, Backslash: 0x5d },
  ...{ CapsLock: 0x58, KeyA: 0x1c, KeyS: 0x1b, KeyD: 0x23, KeyF: 0x2b, KeyG: 0x34, KeyH: 0x33, KeyJ: 0x3b },
  ...{ KeyK: 0x42, KeyL: 0x4b, Semicolon: 0x4c, Quote: 0x52, Enter: 0x5a },
  ...{ ShiftLeft: 0x12, IntlBackslash: 0x61, KeyZ: 0x1a, KeyX: 0x22, KeyC: 0x21, KeyV: 0x2a, KeyB: 0x32 },
  ...{ KeyN: 0x31, KeyM: 0x3a, Comma: 0x41, Period: 0x49, Slash: 0x4a, ShiftRight: 0x59 },
  ...{ ControlLeft: 0x14, AltLeft: 0x11, Space: 0x29, MetaLeft: 0x11f, MetaRight: 0x127 },
  ...{ ContextMenu: 0x12f, AltRight: 0x111, ControlRight: 0x114 },
  ...{ Insert: 0x170, Delete: 0x171, Home: 0x16c, End: 0x169, PageUp: 0x17d, PageDown: 0x17a },
  ...{ ArrowUp: 0x175, ArrowDown: 0x172, ArrowLeft: 0x16b, ArrowRight: 0x174 },
  ...{ NumLock: 0x77, NumpadDivide: 0x14a, NumpadMultiply: 0x7c, NumpadSubtract: 0x7b, NumpadAdd: 0x79 },
  ...{ NumpadEnter: 0x15a, NumpadDecimal: 0x71, Numpad0: 0x70, Numpad1: 0x69, Numpad2: 0x72, Numpad3: 0x7a },
  ...{ Numpad4: 0x6b, Numpad5: 0x73, Numpad6: 0x74, Numpad7: 0x6c, Numpad8: 0x75, Numpad9: 0x7d },
} as const;

export type KeyCode = keyof typeof SET_2 | "PrintScreen" | "Pause";

/** All keys that there are. */
export const KEY_CODES = [...Object.keys(SET_2), "PrintScreen", "Pause"] as readonly KeyCode[];

const RELEASED = 0xf0;
const PREFIX = 0xe0;

/** Bytes of set 2 for a key that goes down or up. Pause says all when it goes down. */
export function scanCode(key: KeyCode, down: boolean): readonly number[] {
  if (key === "Pause") return down ? [0xe1, 0x14, 0x77, 0xe1, RELEASED, 0x14, RELEASED, 0x77] : [];
  if (key === "PrintScreen")
    return down ? [PREFIX, 0x12, PREFIX, 0x7c] : [PREFIX, RELEASED, 0x7c, PREFIX, RELEASED, 0x12];
  const code = SET_2[key];
  const prefix = code >= 0x100 ? [PREFIX] : [];
  return [...prefix, ...(down ? [] : [RELEASED]), code & 0xff];
}

/** Set 1 for the codes of set 2 from 0 to 7Fh, two digits each. */
const TRANSLATION = [
  "ff43413f3d3b3c58644442403e0f2959",
  "65382a701d10025a66712c1f1e11035b",
  "672e2d201205045c68392f211413065d",
  "693130232215075e6a7232241608095f",
  "6b332517180b0a606c34352627190c61",
  "6d7328741a0d626e3a361c1b752b6376",
  "55567778797a0e7b7c4f7d4b477e7f6f",
  "5253504c4d480145574e514a37494654",
].join("");

/** Set 1 for a code of set 2; of what is no key, the byte itself. */
export function translate(code: number): number {
  // F7 and Alt with Print Screen lie beyond the table.
  if (code === 0x83) return 0x41;
  if (code === 0x84) return 0x54;
  return code < 0x80 ? Number.parseInt(TRANSLATION.slice(2 * code, 2 * code + 2), 16) : code;
}
