import assert from "node:assert/strict";

import { Visitor } from "./visitor.mjs";

const field = (v) => v.dialog().getByLabel("Access token");

// Another visitor, with this token or none.
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
			await o.see(o.page.getByText("The service did not accept this token."));
			await o.inspect("token-refused");
			await o.press("Escape");
			await o.see(o.page.getByText("Enter a token to continue"));
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
			await o.button("Log out").click();
			await o.see(o.dialog());
		});
		assert.equal(await o.page.evaluate(() => sessionStorage.getItem("crudd.token")), null);
	});
}

async function remembered(v, { setting, ...rest }) {
	if (!setting.token) return;
	await as("", v, { setting, ...rest }, async (o) => {
		await o.watch.during(401, /./, async () => {
			await o.page.goto(`${o.url}/#/members`);
			await o.see(o.dialog());
			assert.equal(await o.page.getByLabel("Remember on this device").isChecked(), false);
			await o.page.getByLabel("Remember on this device").check();
			await field(o).fill(setting.token);
			await o.press("Enter");
			await o.text(o.page.locator(".summary"), "57 members");
		});
		// another tab of the same browser has it, too
		const page = await o.context.newPage();
		await page.goto(`${o.url}/#/plans`);
		await page.getByText("6 plans").waitFor();
		await page.getByRole("button", { name: "Log out" }).click();
		await page.getByRole("dialog").waitFor();
		assert.deepEqual(
			await page.evaluate(() => [localStorage.length, sessionStorage.getItem("crudd.token")]),
			[0, null],
		);
		await o.gone(o.button("Log out"));
		await page.close();
	});
}

async function readOnly(v, { setting, gym, ...rest }) {
	if (!setting.readToken) return;
	await as(setting.readToken, v, { setting, ...rest }, async (o) => {
		await o.open("/");
		await o.text(o.page.locator("#who"), /^read\s+Read only$/);
		await o.inspect("read-only-home");
		for (const hash of ["", "#/members", "#/subscriptions", "#/plans?q=nothing", `#/members/${gym.members[0].id}`]) {
			await o.go(hash);
			for (const name of [/^New /, /^Edit/, /^Delete/, /^Add /]) {
				assert.equal(await o.link(name).count(), 0, `${hash}: ${name}`);
				assert.equal(await o.button(name).count(), 0, `${hash}: ${name}`);
			}
		}
		await o.inspect("read-only-row");
		await o.go(`#/members/${gym.members[0].id}/edit`);
		await o.see(o.page.getByText("This token may only read."));
		assert.equal(await o.button("Save changes").count(), 0);
		await o.inspect("token-read");
		await o.field("Name").fill("Now allowed");
		await o.button("Use another token").click();
		await field(o).fill(setting.token);
		await o.button("Continue", o.dialog()).click();
		await o.gone(o.page.getByText("This token may only read."));
		await o.text(o.page.locator("#who"), /^write\s+Can edit$/);
		await o.button("Save changes").click();
		await o.toasted("Changes saved.");
		await o.heading("Now allowed Okafor");
	});
}

// The role of a token may change while a form is open.
async function noLongerAllowed(v, { setting, gym, api, ...rest }) {
	if (!setting.readToken) return;
	await as(setting.readToken, v, { setting, ...rest }, async (o) => {
		await o.page.route("**/whoami", (route) => route.fulfill({ json: { name: "desk", role: "write" } }));
		await o.open(`/#/members/${gym.members[0].id}/edit`);
		await o.field("Name").fill("Not allowed");
		await o.watch.during(403, /^\/members\/\d+$/, async () => {
			await o.button("Save changes").click();
			await o.see(o.page.getByText("This token may only read."));
		});
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
	"the page asks for a token, which stays in the tab": withoutToken,
	"a token can be remembered, until a log-out": remembered,
	"a read-only caller sees the role and no buttons that write": readOnly,
	"a token that loses its role is reported": noLongerAllowed,
};
