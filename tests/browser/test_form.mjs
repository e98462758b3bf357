import assert from "node:assert/strict";

async function requestOf(v, method, act) {
	const [request] = await Promise.all([v.page.waitForRequest((r) => r.method() === method), act()]);

	return { headers: await request.allHeaders(), body: request.postDataJSON() };
}

export const tests = {
	"errors appear at their fields, then the row is created": async (v, { api, gym }) => {
		await v.open("/#/members");
		await v.link("New member").click();
		await v.heading("New member");
		await v.focused(v.field("Name"));
		await v.inspect("form-new");
		await v.field("Phone").fill("12");
		await v.field("Email").fill("no address");
		await v.watch.during(422, /^\/members$/, async () => {
			await v.button("Create member").click();
			await v.fieldError("Name", "Name is missing.");
		});
		await v.fieldError("Surname", "Surname is missing.");
		await v.fieldError("Phone", "Phone must be 8 to 15 digits.");
		await v.fieldError("Email", /^Email must be an email address/);
		await v.focused(v.field("Name"));
		await v.see(v.page.getByText("4 things need your attention."));
		await v.inspect("form-errors");
		await v.field("Name").fill("  Grace ");
		assert.equal(await v.field("Name").getAttribute("aria-invalid"), null);
		await v.field("Surname").fill("Hopper");
		await v.field("Phone").fill(gym.members[0].phone);
		await v.field("Email").fill("grace@example.org");
		await v.watch.during(409, /^\/members$/, async () => {
			await v.button("Create member").click();
			await v.fieldError("Phone", "Phone is taken by Ada Okafor.");
		});
		await v.focused(v.field("Phone"));
		await v.inspect("form-duplicate");
		await v.field("Phone").fill("+1 (202) 555-9000");
		const sent = await requestOf(v, "POST", () => v.button("Create member").click());
		assert.match(sent.headers["idempotency-key"], /^[!-~]{16,64}$/);
		assert.deepEqual(sent.body, {
			name: "Grace",
			surname: "Hopper",
			phone: "12025559000",
			email: "grace@example.org",
		});
		await v.toasted("Grace Hopper was added.");
		await v.heading("Grace Hopper");
		await v.inspect("form-created");
		assert.equal(await api.count("/members?q=hopper"), 1);
	},

	"a taken value leads to the row that has it": async (v, { gym }) => {
		await v.open("/#/members/new");
		await v.field("Name").fill("Double");
		await v.field("Surname").fill("Trouble");
		await v.field("Phone").fill(gym.members[0].phone);
		await v.watch.during(409, /^\/members$/, async () => {
			await v.button("Create member").click();
			await v.fieldError("Phone", "Phone is taken by Ada Okafor.");
		});
		await v.focused(v.field("Phone"));
		await v.inspect("form-taken");
		await v.link("Ada Okafor").click();
		await v.button("Leave", v.dialog()).click();
		await v.heading("Ada Okafor");
	},

	"a form that knows its parent starts at the next field": async (v, { gym }) => {
		await v.open(`/#/members/${gym.members[0].id}`);
		await v.link("New subscription").click();
		await v.focused(v.page.getByRole("combobox", { name: "Plan" }));
		await v.settled();
		await v.link("Cancel").click();
		await v.heading("Ada Okafor");
	},

	"Enter takes the best match, however fast it comes": async (v) => {
		const plan = v.page.getByRole("combobox", { name: "Plan" });

		await v.open("/#/subscriptions/new");
		for (const [text, name] of [
			["Year", "Year"],
			["year", "Year"],
			["ye", "Year"],
			["off year", "Year, off-peak"],
			["half", "Half year"],
			["monthly", "Monthly"],
		]) {
			await plan.fill("");
			await plan.pressSequentially(text);
			await plan.press("Enter");
			await v.watch.until(async () => (await plan.inputValue()) === name, `${name} for ${text}`);
			await v.gone(v.page.getByRole("listbox"));
		}
		// a field that was cleared takes the row that the arrows mark, with Tab, too
		await plan.fill("");
		await v.see(v.option().first());
		await plan.press("ArrowDown");
		const marked = await v.page.locator("li.active .option-label").innerText();
		await plan.press("Tab");
		assert.equal(await plan.inputValue(), marked);
		await plan.fill("year");
		await v.watch.until(async () => (await v.option().count()) === 3, "three plans");
		assert.deepEqual(
			await v.option().locator(".option-label").allInnerTexts(),
			["Year", "Year, off-peak", "Half year"],
		);
	},

	"after a lost answer, a second try creates no second row": async (v, { api }) => {
		const keys = [];

		await v.open("/#/plans/new");
		await v.field("Name").fill("Night owls");
		await v.field("Type").selectOption({ label: "Half year" });
		await v.field("Price").fill("120,5");
		await v.inspect("form-plan");
		// the service creates the row, but its answer is lost
		await v.page.route(
			"**/plans",
			async (route) => {
				keys.push(route.request().headers()["idempotency-key"]);
				await route.fetch();
				await route.abort("failed");
			},
			{ times: 1 },
		);
		await v.watch.during("offline", /^\/plans$/, async () => {
			await v.button("Create plan").click();
			await v.see(v.page.getByText("The service cannot be reached."));
		});
		await v.inspect("form-offline");
		const sent = await requestOf(v, "POST", () => v.button("Create plan").click());
		assert.equal(sent.headers["idempotency-key"], keys[0]);
		assert.deepEqual(sent.body, { name: "Night owls", type: "half_year", price: "120.5" });
		await v.toasted("Night owls was added.");
		assert.equal(await api.count("/plans?q=owls"), 1);
		await v.text(v.page.locator("dd").nth(2), "120.50");
	},

	"a change sends the changed fields and the version": async (v, { api, gym }) => {
		const member = gym.members[5];

		await v.open(`/#/members/${member.id}`);
		await v.link("Edit").click();
		await v.heading(`Edit ${member.name} ${member.surname}`);
		await v.focused(v.field("Name"));
		assert.equal(await v.field("Surname").inputValue(), member.surname);
		await v.inspect("form-edit");
		await v.field("Surname").fill("Lovelace");
		await v.field("Email").fill("");
		const sent = await requestOf(v, "PATCH", () => v.button("Save changes").click());
		assert.deepEqual([sent.body, sent.headers["if-match"]], [{ surname: "Lovelace", email: null }, '"1"']);
		await v.toasted("Changes saved.");
		await v.heading(`${member.name} Lovelace`);
		const now = await api.must("GET", `/members/${member.id}`);
		assert.deepEqual(
			[now.name, now.surname, now.phone, now.email],
			[member.name, "Lovelace", member.phone, null],
		);
		await v.go("#/subscriptions");
		await v.rows().first().locator("td.go").click();
		await v.link("Edit").click();
		await v.field("Active").setChecked(false);
		const second = await requestOf(v, "PATCH", () => v.button("Save changes").click());
		assert.deepEqual(second.body, { active: false });
		await v.toasted("Changes saved.");
	},

	"the changes of another user are not overwritten": async (v, { api, gym }) => {
		const path = `/members/${gym.members[46].id}`;

		await v.open(`/#${path}/edit`);
		await v.field("Surname").fill("Mine");
		await api.must("PATCH", path, { surname: "Theirs", phone: "12025558888" });
		await v.watch.during(412, /^\/members\/\d+$/, async () => {
			await v.button("Save changes").click();
			await v.see(v.page.getByText("Another user changed this member."));
		});
		await v.see(v.page.getByText("Surname is now Theirs."));
		await v.inspect("conflict");
		await v.button("Load the current version").click();
		assert.equal(await v.field("Surname").inputValue(), "Theirs");
		assert.equal(await v.field("Phone").inputValue(), "12025558888");
		await v.field("Surname").fill("Mine again");
		await api.must("PATCH", path, { phone: "12025557777" });
		await v.watch.during(412, /^\/members\/\d+$/, async () => {
			await v.button("Save changes").click();
			await v.button("Keep my entries").click();
		});
		assert.equal(await v.field("Surname").inputValue(), "Mine again");
		assert.equal(await v.field("Phone").inputValue(), "12025557777");
		await v.button("Save changes").click();
		await v.toasted("Changes saved.");
		const now = await api.must("GET", path);
		assert.deepEqual([now.surname, now.phone], ["Mine again", "12025557777"]);
		// and a row that another user deleted
		await v.link("Edit").click();
		await v.field("Name").fill("Gone");
		await api.must("DELETE", path);
		await v.watch.during(404, /^\/members\/\d+$/, async () => {
			await v.button("Save changes").click();
			await v.see(v.page.getByText("Another user deleted this member."));
		});
	},

	"leaving a form with entries asks first": async (v, { gym }) => {
		await v.open(`/#/members/${gym.members[7].id}/edit`);
		await v.field("Name").fill("Unsaved");
		await v.link("Plans", v.page.getByRole("navigation", { name: "Main" })).click();
		await v.see(v.dialog());
		await v.inspect("leave");
		await v.button("Stay", v.dialog()).click();
		assert.equal(await v.field("Name").inputValue(), "Unsaved");
		await v.page.goBack();
		await v.button("Leave", v.dialog()).click();
		await v.gone(v.page.locator("form.form"));
	},

	"half a date is reported before anything is sent": async (v) => {
		await v.open("/#/subscriptions/new");
		const date = v.field("Start date");
		await date.focus();
		await v.type("12");
		await v.button("Create subscription").click();
		await v.fieldError("Start date", "Start date is not complete.");
		await v.focused(date);
		await v.inspect("form-half-date");
	},
};
