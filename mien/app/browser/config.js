// What the page may do, from mien.json beside it.

/** Read mien.json; null where there is none. */
export async function readConfig() {
  const answer = await fetch("mien.json", { cache: "no-cache" }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/** The model of that name, or the first. */
export const modelOf = (config, name) => config.models.find((model) => model.name === name) ?? config.models[0];

/** Which model stands for a chosen one on the device: for the default it is the smallest of its kind. */
export function onDevice(config, name) {
  return modelOf(config, name === config.default ? config.device ?? name : name);
}

/** Models to choose from: not the one that only stands in for the default. */
export function choices(config) {
  return config.models.filter(({ name }) => name === config.default || name !== config.device);
}
