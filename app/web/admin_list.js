// A list. The address holds the search, the filters, the order and the page, so that Reload, Back and
// a copied link show the same rows: ?q=ada&sort=-surname&page=3&after=CURSOR. The service needs the
// cursor alone; the number of the page is for the reader.

import { get, remember } from "./admin_api.js";
import { button, debounce, fill, freshId, h, icon, linkButton } from "./admin_dom.js";
import { filterChips, filterPanel, hasFilters, queryNames } from "./admin_filter.js";
import { tableOf } from "./admin_table.js";
import { formatNumber, plural, words } from "./admin_text.js";
import { blank, failed, skeleton } from "./admin_ui.js";

const SIZES = [25, 50, 100, 200]; // rows on a page; the first is the default

function sizeOf(query) {
	return SIZES.find((size) => String(size) === query.get("limit")) || SIZES[0];
}

// The same query for the API.
function apiPath(entity, query) {
	const params = new URLSearchParams(query);

	params.delete("page");
	params.set("limit", sizeOf(query));
	params.set("count", "true");
	return `/${entity.name}?${params}`;
}

function cursorOf(answer) {
	return answer.next && new URL(answer.next, location.href).searchParams.get("after");
}

function hashOf(entity, query) {
	const text = query.toString();

	return `#/${entity.name}${text && `?${text}`}`;
}

class List {
	constructor(context) {
		this.context = context;
		this.spec = context.spec;
		this.entity = context.entity;
		this.query = context.query;
		this.build();
	}

	build() {
		const { entity, context } = this;
		const name = entity.one.toLocaleLowerCase();

		this.summary = h("p", { class: "summary", role: "status" });
		this.searched = h("p", { class: "searched" }); // for paper, which has no search field
		this.content = h("div", { class: "content" });
		this.pager = h("nav", { class: "pager", "aria-label": "Pages", hidden: true });
		this.chips = h("div", { class: "chips" });
		this.tools = h(
			"div",
			{ class: "tools" },
			this.searchField(),
			this.orderField(),
			this.filterButton(),
			this.searched,
			this.summary,
		);
		const page = context.page(entity.title, {
			lead: entity.doc,
			actions: [linkButton(`New ${name}`, `#/${entity.name}/new`, "primary writes", "plus")],
		});
		page.body.append(
			this.tools,
			this.panel,
			this.chips,
			h("div", { class: "card list" }, this.content, this.pager),
		);
	}

	searchField() {
		const { entity } = this;
		const id = freshId("search");

		if (!entity.columns.some((c) => c.search)) return null;
		this.input = h("input", {
			id,
			type: "search",
			class: "input",
			placeholder: `Search ${entity.title.toLocaleLowerCase()}`,
			autocomplete: "off",
			spellcheck: "false",
			maxlength: 100,
			value: this.query.get("q") || "",
			"aria-keyshortcuts": "/",
		});
		this.searchSoon = debounce(() => this.change({ q: this.input.value.trim() }, true), 250);
		this.input.addEventListener("input", this.searchSoon);
		return h(
			"form",
			{
				role: "search",
				class: "search",
				onsubmit: (event) => {
					event.preventDefault();
					this.searchSoon.now();
				},
			},
			h("label", { for: id, class: "sr" }, `Search ${entity.title.toLocaleLowerCase()}`),
			icon("search"),
			this.input,
			h("kbd", { "aria-hidden": "true" }, "/"),
		);
	}

	// For the phone, whose cards have no column headings.
	orderField() {
		const id = freshId("order");
		const columns = [{ name: "id", label: "Id" }, ...this.entity.columns.filter((c) => c.sort)];

		this.order = h(
			"select",
			{ id, class: "input", onchange: () => this.change({ sort: this.order.value }) },
			columns.flatMap((c) => [
				h("option", { value: c.name }, `${c.label}, ascending`),
				h("option", { value: `-${c.name}` }, `${c.label}, descending`),
			]),
		);
		return h("div", { class: "order" }, h("label", { for: id, class: "sr" }, "Order"), this.order);
	}

