import assert from "node:assert/strict";

import { Visitor } from "./visitor.mjs";

const field = (v) => v.dialog().getByLabel("Access token");

// Somebody else, who has this token or none.
async function as(token, v, { browser, setting }, f) {
	const other = await Visitor.come(browser, { ...setting, token });

	try {
		await f(other);
		other.watch.check();
	} catch (error) {
		await other.picture("failed-token").catch(() => {});
		throw error;
	} finally {
		await other.leave();
	}
}

async function withoutToken(v, { setting, ...rest }) {
	if (!setting.token) return;
	await as("", v, { setting, ...rest }, async (o) => {
		await o.watch.during(401, /./, async () => {
			await o.page.goto(`${o.url}/#/members`);
			await o.see(o.dialog());
			await o.focused(field(o));
			await o.inspect("token");
			await field(o).fill("not the right one at all");
			await o.button("Continue", o.dialog()).click();
			await o.see(o.page.getByText("This token was not accepted."));
			await o.inspect("token-refused");
			await o.press("Escape");
			await o.see(o.page.getByText("A token is needed"));
			await o.inspect("token-needed");
			await o.button("Enter a token").click();
			await field(o).fill(setting.token);
			await o.press("Enter");
			await o.text(o.page.locator(".summary"), "57 members");
		});
		assert.deepEqual(
			await o.page.evaluate(() => [
				localStorage.length,
				sessionStorage.getItem("crudd.token"),
				document.cookie,
			]),
			[0, setting.token, ""],
		);
		await o.page.reload();
		await o.text(o.page.locator(".summary"), "57 members");
		await o.watch.during(401, /./, async () => {
			await o.button("Forget token").click();
			await o.see(o.dialog());
		});
		assert.equal(await o.page.evaluate(() => sessionStorage.getItem("crudd.token")), null);
	});
}

async function readOnly(v, { setting, gym, api, ...rest }) {
	if (!setting.readToken) return;
	await as(setting.readToken, v, { setting, ...rest }, async (o) => {
		await o.open(`/#/members/${gym.members[0].id}/edit`);
		await o.field("Name").fill("Not allowed");
		await o.watch.during(403, /^\/members\/\d+$/, async () => {
			await o.button("Save changes").click();
			await o.see(o.page.getByText("This token may only read."));
		});
		await o.inspect("token-read");
		await o.button("Use another token").click();
		await field(o).fill(setting.token);
		await o.button("Continue", o.dialog()).click();
		await o.gone(o.dialog());
		await o.button("Save changes").click();
		await o.toasted("Changes saved.");
	});
	assert.equal((await api.must("GET", `/members/${gym.members[0].id}`)).name, "Not allowed");
}

export const tests = {
	"who has none is asked for a token, which stays in the tab": withoutToken,
	"a token that may only read is told apart": readOnly,
};
