/** Reading the guest's memory unnoticed, under the name that views' observers know. */
export { peek64, peekBytes, peekMapped, physicalAddress, pokeBytes } from "../../trace/guest-memory.js";