	filterButton() {
		const id = freshId("filters");

		this.panel = h("div", { id, class: "card filters", hidden: true });
		if (!hasFilters(this.entity)) return null;
		this.toggle = button(
			"Filter",
			{
				"aria-expanded": "false",
				"aria-controls": id,
				onclick: () => this.showPanel(this.panel.hidden),
			},
			"filter",
		);
		return this.toggle;
	}

	showPanel(show) {
		this.panel.hidden = !show;
		this.toggle.setAttribute("aria-expanded", String(show));
	}

	// Sets these parameters and shows the first page. Typing adds no history entries.
	change(params, typing = false) {
		const query = new URLSearchParams(this.query);

		query.delete("after");
		query.delete("page");
		for (const [name, value] of Object.entries(params))
			if (value) query.set(name, value);
			else query.delete(name);
		if (query.toString() !== this.query.toString()) this.context.go(hashOf(this.entity, query), typing);
	}

	// Shows another query of the same list.
	update(query, signal) {
		this.query = query;
		this.signal = signal;
		if (this.input && document.activeElement !== this.input) this.input.value = query.get("q") || "";
		this.searched.textContent = query.get("q") ? `Search: ${query.get("q")}` : "";
		this.order.value = query.get("sort") || "id";
		const given = { spec: this.spec, entity: this.entity, query, change: (params) => this.change(params) };
		fill(this.chips, filterChips(given));
		if (!this.panel.contains(document.activeElement)) fill(this.panel, filterPanel(given));
		return this.load();
	}

	async load() {
		const signal = this.signal;

		this.content.setAttribute("aria-busy", "true");
		if (!this.content.firstChild) {
			this.summary.textContent = "Loading…";
			this.content.append(skeleton(8));
		}
		try {
			const answer = await get(apiPath(this.entity, this.query), signal);

			if (answer.data.length === 0 && this.query.has("after")) {
				this.change({});
				return; // the rows of the last page were deleted
			}
			for (const row of answer.data) remember(this.entity.name, row);
			this.show(answer);
		} catch (problem) {
			if (signal.aborted) return;
			this.summary.textContent = "";
			this.showProblem(problem);
		}
		this.content.removeAttribute("aria-busy");
	}

	show(answer) {
		const { entity, query } = this;
		const narrowed = queryNames(query).length > 0;

		if (answer.data.length === 0) {
			this.pager.hidden = true;
			this.summary.textContent = narrowed ? `No ${entity.title.toLocaleLowerCase()} found` : "";
			fill(this.content, narrowed ? this.nothingFound() : this.nothingYet());
			return;
		}
		this.summary.textContent = plural(answer.total, entity) + (narrowed ? " found" : "");
		const focused = this.content.contains(document.activeElement) && document.activeElement.dataset.column;
		fill(
			this.content,
			tableOf(this.spec, entity, answer.data, {
				name: entity.title,
				id: true,
				sort: query.get("sort") || "id",
				onsort: (sort) => this.change({ sort }),
			}),
		);
		if (focused) this.content.querySelector(`[data-column="${focused}"]`)?.focus();
		this.showPager(answer);
	}

	// The number of this page, or null if the address does not say it, or cannot be right.
	pageNumber(answer) {
		const number = this.query.has("after") ? Number(this.query.get("page")) : 1;
		const last = (number - 1) * sizeOf(this.query) + answer.data.length;

		return Number.isInteger(number) && number >= 1 && last <= answer.total ? number : null;
	}

	rangeText(answer, number) {
		const total = formatNumber(answer.total),
			rows = answer.data.length;
		const first = (number - 1) * sizeOf(this.query) + 1;

		if (!number) return `${formatNumber(rows)} of ${total}`;
		return `${formatNumber(first)}–${formatNumber(first + rows - 1)} of ${total}`;
	}

