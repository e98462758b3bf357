// Watches a page of the browser: any unexpected error in it fails the test.

import assert from "node:assert/strict";

export class Watch {
	constructor(page, origin, onwrite) {
		this.page = page;
		this.origin = origin;
		this.onwrite = onwrite;
		this.wrong = [];
		this.expected = [];
		this.running = 0; // requests
		page.on("pageerror", (error) => this.wrong.push(`page error: ${error.stack}`));
		page.on("crash", () => this.wrong.push("the page crashed"));
		page.on("console", (message) => this.onConsole(message));
		page.on("request", (request) => this.onRequest(request));
		for (const end of ["requestfinished", "requestfailed"]) page.on(end, () => this.running--);
		page.on("dialog", (dialog) => {
			if (dialog.type() !== "beforeunload") this.wrong.push(`${dialog.type()}: ${dialog.message()}`);
			dialog.accept();
		});
	}

	onRequest(request) {
		this.running++;
		if (request.method() !== "GET") this.onwrite();
		const url = new URL(request.url());

		if (url.protocol !== "data:" && url.origin !== this.origin)
			this.wrong.push(`request to another origin: ${url}`);
	}

	// Chromium writes an error for each response with status 400 or more: right if the test expects it.
	onConsole(message) {
		const text = message.text(),
			path = new URL(message.location().url || "about:blank").pathname;
		const status = /Failed to load resource: .* status of (\d+)/.exec(text)?.[1];
		const offline = /Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|FAILED)/.test(text)
			? "offline"
			: null;
		const match = this.expected.find((e) => e.what === (status || offline) && e.path.test(path));

		if (match) match.seen++;
		else if (["error", "warning", "assert"].includes(message.type()))
			this.wrong.push(`console ${message.type()}: ${text} (${path})`);
	}

	// While f runs, expects responses with this status (or "offline") for this path, at least one.
	async during(what, path, f) {
		const entry = { what: String(what), path, seen: 0 };

		this.expected.push(entry);
		try {
			await f();
			await this.until(() => entry.seen > 0, `an answer of ${what} for ${path}`);
		} finally {
			this.expected.splice(this.expected.indexOf(entry), 1);
		}
	}

	async until(condition, what, seconds = 8) {
		const end = Date.now() + seconds * 1000;

		while (!(await condition())) {
			if (Date.now() > end) assert.fail(`waited ${seconds} s for ${what}`);
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
	}

	check() {
		const wrong = this.wrong.splice(0);

		assert.deepEqual(wrong, [], wrong.join("\n"));
	}
}
