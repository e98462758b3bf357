import assert from "node:assert/strict";

const section = (v) => v.page.getByRole("region", { name: /^Subscriptions/ });

// The date so many days from today, as the service writes it.
export function day(offset) {
	return new Date(Date.now() + offset * 864e5).toISOString().slice(0, 10);
}

export const tests = {
	"a member shows its subscriptions, and another can be added": async (v, { api, gym }) => {
		const member = gym.members[0];

		await v.open(`/#/members/${member.id}`);
		await v.heading("Ada Okafor");
		await v.text(section(v).locator(".count"), "12");
		assert.equal(await section(v).locator(".row").count(), 10);
		await v.inspect("row-member");
		await v.button("Show more").click();
		await v.watch.until(async () => (await section(v).locator(".row").count()) === 12, "all twelve");
		await v.link("New subscription", section(v)).click();
		await v.heading("New subscription");
		const chosen = v.page.getByRole("combobox", { name: "Member" }),
			plan = v.page.getByRole("combobox", { name: "Plan" });
		await v.watch.until(
			async () => (await chosen.inputValue()) === "Ada Okafor",
			"the member to be filled in",
		);
		await plan.click();
		await v.see(v.option(/^Year, off-peak/));
		await v.picture("picker-all");
		await plan.fill("off");
		await v.watch.until(async () => (await v.option().count()) === 2, "two plans");
		await v.inspect("picker");
		await v.option(/^Monthly, off-peak/).click();
		assert.equal(await plan.inputValue(), "Monthly, off-peak");
		await v.field("Start date").fill(day(1));
		await v.field("End date").fill(day(-1));
		await v.watch.during(422, /^\/subscriptions$/, async () => {
			await v.button("Create subscription").click();
			await v.fieldError("End date", "End date may not be before start date.");
		});
		await v.focused(v.field("End date"));
		await v.field("End date").fill(day(30));
		await v.button("Create subscription").click();
		await v.toasted("Ada Okafor, Monthly, off-peak was added.");
		await v.heading("Ada Okafor");
		await v.text(section(v).locator(".count"), "13");
		const [row] = await api.must("GET", "/subscriptions?sort=-id&limit=1");
		assert.deepEqual(
			[row.member_id, row.plan_id, row.start_date, row.active],
			[member.id, gym.plans[2].id, day(1), true],
		);
		await section(v).locator(".row td.go").first().click();
		await v.heading("Ada Okafor, Monthly, off-peak");
		await v.link("Monthly, off-peak").click();
		await v.heading("Monthly, off-peak");
	},

	"a row without a name takes the labels of its references": async (v, { api, gym }) => {
		const [row] = await api.must("GET", `/members/${gym.members[0].id}/subscriptions?limit=1`);

		await v.open(`/#/subscriptions/${row.id}`);
		await v.heading("Ada Okafor, Day pass");
		await v.text(v.page.locator(".avatar.large"), "AO");
		if (!v.phone) return;
		await v.go("#/subscriptions");
		await v.text(v.rows().first().locator(".row-link"), /^Ada Okafor, Day pass\s+Start date: \d/);
		await v.go(`#/members/${gym.members[0].id}`);
		await v.text(section(v).locator(".row-link").last(), /^(?!Ada)\S.*\s+Start date: \d/);
	},

	"a phone number and an email address are links": async (v, { gym }) => {
		const { id, phone, email } = gym.members[0];

		for (const hash of [`#/members/${id}`, "#/members"]) {
			await v.open(`/${hash}`);
			assert.equal(await v.link(phone).getAttribute("href"), `tel:+${phone}`);
			assert.equal(await v.link(email).getAttribute("href"), `mailto:${email}`);
		}
	},

	"deleting asks first, explains what prevents it, and leads back": async (v, { api, gym }) => {
		const member = gym.members[1];

		await v.open(`/#/members/${member.id}`);
		await v.button("Delete").click();
		await v.see(v.dialog());
		await v.focused(v.button("Cancel", v.dialog()));
		await v.inspect("delete");
		await v.button("Cancel", v.dialog()).click();
		await v.gone(v.dialog());
		await v.focused(v.button("Delete"));
		await v.button("Delete").click();
		await v.press("Escape");
		await v.gone(v.dialog());
		await v.button("Delete").click();
		await v.watch.during(409, /^\/members\/\d+$/, async () => {
			await v.button("Delete", v.dialog()).click();
			await v.text(
				v.dialog().getByRole("alert"),
				/This member has subscriptions: delete these first\./,
			);
		});
		await v.inspect("delete-referenced");
		await v.button("Show subscriptions", v.dialog()).click();
		await v.focused(v.page.locator("#children-subscriptions"));
		await section(v).locator(".row-link").first().click();
		await v.heading(`${member.name} ${member.surname}, Day pass`);
		await v.button("Delete").click();
		await v.button("Delete", v.dialog()).click();
		await v.toasted("Day pass was deleted");
		await v.heading(`${member.name} ${member.surname}`);
		await v.see(v.page.getByText("No subscriptions yet"));
		await v.inspect("row-no-children");
		await v.button("Delete").click();
		await v.button("Delete", v.dialog()).click();
		await v.toasted("was deleted");
		await v.text(v.page.locator(".summary"), "56 members");
		assert.equal((await api.send("GET", `/members/${member.id}`)).status, 404);
	},

	"a row that another user changed is not deleted": async (v, { api, gym }) => {
		const member = gym.members[40];

		await v.open(`/#/members/${member.id}`);
		await v.see(v.button("Delete"));
		await api.must("PATCH", `/members/${member.id}`, { surname: "Changed" });
		await v.button("Delete").click();
		await v.watch.during(412, /^\/members\/\d+$/, async () => {
			await v.button("Delete", v.dialog()).click();
			await v.text(v.dialog().getByRole("alert"), /Another user changed this member\./);
		});
		await v.inspect("delete-conflict");
		await v.button("Load the current version", v.dialog()).click();
		await v.heading(`${member.name} Changed`);
		await v.button("Delete").click();
		await v.button("Delete", v.dialog()).click();
		await v.toasted("was deleted");
	},
};
