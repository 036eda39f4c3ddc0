/**
 * What a reader's program may not do, although it runs in this book's page: ask the network, keep anything, make code out of
 * text, read clocks or luck (a run must be the same each time), or speak to the page by itself. Runs first of all in a
 * worker of its own, before a line of the reader's. It is one function without anything from outside, because it is put
 * into that worker as text. A content policy of the page forbids the same once more.
 */

/** Returns what was taken away and the book itself still needs. */
export function lockDown(scope: Record<string, unknown>): {
  post: (message: unknown) => void;
  listen: (hear: (event: { data: unknown }) => void) => void;
  milliseconds: () => number;
  later: (act: () => void, milliseconds: number) => void;
} {
  const { postMessage, addEventListener, setTimeout, performance } = scope as unknown as typeof globalThis;
  const kept = {
    post: (postMessage as (message: unknown) => void).bind(scope),
    listen: (hear: (event: { data: unknown }) => void) =>
      addEventListener.call(scope, "message", (event) => hear(event as MessageEvent)),
    milliseconds: performance.now.bind(performance),
    later: (act: () => void, milliseconds: number) => void setTimeout.call(scope, act, milliseconds),
  };
  /* Whether it is called or made by `new`, it throws: mentioning `new.target` keeps it from becoming an arrow. */
  const refusing = (words: string) =>
    function (): never {
      throw new.target ? new Error(words) : new Error(words);
    };
  const refuse = (name: string, reason: string) => {
    const refused = refusing(`${name} is not there: ${reason}`);
    for (let at: object | null = scope; at; at = Object.getPrototypeOf(at) as object | null)
      if (Object.hasOwn(at, name))
        Object.defineProperty(at, name, { value: refused, configurable: false, writable: false });
  };
  const network = "a policy has no network";
  for (const name of [
    ...[
      "fetch",
      "XMLHttpRequest",
      "WebSocket",
      "WebSocketStream",
      "EventSource",
      "WebTransport",
      "Worker",
      "SharedWorker",
    ],
    ...["importScripts", "BroadcastChannel", "RTCPeerConnection", "FontFace", "Request", "Response"],
  ])
    refuse(name, network);
  for (const name of [
    "indexedDB",
    "caches",
    "navigator",
    "location",
    "origin",
    "cookieStore",
    "open",
    "MessageChannel",
  ])
    refuse(name, "a policy sees nothing but what it is asked");
  for (const name of [
    "postMessage",
    "addEventListener",
    "removeEventListener",
    "dispatchEvent",
    "close",
    "reportError",
  ])
    refuse(name, "a policy speaks by what it returns");
  for (const name of [
    "setTimeout",
    "setInterval",
    "queueMicrotask",
    "requestAnimationFrame",
    "structuredClone",
    "scheduler",
  ])
    refuse(name, "a policy answers at once");
  for (const name of ["performance", "crypto", "Date", "Temporal"])
    refuse(name, "a policy has neither clock nor luck");
  for (const name of ["SharedArrayBuffer", "Atomics", "eval"]) refuse(name, "a policy is plain JavaScript");
  const handlers = ["onmessage", "onmessageerror", "onerror", "onrejectionhandled", "onunhandledrejection"];
  for (const name of handlers)
    Object.defineProperty(scope, name, { value: null, configurable: false, writable: false });
  const noLuck = refusing("Math.random is not there: the same run must give the same answer");
  Object.defineProperty(Math, "random", { value: noLuck, configurable: false, writable: false });
  const noCode = refusing("code cannot be made out of text here");
  const functions = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const one of functions) {
    const prototype = Object.getPrototypeOf(one) as object;
    Object.defineProperty(prototype, "constructor", { value: noCode, configurable: false, writable: false });
  }
  Object.defineProperty(scope, "Function", { value: noCode, configurable: false, writable: false });
  return kept;
}

/** Nobody changes what everybody uses; to be called when all of the book's own code has been loaded. */
export function freezeLanguage(): void {
  // Not frozen, only sealed: what inherits from these may have a name or a text of its own.
  for (const one of [Object.prototype, Error.prototype]) Object.seal(one);
  const shared = [
    Object,
    Array,
    Map,
    Set,
    WeakMap,
    WeakSet,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Error,
    RegExp,
    Promise,
  ];
  for (const one of [...shared, Uint8Array, ArrayBuffer]) {
    Object.freeze(one);
    if (!Object.isSealed(one.prototype)) Object.freeze(one.prototype);
  }
  for (const one of [Math, JSON, Reflect, Object.getPrototypeOf(Uint8Array.prototype), Function.prototype])
    Object.freeze(one);
}
