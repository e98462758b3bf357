// The same actions with the keyboard alone.

import assert from "node:assert/strict";

const navigation = (v) => v.page.getByRole("navigation", { name: "Main" });

async function enter(v, locator) {
	await v.tabTo(locator);
	await v.press("Enter");
}

async function listing(v) {
	await v.open("/");
	await v.press("Tab");
	await v.focused(v.link("Skip to content"));
	await v.picture("keyboard-skip");
	await v.press("Enter");
	await v.focused(v.page.locator("main"));
	await v.press("Tab");
	await v.focused(v.page.locator(".stat").first());
	await v.press("Enter");
	await v.heading("Members");
	await v.focused(v.page.locator("h1"));
	await v.settled();
	if (v.phone) {
		await v.tabTo(v.field("Order"));
		await v.type("Surname, d");
		await v.press("Tab");
	} else {
		await enter(v, v.button("Surname"));
		await v.settled();
		await v.focused(v.button("Surname"));
		await v.press("Enter");
	}
	await v.watch.until(() => v.page.url().endsWith("sort=-surname"), "the order");
	await v.settled();
	await enter(v, v.button("Next"));
	await v.text(v.page.locator(".range"), "26–50 of 57");
	await v.focused(v.button("Next"));
	await v.press("Enter");
	await v.text(v.page.locator(".range"), "51–57 of 57");
	await v.focused(v.button("Next"));
	await v.tabTo(v.button("Previous"), "Shift+Tab");
	await v.press("Enter");
	await v.text(v.page.locator(".range"), "26–50 of 57");
}

async function searching(v) {
	await v.press("/");
	const search = v.page.getByRole("searchbox");
	await v.focused(search);
	await v.type("member0@");
	await v.text(v.page.locator(".summary"), "1 member found");
	await enter(v, v.rows().first().getByRole("link"));
	await v.heading("Ada Okafor");
	await v.focused(v.page.locator("h1"));
}

async function editing(v) {
	await v.settled();
	await enter(v, v.link("Edit"));
	await v.heading("Edit Ada Okafor");
	await v.settled();
	await v.focused(v.field("Name"));
	await v.press("ControlOrMeta+a");
	await v.type("Adaeze");
	await v.press("Enter");
	await v.heading("Adaeze Okafor");
	await v.toasted("Changes saved.");
}

async function subscribing(v) {
	const plan = v.page.getByRole("combobox", { name: "Plan" });

	await v.settled();
	await enter(v, v.link("New subscription"));
	await v.heading("New subscription");
	await v.focused(plan);
	await v.press("ArrowDown");
	await v.see(v.option().first());
	await v.press("ArrowDown", "ArrowDown", "ArrowUp");
	const active = await plan.getAttribute("aria-activedescendant");
	assert.equal(await v.page.locator(`[id="${active}"]`).getAttribute("class"), "active");
	await v.inspect("keyboard-picker");
	await v.press("Escape");
	await v.gone(v.page.getByRole("listbox"));
	await v.type("half");
	await v.see(v.option(/^Half year/));
	await v.watch.until(async () => (await v.option().count()) === 1, "one plan");
	await v.press("Enter");
	assert.equal(await plan.inputValue(), "Half year");
	await v.tabTo(v.field("Start date"));
	await v.type("01022027");
	await v.tabTo(v.field("Active"));
	await v.press("Space");
	assert.equal(await v.field("Active").isChecked(), false);
	await enter(v, v.button("Create subscription"));
	await v.heading("Adaeze Okafor");
	await v.toasted("was added");
}

async function failing(v) {
	await v.go("#/members");
	await v.go("#/members/new");
	await v.focused(v.field("Name"));
	await v.watch.during(422, /^\/members$/, async () => {
		await v.press("Enter");
		await v.fieldError("Surname", "Surname is missing.");
	});
	await v.focused(v.field("Name"));
	await v.type("Keys");
	await v.press("Tab");
	await v.focused(v.field("Surname"));
	await v.type("Only");
	await v.press("Enter");
	await v.heading("Keys Only");
}

async function deleting(v) {
	await v.settled();
	await enter(v, v.button("Delete"));
	await v.see(v.dialog());
	await v.press("Escape");
	await v.gone(v.dialog());
	await v.focused(v.button("Delete"));
	await v.press("Enter");
	await v.focused(v.button("Cancel", v.dialog()));
	await v.press("Tab");
	await v.focused(v.button("Delete", v.dialog()));
	await v.press("Enter");
	await v.toasted("Keys Only was deleted.");
	await v.heading("Members");
	await v.focused(v.page.locator("h1"));
}

export const tests = {
	"everything works with the keyboard": async (v, { api, gym }) => {
		await listing(v);
		await searching(v);
		await editing(v);
		await subscribing(v);
		await failing(v);
		await deleting(v);
		assert.equal((await api.must("GET", `/members/${gym.members[0].id}`)).name, "Adaeze");
		await enter(v, v.link("Home", navigation(v)));
		await v.heading(v.title);
	},
};
