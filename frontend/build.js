// Compiles the stylesheet, draws the icon subset, copies the fonts and the licences, and writes VENDOR.json.
// `node build.js --check` does the same in memory and fails if a committed file differs.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(here, "node_modules");
const weights = [400, 600, 700];
const icons = [
  "arrow-left", "arrow-right", "calendar", "check", "check-circle", "chevron-left", "chevron-right",
  "clock", "close", "close-circle", "comment", "copy", "delete", "download", "error", "external-link", "file",
  "file-pdf", "help-circle", "info-circle", "list", "locked", "mail", "minus-circle", "pencil", "plus-circle",
  "print", "refresh", "search", "upload", "user", "warning-circle",
];

function version(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
}

function stylesheet() {
  const { css } = sass.compile(join(here, "scss/nullaosta.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
    // Bootstrap Italia 2 is written for @import; nothing to do about it before its version 3.
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  return Buffer.from(css + "\n");
}

function sprite() {
  const all = readFileSync(join(modules, "bootstrap-italia/dist/svg/sprites.svg"), "utf8");
  const symbols = icons.map((name) => {
    const found = all.match(new RegExp(`<(symbol|svg)[^>]*id="it-${name}"[^>]*>([\\s\\S]*?)</\\1>`));
    if (!found) throw new Error(`no icon called ${name}`);
    return `<symbol id="${name}" viewBox="0 0 24 24">${found[2].replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

function outputs() {
  const files = { "static/css/nullaosta.css": stylesheet(), "static/img/icons.svg": sprite() };
  for (const weight of weights) {
    const name = `titillium-web-latin-${weight}-normal.woff2`;
    files[`static/fonts/titillium-web-${weight}.woff2`] = readFileSync(
      join(modules, "@fontsource/titillium-web/files", name),
    );
  }
  files["static/licences/bootstrap-italia.txt"] = readFileSync(join(modules, "bootstrap-italia/LICENSE"));
  files["static/licences/titillium-web.txt"] = readFileSync(join(modules, "@fontsource/titillium-web/LICENSE"));
  const vendor = {
    from: Object.fromEntries(
      ["bootstrap-italia", "@fontsource/titillium-web", "sass"].map((name) => [name, version(name)]),
    ),
    sha256: Object.fromEntries(
      Object.entries(files).map(([path, body]) => [path, createHash("sha256").update(body).digest("hex")]),
    ),
  };
  files["frontend/VENDOR.json"] = Buffer.from(JSON.stringify(vendor, null, 2) + "\n");
  return files;
}

const checking = process.argv.includes("--check");
let different = 0;
for (const [path, body] of Object.entries(outputs())) {
  const target = join(root, path);
  if (checking) {
    if (!existsSync(target) || !readFileSync(target).equals(body)) {
      console.error(`${path} is not what the sources give: run "make css"`);
      different += 1;
    }
  } else {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, body);
  }
}
process.exit(different ? 1 : 0);
