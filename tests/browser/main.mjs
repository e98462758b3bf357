// Every action of the pages in Chromium, at the size of a desktop and a phone, light and dark.
//
//     CRUDD_URL=http://127.0.0.1:8080 [CRUDD_TOKEN=...] [CRUDD_READ_TOKEN=...] node main.mjs [WORD...]
//
// DELETES ALL ROWS of that service. With words, runs only the tests whose names contain one of them.
// Screenshots go to build/screenshots.

import { join } from "node:path";

import { Api } from "./api.mjs";
import { launch } from "./launch.mjs";
import { TOP } from "./modules.mjs";

const WIDTHS = (process.env.WIDTHS || "1280,390").split(",").map(Number),
	THEMES = (process.env.THEMES || "light,dark").split(",");

async function tests() {
	const files = ["home", "list", "row", "form", "state", "token", "keyboard", "generic", "docs", "print", "width"];
	const loaded = await Promise.all(files.map((file) => import(`./test_${file}.mjs`)));

	return loaded.flatMap((it, i) =>
		Object.entries(it.tests).map(([name, run]) => ({ name: `${files[i]}: ${name}`, run })),
	);
}

async function runOne(test, browser, setting, api) {
	const { Visitor } = await import("./visitor.mjs");
	const gym = await api.fill();
	const visitor = await Visitor.come(browser, setting);
	const began = Date.now(),
		title = `${test.name} (${setting.width}, ${setting.theme})`;

	try {
		await test.run(visitor, { api, gym, browser, setting });
		visitor.watch.check();
		console.log(`ok   ${title} ${Date.now() - began} ms`);
		return true;
	} catch (error) {
		await visitor.picture(`failed-${test.name.replace(/\W+/g, "-")}`).catch(() => {});
		console.log(`FAIL ${title}\n${error.stack}\n${visitor.watch.wrong.join("\n")}`);
		return false;
	} finally {
		await visitor.leave();
	}
}

async function main() {
	const url = (process.env.CRUDD_URL || "").replace(/\/$/, ""),
		token = process.env.CRUDD_TOKEN || "";

	if (!/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(url)) {
		console.error("CRUDD_URL must be a service on this machine; all its rows are deleted");
		process.exit(2);
	}
	const browser = await launch();
	const words = process.argv.slice(2),
		api = new Api(url, token);
	const chosen = (await tests()).filter(
		({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
	);
	const setting = {
		url,
		token,
		readToken: process.env.CRUDD_READ_TOKEN || "",
		folder: join(TOP, "build/screenshots"),
		onwrite: () => api.touch(),
	};
	setting.title = (await api.must("GET", "/openapi.json")).info.title;
	let failures = 0,
		n = 0;

	try {
		for (const width of WIDTHS)
			for (const theme of THEMES)
				for (const test of chosen) {
					n++;
					failures += !(await runOne(test, browser, { ...setting, width, theme }, api));
				}
		await api.clear();
	} finally {
		await browser.close();
	}
	console.log(failures ? `browser: ${failures} of ${n} failed` : `browser: ${n} passed`);
	process.exit(failures || n === 0 ? 1 : 0);
}

await main();
