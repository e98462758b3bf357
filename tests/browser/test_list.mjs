import assert from "node:assert/strict";

import { Visitor } from "./visitor.mjs";

async function column(v, n) {
	return v
		.rows()
		.locator(`td:nth-child(${n})`)
		.evaluateAll((cells) => cells.map((cell) => cell.textContent));
}

// With the heading on a desktop, with the order field on a phone.
async function sortBy(v, label, direction) {
	if (v.phone) {
		await v.field("Order").selectOption({ label: `${label}, ${direction}` });
	} else {
		const heading = v.page.getByRole("columnheader", { name: label, exact: true });
		for (let i = 0; i < 2 && (await heading.getAttribute("aria-sort")) !== direction; i++) {
			await v.button(label, heading).click();
			await v.settled();
		}
		assert.equal(await heading.getAttribute("aria-sort"), direction);
	}
	await v.settled();
}

const range = (v) => v.page.locator(".range");

export const tests = {
	"the pages turn both ways, and survive a reload": async (v) => {
		await v.open("/#/members");
		await v.heading("Members");
		await v.text(v.page.locator(".summary"), "57 members");
		assert.equal(await v.rows().count(), 25);
		await v.text(range(v), "1–25 of 57");
		await v.inspect("list");
		await v.button("Next").click();
		await v.text(range(v), "26–50 of 57");
		await v.button("Next").click();
		await v.text(range(v), "51–57 of 57");
		assert.equal(await v.rows().count(), 7);
		assert.equal(await v.button("Next").getAttribute("aria-disabled"), "true");
		await v.page.reload();
		await v.text(range(v), "51–57 of 57");
		await v.button("Previous").click();
		await v.text(range(v), "26–50 of 57");
		await v.page.goBack();
		await v.text(range(v), "51–57 of 57");
		await v.page.goBack();
		await v.text(range(v), "26–50 of 57");
		await v.button("Previous").click();
		await v.text(range(v), "1–25 of 57");
		assert.equal(await v.button("Previous").getAttribute("aria-disabled"), "true");
		await v.page.locator(".pager").scrollIntoViewIfNeeded();
		await v.picture("list-end");
	},

	"the address of a page opens that page in another tab": async (v, { setting, browser }) => {
		for (const [hash, ranges] of [
			["#/members?sort=-surname", ["26–50 of 57", "51–57 of 57"]],
			["#/subscriptions?sort=end_date", ["26–31 of 31"]],
			["#/subscriptions?sort=-end_date", ["26–31 of 31"]],
		]) {
			await v.open(`/${hash}`);
			const pages = [await v.rows().allInnerTexts()];
			for (const text of ranges) {
				await v.button("Next").click();
				await v.text(range(v), text);
				await v.settled();
				pages.push(await v.rows().allInnerTexts());
			}
			const other = await Visitor.come(browser, setting);
			await other.open(v.page.url().slice(v.url.length));
			await other.text(range(other), ranges[ranges.length - 1]);
			for (const [i, expected] of pages.reverse().entries()) {
				if (i > 0) await other.button("Previous").click();
				await other.settled();
				assert.deepEqual(await other.rows().allInnerTexts(), expected);
			}
			await other.text(range(other), /^1–25 of/);
			other.watch.check();
			await other.leave();
		}
	},

	"the number of rows on a page can be chosen": async (v) => {
		await v.open("/#/members?sort=surname");
		await v.button("Next").click();
		await v.text(range(v), "26–50 of 57");
		const size = v.page.getByLabel("Rows per page");
		await size.focus();
		await size.selectOption("50");
		await v.text(range(v), "1–50 of 57");
		assert.match(v.page.url(), /#\/members\?sort=surname&limit=50$/);
		await v.focused(size);
		await v.button("Next").click();
		await v.text(range(v), "51–57 of 57");
		await v.button("Previous").click();
		await v.text(range(v), "1–50 of 57");
		await size.selectOption("100");
		await v.text(range(v), "1–57 of 57");
		await v.inspect("list-size");
		await size.selectOption("25");
		await v.text(range(v), "1–25 of 57");
	},

	"after a change the list is as it was left": async (v) => {
		const place = /#\/members\?q=[^&]*&sort=-surname&after=[^&]*&page=2$/;

		await v.open("/#/members?q=member&sort=-surname");
		await v.button("Next").click();
		await v.text(range(v), /^26–/);
		assert.match(v.page.url(), place);
		const url = v.page.url();
		await v.rows().nth(2).locator("td.go").click();
		await v.link("Edit").click();
		await v.field("Name").fill("Renamed");
		await v.button("Save changes").click();
		await v.heading(/^Renamed /);
		await v.link("Edit").click();
		await v.link("Cancel").click();
		await v.heading(/^Renamed /);
		assert.equal(await v.link("Members", v.page.locator(".crumbs")).getAttribute("href"), new URL(url).hash);
		await v.settled();
		await v.page.reload();
		await v.button("Delete").click();
		await v.button("Delete", v.dialog()).click();
		await v.toasted("was deleted");
		await v.heading("Members");
		assert.equal(v.page.url(), url);
		await v.link("New member").click();
		await v.link("Cancel").click();
		await v.heading("Members");
		assert.equal(v.page.url(), url);
	},

	"the order changes both ways and continues on the next page": async (v) => {
		const sorted = (texts) => [...texts].sort((a, b) => a.localeCompare(b, "en", { sensitivity: "base" }));

		await v.open("/#/plans");
		await sortBy(v, "Price", "ascending");
		assert.deepEqual(await column(v, 4), [
			"Price12.00",
			"Price34.90",
			"Price49.90",
			"Price264.00",
			"Price329.00",
			"Price479.00",
		]);
		await sortBy(v, "Price", "descending");
		assert.equal((await column(v, 4))[0], "Price479.00");
		await v.inspect("list-sorted");
		await v.go("#/subscriptions");
		await sortBy(v, "End date", "descending");
		await v.button("Next").click();
		await v.text(range(v), "26–31 of 31");
		await v.go("#/members");
		await sortBy(v, "Surname", "ascending");
		const surnames = await column(v, 3);
		assert.deepEqual(
			surnames.filter((name) => /Surname[A-Z]/.test(name)),
			sorted(surnames.filter((name) => /Surname[A-Z]/.test(name))),
		);
		await v.page.reload();
		await v.settled();
		assert.deepEqual(await column(v, 3), surnames);
	},

	"the search follows the typing": async (v, { api }) => {
		await v.open("/#/members");
		if (!v.phone) await v.press("/");
		const search = v.page.getByRole("searchbox", { name: "Search members" });
		await search.focus();
		await v.type("okaf");
		const n = await api.count("/members?q=okaf");
		await v.text(v.page.locator(".summary"), `${n} members found`);
		assert.equal(await v.rows().count(), n);
		await v.focused(search);
		await v.inspect("search");
		await v.page.reload();
		await v.text(v.page.locator(".summary"), `${n} members found`);
		assert.equal(await search.inputValue(), "okaf");
		await search.fill("no such name");
		await v.see(v.page.getByText("Nothing found"));
		await v.inspect("search-nothing");
		await v.button("Clear search and filters").click();
		await v.text(v.page.locator(".summary"), "57 members");
		assert.equal(await search.inputValue(), "");
		// the page shows why the service refuses a search
		await v.watch.during(422, /^\/members$/, async () => {
			await search.fill("five words are too many");
			await v.see(v.page.getByText("The search must be at most 4 words."));
		});
		await v.link("Show all").click();
		await v.text(v.page.locator(".summary"), "57 members");
	},

	"filters reduce the list, and their chips remove them": async (v, { api, gym }) => {
		await v.open("/#/subscriptions");
		await v.button("Filter").click();
		await v.field("Active").selectOption({ label: "No" });
		await v.text(v.page.locator(".summary"), "7 subscriptions found");
		await v.field("Start date from").fill(new Date(Date.now() - 55 * 864e5).toISOString().slice(0, 10));
		await v.settled();
		await v.watch.until(async () => (await v.page.locator(".chip").count()) === 2, "two chips");
		await v.inspect("filters");
		await v.page.locator(".chip", { hasText: "Start date" }).click();
		await v.text(v.page.locator(".summary"), "7 subscriptions found");
		const member = v.page.getByRole("combobox", { name: "Member" });
		await member.fill("ada");
		await v.option().first().click();
		const n = await api.count(`/subscriptions?active=false&member_id=${gym.members[0].id}`);
		await v.text(v.page.locator(".summary"), new RegExp(`^${n} `));
		await v.see(v.page.locator(".chip", { hasText: "Member: Ada Okafor" }));
		await v.page.locator(".chip", { hasText: "Member" }).click();
		await v.page.locator(".chip", { hasText: "Active" }).click();
		await v.text(v.page.locator(".summary"), "31 subscriptions");
		await v.go("#/plans?type=half_year");
		await v.text(v.page.locator(".summary"), "1 plan found");
	},

	"references show the labels of their rows": async (v, { gym }) => {
		await v.open("/#/subscriptions");
		const first = v.rows().first();
		if (v.phone) {
			await v.text(first.locator(".row-link"), /^Ada Okafor, Day pass/);
			await v.inspect("list-references");
			await v.go(`#/plans/${gym.plans[0].id}`);
		} else {
			await v.see(v.link("Ada Okafor", first));
			await v.see(v.link("Day pass", first));
			await v.inspect("list-references");
			await v.link("Day pass", first).click();
		}
		await v.heading("Day pass");
		await v.text(v.page.locator("#children-subscriptions"), /^Subscriptions\s*\d+$/);
		await v.inspect("row-plan");
		await v.page.goBack();
		await first.locator("td.go").click();
		await v.heading("Ada Okafor, Day pass");
		await v.inspect("row-subscription");
		assert.match(v.page.url(), /#\/subscriptions\/\d+$/);
		await v.link("Ada Okafor").click();
		await v.heading(`${gym.members[0].name} ${gym.members[0].surname}`);
	},

	"text is never read as markup": async (v, { api }) => {
		const name = "<img src=x onerror=alert(1)>",
			surname = '"><script>alert(2)</script>';
		const row = await api.must("POST", "/members", { name, surname });

		await v.open(`/#/members/${row.id}`);
		await v.heading(`${name} ${surname}`);
		await v.go("#/members?sort=-id");
		await v.text(
			v
				.rows()
				.first()
				.locator(v.phone ? ".row-link .narrow" : ".row-link .wide"),
			v.phone ? `${name} ${surname}` : name,
		);
		await v.inspect("markup");
		await v.go(`#/members/${row.id}/edit`);
		assert.equal(await v.field("Name").inputValue(), name);
		assert.equal(await v.page.locator("main img").count(), 0);
	},
};
