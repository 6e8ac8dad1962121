// Lays beside every built text its compressed forms: the gateway serves them as they are.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const BYTES_MIN = 1024;
const texts = /\.(?:js|css|html|svg)$/;

for (const name of readdirSync("dist", { recursive: true })) {
  const path = join("dist", name);
  if (!texts.test(name)) {
    continue;
  }
  const content = readFileSync(path);
  if (content.length < BYTES_MIN) {
    continue;
  }
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  );
}
