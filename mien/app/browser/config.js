// What the page may do, from mien.json beside it.

/** Read mien.json; null where there is none. */
export async function readConfig() {
  const answer = await fetch("mien.json", { cache: "no-cache" }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

/** What it says of one kind of samples: its models, and the first of them where the default is of another kind. */
export function ofKind(config, kind) {
  const models = config?.models.filter((model) => model.kind === kind) ?? [];
  if (!models.length) return null;
  const others = [...new Set(config.models.map((model) => model.kind))].filter((other) => other !== kind);
  const own = models.some(({ name }) => name === (config.default ?? name));
  const first = own ? {} : { default: models[0].name, device: models[0].name };
  return { ...config, ...first, models, finder: kind === "picture" ? config.finder : null, check: kind === "picture" ? config.check : null, other: others[0] ?? null };
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
