// The home view: numbers, each a link to the rows that it counts, and below them the newest rows.

import { get, remember } from "./admin_api.js";
import { fill, h, icon, linkButton } from "./admin_dom.js";
import { tableOf } from "./admin_table.js";
import { formatNumber, weekOf } from "./admin_text.js";
import { blank, failed, skeleton } from "./admin_ui.js";

const NEWEST = 5;

function countCard(context, home, i) {
	const week = weekOf(new Date());
	const query = home.query.replace(/\{(week_start|week_end)\}/g, (_, name) => week[name]);
	const number = h("span", { class: "stat-number", "aria-busy": "true" }, h("span", { class: "sr" }, "loading"));
	const node = h(
		"a",
		{ class: `card stat hue-${i % 6}`, href: `#/${home.entity}${query && `?${query}`}` },
		h("span", { class: "stat-label" }, home.label),
		number,
		h("span", { class: "stat-go" }, "Show ", icon("next")),
	);

	return { node, number, path: `/${home.entity}?${query && `${query}&`}limit=1&count=true` };
}

async function loadNewest(context, entity, content) {
	fill(content, skeleton(3));
	content.setAttribute("aria-busy", "true");
	try {
		const { data } = await get(`/${entity.name}?limit=${NEWEST}&sort=-id`, context.signal);

		data.forEach((row) => remember(entity.name, row));
		fill(
			content,
			data.length
				? tableOf(context.spec, entity, data, {
						name: `Newest ${entity.title.toLocaleLowerCase()}`,
					})
				: blank("empty", `No ${entity.title.toLocaleLowerCase()} yet`, entity.doc),
		);
	} catch (problem) {
		if (context.signal.aborted) return;
		fill(
			content,
			failed(problem, () => loadNewest(context, entity, content)),
		);
	}
	content.removeAttribute("aria-busy");
}

function newest(context, entity) {
	const content = h("div", { class: "content" });
	const id = `newest-${entity.name}`;

	return {
		node: h(
			"section",
			{ "aria-labelledby": id },
			h(
				"div",
				{ class: "section-head" },
				h("h2", { id }, `Newest ${entity.title.toLocaleLowerCase()}`),
				linkButton(`New ${entity.one.toLocaleLowerCase()}`, `#/${entity.name}/new`, "writes", "plus"),
			),
			h("div", { class: "card list" }, content),
		),
		load: () => loadNewest(context, entity, content),
	};
}

// The entities that the numbers count.
function counted(spec) {
	return spec.entities.filter((e) => spec.home.some((home) => home.entity === e.name));
}

export function homeView(context) {
	const { spec } = context;
	const today = new Intl.DateTimeFormat(undefined, { dateStyle: "full" }).format(new Date());
	const page = context.page(spec.title, { lead: today, documentTitle: "Home" });

	const load = async () => {
		const cards = spec.home.map((home, i) => countCard(context, home, i));
		const sections = counted(spec).map((entity) => newest(context, entity));

		fill(
			page.body,
			h(
				"div",
				{ class: "stats" },
				cards.map((card) => card.node),
			),
			h(
				"div",
				{ class: "newest" },
				sections.map((section) => section.node),
			),
		);
		try {
			await Promise.all(
				cards.map(async (card) => {
					const { total } = await get(card.path, context.signal);

					card.number.textContent = formatNumber(total);
					card.number.removeAttribute("aria-busy");
				}),
			);
			sections.forEach((section) => section.load());
		} catch (problem) {
			if (!context.signal.aborted) fill(page.body, failed(problem, load));
		}
	};
	load();
	return {};
}
