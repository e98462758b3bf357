import assert from "node:assert/strict";

export const tests = {
	"the policy of the pages forbids foreign content": async (v) => {
		for (const path of ["/", "/docs"]) {
			const response = await v.page.goto(v.url + path);
			const policy = (await response.allHeaders())["content-security-policy"];
			const source = await response.text();

			for (const part of [
				"default-src 'none'",
				"script-src 'self'",
				"style-src 'self'",
				"form-action 'none'",
			])
				assert.ok(policy.split("; ").includes(part), policy);
			assert.doesNotMatch(source, /<style|style=|<script>|javascript:|https?:/);
			await v.settled();
			assert.equal(await v.page.locator("[style]").count(), 0);
		}
	},

	"the numbers count the rows, and link to them": async (v, { api }) => {
		const counts = [
			["Members", 57],
			["Active subscriptions", 24],
			["Ending this week", 2],
		];

		await v.open("/");
		await v.heading(v.title);
		for (const [label, n] of counts)
			await v.text(
				v.page.locator(".stat", { hasText: label }).locator(".stat-number"),
				String(n),
				label,
			);
		assert.equal(await api.count("/subscriptions?active=true"), 24);
		await v.inspect("home");
		for (const [label, n] of counts) {
			await v.page.locator(".stat", { hasText: label }).click();
			await v.settled();
			await v.heading(label === "Members" ? "Members" : "Subscriptions");
			await v.text(v.page.locator(".summary"), new RegExp(`^${n} `), "the total");
			await v.page.goBack();
			await v.heading(v.title);
			await v.settled();
		}
		await v.page.locator(".stat", { hasText: "Ending this week" }).click();
		await v.settled();
		await v.inspect("home-filtered");
		assert.equal(await v.rows().count(), 2);
		assert.equal(await v.page.locator(".chip").count(), 3);
	},

	"the newest rows are below": async (v, { gym }) => {
		const last = gym.members[gym.members.length - 1];

		await v.open("/");
		const newest = v.page.getByRole("region", { name: "Newest members" });
		await v.text(newest.locator(".row").first(), new RegExp(last.name));
		await v.link("New member", newest).click();
		await v.heading("New member");
		await v.page.goBack();
		await v.link(new RegExp(last.name), newest).first().click();
		await v.heading(`${last.name} ${last.surname}`);
	},

	"the navigation leads everywhere and marks the current view": async (v) => {
		await v.open("/");
		for (const name of ["Members", "Plans", "Subscriptions", "Home"]) {
			const link = v.link(name, v.page.getByRole("navigation", { name: "Main" }));
			await link.click();
			await v.settled();
			assert.equal(await link.getAttribute("aria-current"), "page");
			await v.heading(name === "Home" ? v.title : name);
			await v.focused(v.page.locator("h1"));
			assert.match(await v.page.title(), new RegExp(`^${name} · ${v.title}$`));
		}
	},
};
