/** As much of nspell as is used; it brings no types. */
declare module "nspell" {
  interface Spelling {
    correct(word: string): boolean;
    add(word: string): this;
  }
  function nspell(dictionary: { aff: Uint8Array; dic: Uint8Array }): Spelling;
  export = nspell;
}