	turn(cursor, number) {
		const query = new URLSearchParams(this.query);

		query.delete("after");
		query.delete("page");
		if (cursor) query.set("after", cursor);
		if (cursor && number > 1) query.set("page", number);
		this.context.go(hashOf(this.entity, query));
		this.content.closest(".card").scrollIntoView({ block: "nearest" });
	}

	// Cursors lead forward. In the reverse order, the cursor of this page leads to the cursor of the
	// page before it, and to none if that is the first page.
	async turnBack(number) {
		const query = new URLSearchParams(this.query),
			sort = query.get("sort") || "id";

		query.set("sort", sort.startsWith("-") ? sort.slice(1) : `-${sort}`);
		try {
			this.turn(cursorOf(await get(apiPath(this.entity, query), this.signal)), number && number - 1);
		} catch (problem) {
			if (!this.signal.aborted) this.showProblem(problem);
		}
	}

	sizeField() {
		const select = h(
			"select",
			{
				class: "input",
				"aria-label": "Rows per page",
				onchange: () => this.change({ limit: select.value === String(SIZES[0]) ? "" : select.value }),
			},
			SIZES.map((size) => h("option", { value: size }, `${size} per page`)),
		);

		select.value = String(sizeOf(this.query));
		return select;
	}

	showPager(answer) {
		const after = this.query.has("after"),
			next = cursorOf(answer),
			number = this.pageNumber(answer);
		const focused = this.pager.contains(document.activeElement) && document.activeElement;
		const was = focused && (focused.dataset.turn ? `[data-turn="${focused.dataset.turn}"]` : "select");
		const part = (name, text, shape, can, go) =>
			button(
				text,
				{
					"data-turn": name,
					"aria-disabled": can ? null : "true",
					onclick: () => can && go(),
				},
				shape,
			);

		// a disabled button stays focusable, so that the focus is not lost on the last page
		fill(
			this.pager,
			part("previous", "Previous", "previous", after, () => this.turnBack(number)),
			h(
				"div",
				{ class: "place" },
				h("span", { class: "range", role: "status" }, this.rangeText(answer, number)),
				this.sizeField(),
			),
			part("next", "Next", "next", Boolean(next), () => this.turn(next, number && number + 1)),
		);
		this.pager.hidden = !after && !next && answer.total <= SIZES[0];
		if (was) this.pager.querySelector(was).focus();
	}

	showProblem(problem) {
		const reasons = problem.errors.map(
			(e) => `${e.field === "q" ? "The search" : words(e.field)} ${e.detail}.`,
		);

		if (reasons.length) problem.message = reasons.join(" ");
		this.pager.hidden = true;
		fill(
			this.content,
			failed(problem, () => this.load()),
		);
		if (problem.status === 422)
			this.content
				.querySelector(".blank-actions")
				.append(linkButton("Show all", `#/${this.entity.name}`));
	}

	nothingFound() {
		const clear = () => {
			if (this.input) this.input.value = "";
			this.context.go(`#/${this.entity.name}`);
			(this.input || this.context.heading()).focus();
		};

		return blank(
			"search",
			"Nothing found",
			"No row matches. Try fewer or different words.",
			button("Clear search and filters", { onclick: clear }),
		);
	}

	nothingYet() {
		const { entity } = this;
		const name = entity.one.toLocaleLowerCase();

		return blank(
			"empty",
			`No ${entity.title.toLocaleLowerCase()} yet`,
			entity.doc,
			linkButton(`Add the first ${name}`, `#/${entity.name}/new`, "primary writes", "plus"),
		);
	}
}

export function listView(context) {
	const list = new List(context);

	list.update(context.query, context.signal);
	return {
		search: list.input,
		// true if the new address is another query of this list
		update: (route) => {
			if (route.view !== listView || route.entity !== list.entity) return false;
			list.searchSoon?.stop();
			list.update(route.query, route.signal);
			return true;
		},
	};
}
