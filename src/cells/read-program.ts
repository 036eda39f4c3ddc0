/** The book's compiled programs, which lie in a folder beside the scripts. */

/** Reads one. @throws Error with the status when it is not there */
export async function readProgram(name: string): Promise<Uint8Array> {
  const answer = await fetch(new URL(`./programs/${name}`, import.meta.url));
  if (!answer.ok) throw new Error(`the file ${name} could not be loaded (status ${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}
