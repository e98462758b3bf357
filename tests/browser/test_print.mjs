// The pages on paper.

import assert from "node:assert/strict";
import { join } from "node:path";

// The page as a printer gets it: A4 without its margins, 186 mm wide.
async function onPaper(v, name, f) {
	await v.page.setViewportSize({ width: 703, height: 1000 });
	await v.page.emulateMedia({ media: "print" });
	await v.settled();
	for (const hidden of [".side", ".skip", ".actions", "main button:visible .icon", ".search", "td.go"])
		assert.equal(await v.page.locator(hidden).first().isVisible(), false, hidden);
	await v.text(v.page.locator("#printed"), new RegExp(`^${v.title} · \\d+ \\w+ \\d{4}`));
	await f();
	const { scroll, inner } = await v.page.evaluate(() => ({
		scroll: document.documentElement.scrollWidth,
		inner: document.documentElement.clientWidth,
	}));
	assert.ok(scroll <= inner, `${name}: ${scroll} px wide on paper of ${inner}`);
	await v.picture(`print-${name}`);
	await v.page.pdf({ path: join(v.folder, `print-${name}-${v.width}-${v.theme}.pdf`), format: "A4" });
}

// No cell of the table is narrower than its longest word.
async function assertWholeWords(v) {
	const cells = await v.page.locator(".table :is(th, td):visible").evaluateAll((all) =>
		all.map((cell) => {
			const range = document.createRange();
			range.selectNodeContents(cell);
			const height = parseFloat(getComputedStyle(cell).lineHeight) || 1;
			return {
				text: cell.innerText,
				lines: Math.round(range.getBoundingClientRect().height / height),
			};
		}),
	);

	assert.ok(cells.length > 30);
	for (const { text, lines } of cells)
		assert.ok(lines <= text.trim().split(/[\s.@-]+/).length + 1, `${JSON.stringify(text)} has ${lines} lines`);
}

export const tests = {
	"a list prints as a table with a header and the date": async (v) => {
		for (const [hash, title] of [
			["#/members?q=member&sort=surname", "Members"],
			["#/subscriptions?active=true", "Subscriptions"],
		]) {
			await v.page.emulateMedia({ media: "screen" });
			await v.open(`/${hash}`);
			await onPaper(v, `list-${title.toLowerCase()}`, async () => {
				await v.heading(title);
				assert.equal(await v.rows().first().evaluate((row) => getComputedStyle(row).display), "table-row");
				await assertWholeWords(v);
				await v.see(v.page.locator(title === "Members" ? ".searched" : ".chip"));
			});
		}
	},

	"a row prints with its values and the rows below it": async (v, { gym }) => {
		await v.open(`/#/members/${gym.members[0].id}`);
		await onPaper(v, "row", async () => {
			await v.heading("Ada Okafor");
			await v.see(v.page.getByText("member0@example.org"));
			await assertWholeWords(v);
		});
	},

	"the API reference prints without its sidebar and forms": async (v) => {
		await v.open("/docs#get_plans");
		await v.page.emulateMedia({ media: "print" });
		for (const hidden of [".side", ".skip", ".try", ".token-form"])
			assert.equal(await v.page.locator(hidden).first().isVisible(), false, hidden);
		await v.see(v.page.getByText("The row has not changed."));
		await v.picture("print-docs");
	},

	"dark screens print on white": async (v) => {
		await v.open("/#/members");
		await v.page.emulateMedia({ media: "print", colorScheme: "dark" });
		const colors = await v.page.evaluate(() => {
			const { backgroundColor, color } = getComputedStyle(document.body);
			return [backgroundColor, color];
		});
		assert.deepEqual(colors, ["rgb(255, 255, 255)", "rgb(26, 30, 27)"]);
	},
};
