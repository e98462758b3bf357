// Starts Chromium, or says why it cannot run.

import { existsSync } from "node:fs";

import { modules } from "./modules.mjs";

const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
// The flags stop Chromium's background requests; root in a container has no sandbox.
const FLAGS = [
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	...(process.getuid() === 0 ? ["--no-sandbox"] : []),
];

function skip(why) {
	console.log(`SKIP browser: ${why}`);
	process.exit(process.env.CI === "true" ? 1 : 0);
}

function chromium() {
	try {
		return modules("playwright-core").chromium;
	} catch {
		return skip("playwright-core is not installed: npm ci --prefix build/browser");
	}
}

export async function launch() {
	if (!existsSync(CHROMIUM)) skip(`there is no ${CHROMIUM}`);
	return await chromium().launch({ executablePath: CHROMIUM, args: FLAGS });
}
