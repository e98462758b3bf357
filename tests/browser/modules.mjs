// Packages lie where `npm ci` put them: MODULES, else build/browser of this tree.

import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const TOP = fileURLToPath(new URL("../..", import.meta.url));
export const modules = createRequire(join(process.env.MODULES || join(TOP, "build/browser"), "package.json"));
