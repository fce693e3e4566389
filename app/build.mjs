// Packs what the page takes from npm into mien/app/packed/, compressed once: brotli for browsers, gzip for the rest.
// `node app/build.mjs`; does nothing where lock file, this script and the result still belong together.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const packed = join(here, "..", "mien", "app", "packed");
const stamp = join(packed, "built.json");
const runtime = join(here, "node_modules", "onnxruntime-web");
// The WASM-only build: 14 MB, 2.3 MB by brotli 11. The one that knows the graphics card too, through JSPI: 17 and 2.6 MB;
// it is fetched where there is one.
const FILES = {
  "vendor/ort.mjs": "dist/ort.wasm.min.mjs",
  "vendor/ort-wasm-simd-threaded.mjs": "dist/ort-wasm-simd-threaded.mjs",
  "vendor/ort-wasm-simd-threaded.wasm": "dist/ort-wasm-simd-threaded.wasm",
  "vendor/ort-card.mjs": "dist/ort.jspi.min.mjs",
  "vendor/ort-wasm-simd-threaded.jspi.mjs": "dist/ort-wasm-simd-threaded.jspi.mjs",
  "vendor/ort-wasm-simd-threaded.jspi.wasm": "dist/ort-wasm-simd-threaded.jspi.wasm",
};

async function key() {
  const hash = createHash("sha256");
  for (const name of ["package-lock.json", "build.mjs"]) hash.update(await readFile(join(here, name)));
  return hash.digest("hex");
}

async function pack(path, source) {
  const plain = await readFile(join(runtime, source));
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } };
  const [small, other] = await Promise.all([promisify(brotliCompress)(plain, brotli), promisify(gzip)(plain, { level: 9 })]);
  await mkdir(dirname(join(packed, path)), { recursive: true });
  await writeFile(join(packed, `${path}.br`), small);
  await writeFile(join(packed, `${path}.gz`), other);
  console.log(`${path}: ${plain.length} bytes, brotli ${small.length}, gzip ${other.length}`);
  return createHash("sha256").update(plain).digest("hex");
}

const wanted = await key();
const before = await readFile(stamp, "utf8").then(JSON.parse, () => ({}));
if (before.key === wanted) {
  console.log("The page's runtime is packed already.");
} else {
  await rm(packed, { recursive: true, force: true });
  console.log("Packing the page's runtime, once; it takes about a minute.");
  const sums = await Promise.all(Object.entries(FILES).map(async ([path, source]) => [path, await pack(path, source)]));
  const { version } = JSON.parse(await readFile(join(runtime, "package.json"), "utf8"));
  const licence = await readFile(join(here, "LICENSE-onnxruntime.txt"), "utf8");
  await writeFile(join(packed, "vendor/LICENSE.txt"), `onnxruntime-web ${version}\n\n${licence}`);
  await writeFile(stamp, JSON.stringify({ key: wanted, version, sha256: Object.fromEntries(sums) }, null, 1));
}
