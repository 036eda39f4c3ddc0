/**
 * Asks for the service worker that keeps the book offline. It fetches all of the book, so it waits until the reader has touched the
 * page, or stayed a while: what a first look costs, it does not add to. While one writes there is none.
 */

const LONG_ENOUGH_MS = 60_000;

export function keepForOffline(page: Document): void {
  const link = page.querySelector<HTMLLinkElement>('link[rel="offline"]');
  if (!link || !("serviceWorker" in navigator)) return;
  const ask = () => {
    clearTimeout(patience);
    for (const kind of ["pointerdown", "keydown"]) page.removeEventListener(kind, ask);
    // Where it is not allowed the book is read with a network, as before.
    void navigator.serviceWorker.register(link.href).catch(() => {});
  };
  const patience = setTimeout(ask, LONG_ENOUGH_MS);
  for (const kind of ["pointerdown", "keydown"]) page.addEventListener(kind, ask);
}
