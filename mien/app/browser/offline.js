// The service worker keeps the page, its runtime and the model, so that it opens without a network.

const PATIENCE = 4000; // milliseconds

/** Register it; done when what the page fetches from now on is kept, or when that is not to be. */
export async function offline() {
  if (!navigator.serviceWorker) return;
  let made;
  try {
    made = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  } catch {
    return; // not over HTTPS, or switched off: the page works, but only with a network
  }
  if (navigator.serviceWorker.controller || !(made?.installing || made?.waiting)) return;
  await new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    setTimeout(resolve, PATIENCE);
  });
}
