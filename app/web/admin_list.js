// A list: search, filters, order and page all stand in the address, so that reloading and going back show the same
// rows. The way back through the pages is a stack of cursors, kept in the state of the history's entry.

import { get, remember } from "./admin_api.js";
import { button, debounce, fill, freshId, h, icon, linkButton } from "./admin_dom.js";
import { filterChips, filterPanel, hasFilters, queryNames } from "./admin_filter.js";
import { tableOf } from "./admin_table.js";
import { formatNumber, plural, words } from "./admin_text.js";
import { blank, failed, skeleton } from "./admin_ui.js";

const ROWS = 25;

// What the API is asked: everything of the address but what is the page's own.
function apiPath(entity, query) {
	const params = new URLSearchParams(query);

	params.set("limit", ROWS);
	params.set("count", "true");
	return `/${entity.name}?${params}`;
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
		this.content = h("div", { class: "content" });
		this.pager = h("nav", { class: "pager", "aria-label": "Pages", hidden: true });
		this.chips = h("div", { class: "chips" });
		this.tools = h(
			"div",
			{ class: "tools" },
			this.searchField(),
			this.orderField(),
			this.filterButton(),
			this.summary,
		this.searched = h("p", { class: "searched" }); // for paper, which has no search field
		);
		const page = context.page(entity.title, {
			lead: entity.doc,
			actions: [linkButton(`New ${name}`, `#/${entity.name}/new`, "primary writes", "plus")],
		});
		page.body.append(
			this.tools,
			this.panel,
			this.chips,
			this.searched,
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

	// For the phone, where there are no headings to press.
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

	// Other parameters: back to the first page. Typing makes no history.
	change(params, typing = false) {
		const query = new URLSearchParams(this.query);

		query.delete("after");
		for (const [name, value] of Object.entries(params))
			if (value) query.set(name, value);
			else query.delete(name);
		if (query.toString() !== this.query.toString())
			this.context.go(hashOf(this.entity, query), { cursors: [] }, typing);
	}

	// The address has changed to another query of the same list.
	update(query, signal) {
		this.query = query;
		this.signal = signal;
		if (this.input && document.activeElement !== this.input) this.input.value = query.get("q") || "";
		this.order.value = query.get("sort") || "id";
		const given = { spec: this.spec, entity: this.entity, query, change: (params) => this.change(params) };
		fill(this.chips, filterChips(given));
		if (!this.panel.contains(document.activeElement)) fill(this.panel, filterPanel(given));
		return this.load();
	}

	async load() {
		const signal = this.signal;

		this.searched.textContent = query.get("q") ? `Search: ${query.get("q")}` : "";
		this.content.setAttribute("aria-busy", "true");
		if (!this.content.firstChild) {
			this.summary.textContent = "Loading…";
			this.content.append(skeleton(8));
		}
		try {
			const answer = await get(apiPath(this.entity, this.query), signal);

			if (answer.data.length === 0 && this.query.has("after")) {
				this.change({});
				return; // the last page has lost its rows
			}
			for (const row of answer.data) remember(this.entity.name, row);
			this.show(answer);
		} catch (problem) {
			if (signal.aborted) return;
			this.pager.hidden = true;
			this.summary.textContent = "";
			this.showProblem(problem);
		}
		this.content.removeAttribute("aria-busy");
	}

	show(answer) {
		const { entity, query } = this;
		const cursors = history.state?.cursors || (query.has("after") ? null : []);
		const narrowed = queryNames(query).length > 0;

		if (answer.data.length === 0) {
			this.pager.hidden = true;
			this.summary.textContent = narrowed ? `No ${entity.title.toLocaleLowerCase()} found` : "";
			fill(this.content, narrowed ? this.nothingFound() : this.nothingYet());
			return;
		}
		const first = cursors ? cursors.length * ROWS + 1 : 0;
		const last = formatNumber(first + answer.data.length - 1);
		const range = `${formatNumber(first)}–${last} of ${formatNumber(answer.total)}`;
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
		this.showPager(
			answer,
			cursors,
			first ? range : `${formatNumber(answer.data.length)} of ${formatNumber(answer.total)}`,
		);
	}

	showPager(answer, cursors, range) {
		const after = this.query.get("after");
		const turn = (cursor, stack) => {
			const query = new URLSearchParams(this.query);

			query.delete("after");
			if (cursor) query.set("after", cursor);
			this.context.go(hashOf(this.entity, query), { cursors: stack });
			this.content.closest(".card").scrollIntoView({ block: "nearest" });
		};
		const next = answer.next && new URL(answer.next, location.href).searchParams.get("after");
		const known = cursors || [];
		const was = this.pager.contains(document.activeElement) && document.activeElement.dataset.turn;
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

		// a button that cannot be pressed any more keeps the focus, which would be lost with it
		fill(
			this.pager,
			part("previous", "Previous", "previous", Boolean(after), () =>
				turn(known[known.length - 1], known.slice(0, -1)),
			),
			h("span", { class: "range", role: "status" }, range),
			part("next", "Next", "next", Boolean(next), () => turn(next, [...known, after || ""])),
		);
		this.pager.hidden = !after && !next;
		if (was) this.pager.querySelector(`[data-turn="${was}"]`).focus();
	}

	showProblem(problem) {
		const told = problem.errors.map(
			(e) => `${e.field === "q" ? "The search" : words(e.field)} ${e.detail}.`,
		);

		if (told.length) problem.message = told.join(" ");
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
			this.context.go(`#/${this.entity.name}`, { cursors: [] });
			(this.input || this.context.heading()).focus();
		};

		return blank(
			"search",
			"Nothing found",
			"No row matches. Try fewer or other words.",
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
		// the address changed: true if this is still the view for it
		update: (route) => {
			if (route.view !== listView || route.entity !== list.entity) return false;
			list.searchSoon?.stop();
			list.update(route.query, route.signal);
			return true;
		},
	};
}
