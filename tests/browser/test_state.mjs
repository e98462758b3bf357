import assert from "node:assert/strict";

const PROBLEM = JSON.stringify({
	type: "urn:crudd:problem:unavailable",
	title: "Service unavailable",
	status: 503,
	detail: "Try again.",
	request_id: "r-1",
});

function unavailable(route) {
	return route.fulfill({
		status: 503,
		contentType: "application/problem+json",
		headers: { "Retry-After": "1" },
		body: PROBLEM,
	});
}

export const tests = {
	"an empty list offers the first step": async (v, { api }) => {
		await api.clear();
		await v.open("/");
		await v.text(v.page.locator(".stat-number").first(), "0");
		await v.inspect("empty-home");
		await v.go("#/members");
		await v.see(v.page.getByText("No members yet"));
		await v.inspect("empty-list");
		await v.link("Add the first member").click();
		await v.heading("New member");
		await v.go("#/subscriptions/new");
		await v.page.getByRole("combobox", { name: "Member" }).click();
		await v.see(v.page.getByText("No member found").first());
	},

	"a view that loads says so": async (v) => {
		let release;
		const held = new Promise((resolve) => {
			release = resolve;
		});

		await v.open("/");
		await v.page.route(/\/members\?/, async (route) => {
			await held;
			await route.continue();
		});
		await v.page.evaluate(() => {
			location.hash = "#/members";
		});
		await v.see(v.page.locator(".content[aria-busy=true] .skeleton"));
		await v.text(v.page.locator(".summary"), "Loading…");
		await v.page.waitForTimeout(300); // it appears only after a moment
		await v.picture("loading");
		release();
		await v.settled();
		await v.text(v.page.locator(".summary"), "57 members");
		assert.equal(await v.page.locator(".skeleton").count(), 0);
	},

	"an unavailable service can be tried again": async (v, { gym }) => {
		await v.open("/");
		await v.page.route(/\/members\b/, unavailable);
		await v.watch.during(503, /^\/members/, async () => {
			await v.go("#/members").catch(() => {});
			await v.see(v.page.getByText("The service is unavailable"));
			await v.inspect("unavailable");
			await v.go(`#/members/${gym.members[0].id}`).catch(() => {});
			await v.see(v.page.getByText("The service is unavailable"));
		});
		await v.page.unroute(/\/members\b/);
		await v.button("Try again").click();
		await v.heading("Ada Okafor");
		await v.link("Edit").click();
		await v.field("Name").fill("Patient");
		await v.page.route(/\/members\b/, unavailable);
		await v.watch.during(503, /^\/members/, async () => {
			await v.button("Save changes").click();
			await v.see(v.page.getByText("The service is unavailable."));
		});
		await v.inspect("unavailable-form");
		assert.equal(await v.field("Name").inputValue(), "Patient");
		await v.page.unroute(/\/members\b/);
		await v.button("Save changes").click();
		await v.toasted("Changes saved.");
	},

	"a short overload is invisible": async (v) => {
		await v.page.route(/\/members\?/, unavailable, { times: 1 });
		await v.watch.during(503, /^\/members/, async () => {
			await v.open("/#/members");
			await v.text(v.page.locator(".summary"), "57 members");
		});
	},

	"the page reports that it is offline, and recovers by itself": async (v) => {
		await v.open("/#/members");
		await v.context.setOffline(true);
		await v.watch.during("offline", /^\/(plans|assets\/icon)/, async () => {
			await v.go("#/plans").catch(() => {});
			await v.see(v.page.getByText("You are offline"));
		});
		await v.inspect("offline");
		await v.context.setOffline(false);
		await v.text(v.page.locator(".summary"), "6 plans");
	},

	"unknown addresses say so": async (v) => {
		await v.watch.during(404, /^\/members\/999999$/, async () => {
			await v.open("/#/members/999999");
			await v.see(v.page.getByText("There is no member with the id 999999."));
		});
		await v.inspect("not-found");
		await v.link("Show all members").click();
		await v.heading("Members");
		for (const hash of ["#/nothing", "#/members/abc", "#/members/0", "#/members/1/edit/more"]) {
			await v.go(hash);
			await v.heading("Not found");
		}
		await v.link("Go home").click();
		await v.heading(v.title);
	},
};
