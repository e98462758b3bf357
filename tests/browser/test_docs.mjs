import assert from "node:assert/strict";

const operation = (v, id) => v.page.locator(`#${id}`);
const answer = (v, id) => operation(v, id).locator(".answer");

async function tryIt(v, id) {
	await v.button("Send request", operation(v, id)).click();
	await v.see(answer(v, id).locator(".answer-line"));
}

export const tests = {
	"every operation is there and opens": async (v, { api }) => {
		const { paths, components } = await api.must("GET", "/openapi.json");
		const ids = Object.values(paths).flatMap((path) => Object.values(path).map((each) => each.operationId));

		await v.open("/docs");
		await v.heading("API reference");
		await v.inspect("docs");
		assert.deepEqual(
			(
				await v.page
					.locator(".group > details:not([id^=schema])")
					.evaluateAll((all) => all.map((d) => d.id))
			).sort(),
			ids.sort(),
		);
		for (const id of ids) await operation(v, id).locator("summary").first().click();
		for (const name of Object.keys(components.schemas))
			await v.page.locator(`#schema-${name} summary`).click();
		await v.see(operation(v, ids[0]).locator(".try-form"));
		assert.equal(await v.page.locator("td", { hasText: "[^" }).count(), 0, "a regular expression is shown");
		await v.inspect("docs-unfolded");
		await v.open("/docs/#get_plans");
		await v.see(operation(v, "get_plans").locator(".try-form"));
		await v.focused(operation(v, "get_plans").locator("summary").first());
	},

	"an operation has its address as soon as it is open": async (v) => {
		await v.open("/docs");
		await operation(v, "patch_members").locator("summary").first().click();
		await v.see(operation(v, "patch_members").locator(".try-form"));
		assert.match(v.page.url(), /\/docs#patch_members$/);
		await v.page.reload();
		await v.see(operation(v, "patch_members").locator(".try-form"));
		await v.page.locator("#schema-Plan summary").click();
		await v.watch.until(() => v.page.url().endsWith("#schema-Plan"), "the address of the schema");
	},

	"responses come with examples, fields in words": async (v, { api }) => {
		const row = (await api.must("GET", "/plans?limit=1"))[0];

		await v.open("/docs#list_plans");
		const list = operation(v, "list_plans");
		const example = JSON.parse(await list.getByRole("group", { name: "Example of 200" }).innerText());
		assert.deepEqual(Object.keys(example[0]), Object.keys(row));
		await list.locator("li", { hasText: "422" }).locator("summary").click();
		await v.text(list.getByRole("group", { name: "Example of 422" }), /"field": "limit"/);
		await v.go("#create_members");
		const create = operation(v, "create_members");
		await v.text(create.locator(".fold-text"), "Create a member");
		await v.text(create.locator("tr", { hasText: "phone" }).locator(".value"), "8 to 15 digits or null");
		await create.locator("li", { hasText: "409" }).locator("summary").click();
		await v.text(create.getByRole("group", { name: "Example of 409" }), /"conflict": "\/members\/17"/);
		await create.scrollIntoViewIfNeeded();
		await v.inspect("docs-examples");
	},

	"requests can be tried": async (v, { api, gym }) => {
		await v.open("/docs#list_members");
		const list = operation(v, "list_members");
		await list.getByLabel("limit").fill("2");
		await list.getByLabel("q", { exact: true }).fill("ada");
		await list.getByLabel("count").selectOption("true");
		await v.text(list.locator(".command code"), /curl -i 'http:[^']*\/members\?limit=2&q=ada&count=true'/);
		await tryIt(v, "list_members");
		await v.text(answer(v, "list_members").locator(".status"), "200");
		await v.text(answer(v, "list_members").locator("pre").first(), /x-total-count: \d/);
		await v.text(answer(v, "list_members").locator("pre").nth(1), /"name": "Ada"/);
		await list.locator(".answer").scrollIntoViewIfNeeded();
		await v.inspect("docs-list");

		await v.go("#create_plans");
		const create = operation(v, "create_plans");
		await v.text(
			create.locator(".command code"),
			/-X POST[^]*-H 'Content-Type: application\/json'[^]*--data '\{/,
		);
		await tryIt(v, "create_plans");
		await v.text(answer(v, "create_plans").locator(".status"), "201");
		assert.equal(await api.count("/plans"), gym.plans.length + 1);
		await create.getByLabel("Body", { exact: true }).fill('{"name": "It\'s"}');
		await v.text(create.locator(".command code"), /--data '\{"name": "It'\\''s"\}'/);
		await v.watch.during(422, /^\/plans$/, () => tryIt(v, "create_plans"));
		await v.text(answer(v, "create_plans").locator("pre").nth(1), /"is missing"/);
		await v.inspect("docs-create");

		const id = String(gym.members[45].id);
		await v.go("#patch_members");
		const patch = operation(v, "patch_members");
		await patch.getByLabel(/^id/).fill(id);
		await patch.getByLabel("If-Match").fill('"7"');
		await v.text(patch.locator(".command code"), /-H 'If-Match: "7"'/);
		await v.watch.during(412, new RegExp(`^/members/${id}$`), () => tryIt(v, "patch_members"));
		await patch.getByLabel("If-Match").fill('"1"');
		await tryIt(v, "patch_members");
		await v.text(answer(v, "patch_members").locator(".status"), "200");
		await v.go("#delete_members");
		await operation(v, "delete_members").getByLabel(/^id/).fill(id);
		await tryIt(v, "delete_members");
		await v.text(answer(v, "delete_members").locator(".status"), "204");
	},

	"the token is kept for the tab, and a log-out forgets it": async (v, { setting }) => {
		if (!setting.token) return;
		await v.open("/docs#list_plans");
		const list = operation(v, "list_plans"),
			form = v.page.locator(".token-form");
		await v.text(list.locator(".command code"), /Authorization: Bearer \$TOKEN/);
		await v.see(form.getByText("It belongs to write."));
		await v.button("Log out", form).click();
		await v.watch.during(401, /^\/plans$/, () => tryIt(v, "list_plans"));
		await v.text(answer(v, "list_plans").locator(".status"), "401");
		await v.field("Access token").fill(setting.token);
		await v.button("Keep", form).click();
		await tryIt(v, "list_plans");
		await v.text(answer(v, "list_plans").locator(".status"), "200");
		await v.link("Admin page").click();
		await v.heading(v.title);
		await v.text(v.page.locator(".stat-number").first(), "57");
	},

	"by keyboard": async (v) => {
		await v.open("/docs");
		await v.tabTo(operation(v, "list_plans").locator("summary").first());
		await v.press("Enter");
		await v.tabTo(v.button("Send request", operation(v, "list_plans")));
		await v.press("Enter");
		await v.text(answer(v, "list_plans").locator(".status"), "200");
	},
};
