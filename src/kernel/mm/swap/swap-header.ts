/**
 * The first page of a swap area, as mkswap writes it.
 *
 *     0      room for a boot loader and a disk label
 *     1024   version = 1 · 1028 last_page · 1032 nr_badpages · 1036 uuid (16) · 1052 label (16)
 *     1536   numbers of bad pages, 4 bytes each
 *     4086   "SWAPSPACE2"
 *
 * Models union swap_header and read_swap_header (Linux include/linux/swap.h, mm/swapfile.c).
 * Leaves out: areas of computers with the other order of bytes.
 */
import { PAGE_SIZE } from "../../../machine/memory/physical-memory.js";
import { fromBytes, toBytes } from "../../fs/byte-string.js";

const SIGNATURE = "SWAPSPACE2";
const SIGNATURE_AT = PAGE_SIZE - SIGNATURE.length;
const VERSION_AT = 1024;
const LAST_PAGE_AT = 1028;
const BAD_COUNT_AT = 1032;
const BAD_PAGES_AT = 1536;
const MOST_BAD_PAGES = (SIGNATURE_AT - BAD_PAGES_AT) / 4;

export interface SwapHeader {
  /** Number of the last page that may be used. */
  readonly lastPage: number;
  readonly badPages: readonly number[];
}

/** The header for an area of `pages` pages, this one among them. */
export function makeSwapHeader(pages: number): Uint8Array {
  const header = new Uint8Array(PAGE_SIZE);
  const view = new DataView(header.buffer);
  view.setUint32(VERSION_AT, 1, true);
  view.setUint32(LAST_PAGE_AT, pages - 1, true);
  header.set(toBytes(SIGNATURE), SIGNATURE_AT);
  return header;
}

/**
 * What the first page of a store of `pages` pages says; or why it cannot be used, in the words of the kernel's log ("" for none).
 * @param isFile only a partition may have bad pages
 */
export function readSwapHeader(header: Uint8Array, pages: number, isFile: boolean): SwapHeader | string {
  if (header.length < PAGE_SIZE || fromBytes(header.subarray(SIGNATURE_AT)) !== SIGNATURE)
    return "Unable to find swap-space signature";
  const view = new DataView(header.buffer, header.byteOffset, PAGE_SIZE);
  const version = view.getUint32(VERSION_AT, true);
  if (version !== 1) return `Unable to handle swap header version ${version}`;
  const lastPage = view.getUint32(LAST_PAGE_AT, true);
  if (lastPage === 0) return "Empty swap-file";
  if (lastPage + 1 > pages) return "Swap area shorter than signature indicates";
  const badCount = view.getUint32(BAD_COUNT_AT, true);
  if (badCount > (isFile ? 0 : MOST_BAD_PAGES)) return "";
  const badPages = Array.from({ length: badCount }, (_, n) => view.getUint32(BAD_PAGES_AT + 4 * n, true));
  return badPages.some((page) => page === 0)
    ? ""
    : { lastPage, badPages: badPages.filter((page) => page <= lastPage) };
}
