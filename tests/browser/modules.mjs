// The packages are where `npm ci` puts them: in MODULES, or else in build/browser of this tree.

import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const TOP = fileURLToPath(new URL("../..", import.meta.url));
export const modules = createRequire(join(process.env.MODULES || join(TOP, "build/browser"), "package.json"));
