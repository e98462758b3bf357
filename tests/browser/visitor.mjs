// A user in front of a page: opens addresses, acts, waits for what should appear, and inspects the page
// for faults.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { modules } from "./modules.mjs";
import { Watch } from "./watch.mjs";

const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

export class Visitor {
	// setting: { width, theme, url, token, title, folder, onwrite (called for every request but GET) }
	constructor(context, page, setting) {
		Object.assign(this, setting);
		this.context = context;
		this.page = page;
		this.watch = new Watch(page, new URL(setting.url).origin, setting.onwrite);
		this.phone = setting.width < 800;
		page.setDefaultTimeout(10000);
	}

	static async come(browser, setting) {
		const context = await browser.newContext({
			viewport: { width: setting.width, height: setting.width < 800 ? 844 : 900 },
			colorScheme: setting.theme,
			reducedMotion: "reduce",
			locale: "en-GB",
			hasTouch: setting.width < 800,
		});
		if (setting.token)
			await context.addInitScript((token) => {
				// once only, so that a log-out lasts
				if (!sessionStorage.getItem("test.given")) sessionStorage.setItem("crudd.token", token);
				sessionStorage.setItem("test.given", "yes");
			}, setting.token);
		await context.addInitScript(() => {
			document.addEventListener("securitypolicyviolation", (event) => {
				const { violatedDirective, blockedURI, sourceFile } = event;

				console.error(`policy violated: ${violatedDirective} ${blockedURI} ${sourceFile}`);
			});
		});
		return new Visitor(context, await context.newPage(), setting);
	}

	async leave() {
		await this.context.close();
	}

	// ---- opening and acting

	async open(path) {
		const url = this.url + path;

		if (this.page.url() === url) await this.page.reload();
		else await this.page.goto(url);
		await this.settled();
	}

	// Opens another view of the open page.
	async go(hash) {
		await this.page.evaluate((to) => {
			location.hash = to;
		}, hash);
		await this.settled();
	}

	// Waits until nothing has loaded for a moment.
	async settled() {
		let calm = 0;

		await this.watch.until(async () => {
			const busy =
				this.watch.running > 0 ||
				(await this.page.evaluate(
					() =>
						!document.querySelector("dialog[open]") &&
						document.querySelector("main [aria-busy]") !== null,
				));
			calm = busy ? 0 : calm + 1;
			return calm > 4;
		}, "the view to be loaded");
	}

	button(name, within = this.page) {
		return within.getByRole("button", { name, exact: typeof name === "string" });
	}

	link(name, within = this.page) {
		return within.getByRole("link", { name, exact: typeof name === "string" });
	}

	field(label) {
		return this.page.getByLabel(new RegExp(`^${label}( optional)?$`));
	}

	// In the open list of a picker.
	option(name) {
		return this.page.getByRole("listbox").getByRole("option", { name });
	}

	dialog() {
		return this.page.getByRole("dialog");
	}

	rows() {
		return this.page.locator("main .row");
	}

	// ---- seeing

	async see(locator, what = locator.toString()) {
		await this.watch.until(() => locator.first().isVisible(), what);
	}

	async gone(locator, what = locator.toString()) {
		await this.watch.until(
			async () => !(await locator.count()) || !(await locator.first().isVisible()),
			`no ${what}`,
		);
	}

	async text(locator, expected, what = locator.toString()) {
		let last = "";

		await this.watch
			.until(async () => {
				last = (
					await locator
						.first()
						.innerText()
						.catch(() => "")
				).trim();
				return expected instanceof RegExp ? expected.test(last) : last === expected;
			}, `${what} to be ${expected}`)
			.catch((error) => assert.fail(`${error.message}; it is ${JSON.stringify(last)}`));
	}

	async heading(expected) {
		await this.text(this.page.locator("h1"), expected, "the heading");
	}

	async focused(locator, what = locator.toString()) {
		await this.watch.until(
			() => locator.first().evaluate((node) => node === document.activeElement),
			`the focus on ${what}`,
		);
	}

	async toasted(text) {
		await this.see(this.page.locator(".toast", { hasText: text }), `the message "${text}"`);
	}

	// The error of a field, also as a screen reader gets it.
	async fieldError(label, text) {
		const control = this.field(label);

		await this.watch.until(() => control.getAttribute("aria-invalid"), `${label} to be marked`);
		const ids = (await control.getAttribute("aria-describedby")).split(" ");
		await this.text(this.page.locator(`[id="${ids[0]}"]`), text, `the error of ${label}`);
	}

	// ---- inspecting

	// No violation of accessibility, nothing wider than the window, nothing unexpected so far; takes a
	// screenshot.
	async inspect(name) {
		await this.settled();
		await this.page.evaluate(axe);
		const { violations } = await this.page.evaluate(() =>
			globalThis.axe.run(document, { resultTypes: ["violations"] }),
		);
		const reports = violations.map(({ id, help, nodes }) => {
			const places = nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`);

			return [`${id}: ${help}`, ...places].join("\n");
		});
		assert.equal(reports.length, 0, `${name}: ${reports.join("\n")}`);
		const { scroll, inner } = await this.page.evaluate(() => ({
			scroll: document.documentElement.scrollWidth,
			inner: document.documentElement.clientWidth,
		}));
		assert.ok(scroll <= inner, `${name}: ${scroll} px wide in a window of ${inner}`);
		this.watch.check();
		await this.picture(name);
	}

	async picture(name) {
		mkdirSync(this.folder, { recursive: true });
		await this.page.screenshot({ path: join(this.folder, `${name}-${this.width}-${this.theme}.png`) });
	}

	// ---- by keyboard alone

	press(...keys) {
		return keys.reduce(
			(before, key) => before.then(() => this.page.keyboard.press(key)),
			Promise.resolve(),
		);
	}

	type(text) {
		return this.page.keyboard.type(text);
	}

	// Presses Tab until the element has the focus, which must be visible.
	async tabTo(locator, key = "Tab") {
		for (let i = 0; i < 120; i++) {
			await this.press(key);
			if (await locator.first().evaluate((node) => node === document.activeElement)) {
				const style = await locator.first().evaluate((node) => {
					const { outlineStyle, outlineWidth } = getComputedStyle(node);
					return { outlineStyle, outlineWidth };
				});
				assert.notEqual(style.outlineStyle, "none", `${locator} shows no focus`);
				return;
			}
		}
		assert.fail(`Tab never reaches ${locator}`);
	}
}
