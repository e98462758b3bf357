// The pages know only what /openapi.json says about the entities. Here it describes one more, with every
// type of column; the test answers the requests for its rows.

import assert from "node:assert/strict";

const ROOMS = {
	name: "rooms",
	one: "room",
	title: "Rooms",
	doc: "Where things happen.",
	label: ["code"],
	columns: [
		{
			name: "code",
			label: "Code",
			type: "digits",
			required: true,
			sort: true,
			min: 2,
			max: 4,
			doc: "On its door.",
		},
		{
			name: "floor",
			label: "Floor",
			type: "choice",
			choices: ["cellar", "top_floor"],
			filter: true,
			doc: "Where it is.",
		},
		{
			name: "area",
			label: "Area",
			type: "decimal",
			decimals: 1,
			max: 6,
			filter: true,
			sort: true,
			doc: "In square metres.",
		},
		{ name: "opened", label: "Opened", type: "date", filter: true, doc: "First day." },
		{ name: "heated", label: "Heated", type: "bool", filter: true, doc: "May be unknown." },
		{
			name: "keeper_id",
			label: "Keeper",
			type: "reference",
			references: "members",
			filter: true,
			doc: "Who has the key.",
		},
		{
			name: "room_id",
			label: "Beside",
			type: "reference",
			references: "rooms",
			doc: "The room next to it.",
		},
	],
};

async function answer(route, rows) {
	const request = route.request(),
		path = new URL(request.url()).pathname,
		id = Number(path.split("/")[2]);

	if (request.method() === "POST")
		rows.push({
			...Object.fromEntries(ROOMS.columns.map((c) => [c.name, null])),
			...request.postDataJSON(),
			id: rows.length + 1,
		});
	const data = request.method() === "POST" ? rows[rows.length - 1] : id ? rows[id - 1] : rows;
	await route.fulfill({
		status: request.method() === "POST" ? 201 : 200,
		json: data,
		headers: { ETag: '"1"', "X-Total-Count": String(rows.length) },
	});
}

async function add(v, member) {
	const time = "2026-01-02T03:04:05.678Z";
	const rows = [
		{
			id: 1,
			code: "0012",
			floor: "top_floor",
			area: "12.5",
			opened: "2020-02-29",
			heated: null,
			keeper_id: member.id,
			room_id: null,
			created_at: time,
			updated_at: time,
		},
	];

	await v.page.route("**/openapi.json", async (route) => {
		const response = await route.fetch(),
			api = await response.json();

		api["x-crudd"].entities.push(ROOMS);
		api["x-crudd"].home.push({ label: "Rooms upstairs", entity: "rooms", query: "floor=top_floor" });
		await route.fulfill({ json: api });
	});
	await v.page.route(/\/rooms(\/\d+)?(\?.*)?$/, (route) => answer(route, rows));
	await v.page.route(/\/(members|rooms)\/\d+\/rooms/, (route) => answer(route, rows));
}

export const tests = {
	"another entity needs no change of the pages": async (v, { gym }) => {
		await add(v, gym.members[0]);
		await v.open("/");
		await v.text(v.page.locator(".stat", { hasText: "Rooms upstairs" }).locator(".stat-number"), "1");
		await v.link("Rooms", v.page.getByRole("navigation", { name: "Main" })).click();
		await v.settled();
		await v.heading("Rooms");
		await v.text(v.rows(), /0012[^]*Top floor[^]*12\.5[^]*29 Feb 2020[^]*Ada Okafor/);
		assert.equal(await v.page.getByRole("searchbox").count(), 0);
		await v.button("Filter").click();
		await v.inspect("generic-list");
		await v.rows().first().locator("td.go").click();
		await v.heading("0012");
		await v.see(v.page.getByRole("region", { name: /^Rooms/ }));
		await v.inspect("generic-row");
		assert.equal(await v.page.locator("a[href^='tel:']").count(), 0, "not all digits are a phone number");
		await v.go(`#/members/${gym.members[0].id}`);
		await v.see(v.link("New room"));
		await v.see(v.link("New subscription"));
		await v.link("New room").click();
		await v.heading("New room");
		await v.settled();
		assert.equal(await v.page.getByRole("combobox", { name: /^Keeper/ }).inputValue(), "Ada Okafor");
		await v.field("Code").fill("77");
		await v.field("Floor").selectOption({ label: "Cellar" });
		await v.field("Heated").selectOption({ label: "No" });
		await v.page.getByRole("combobox", { name: /^Beside/ }).click();
		await v.option(/0012/).click();
		await v.inspect("generic-form");
		const [request] = await Promise.all([
			v.page.waitForRequest((r) => r.method() === "POST"),
			v.button("Create room").click(),
		]);
		assert.deepEqual(request.postDataJSON(), {
			code: "77",
			floor: "cellar",
			heated: false,
			keeper_id: gym.members[0].id,
			room_id: 1,
		});
		await v.toasted("77 was added.");
	},
};
