// One row: its values, the rows that refer to it, and the dialog that deletes it.

import { forget, get, remember, request } from "./admin_api.js";
import { button, fill, h, icon, linkButton } from "./admin_dom.js";
import { fullLabel } from "./admin_label.js";
import { avatar, tableOf, valueNode } from "./admin_table.js";
import { formatNumber, formatTime } from "./admin_text.js";
import { blank, failed, notice, openDialog, refusal, skeleton, toast } from "./admin_ui.js";

const ROWS = 10;

// ---- rows that refer to this one

// [{ entity, column }] of every entity that can refer to this one.
function childrenOf(spec, entity) {
	return spec.entities.flatMap((child) => {
		const column = child.columns.find((c) => c.type === "reference" && c.references === entity.name);

		return column ? [{ entity: child, column }] : [];
	});
}

class Children {
	constructor(context, { entity, column }) {
		const { id } = context;

		this.context = context;
		this.entity = entity;
		this.column = column;
		this.rows = [];
		this.count = h("span", { class: "count" });
		this.content = h("div", { class: "content" });
		this.more = h("div", { class: "pager", hidden: true });
		const heading = h(
			"h2",
			{ id: `children-${entity.name}`, tabindex: "-1" },
			entity.title,
			" ",
			this.count,
		);
		this.node = h(
			"section",
			{ class: "children", "aria-labelledby": heading.id },
			h(
				"div",
				{ class: "section-head" },
				heading,
				linkButton(
					`New ${entity.one.toLocaleLowerCase()}`,
					`#/${entity.name}/new?${column.name}=${id}`,
					"writes",
					"plus",
				),
			),
			h("div", { class: "card list" }, this.content, this.more),
		);
		this.load(`/${context.entity.name}/${id}/${entity.name}?limit=${ROWS}&count=true&sort=-id`);
	}

	async load(path) {
		const { signal } = this.context;

		this.content.setAttribute("aria-busy", "true");
		if (!this.rows.length) fill(this.content, skeleton(3));
		try {
			const answer = await get(path, signal);

			this.rows.push(...answer.data);
			this.show(answer);
		} catch (problem) {
			if (signal.aborted) return;
			this.more.hidden = true;
			fill(
				this.content,
				failed(problem, () => {
					this.rows = [];
					this.load(path);
				}),
			);
		}
		this.content.removeAttribute("aria-busy");
	}

	show(answer) {
		const { entity, column, context } = this;

		this.count.textContent = formatNumber(answer.total);
		if (this.rows.length === 0) {
			fill(
				this.content,
				blank(
					"empty",
					`No ${entity.title.toLocaleLowerCase()} yet`,
					`This ${context.entity.one} has no ${entity.title.toLocaleLowerCase()}.`,
				),
			);
			return;
		}
		const focused = this.more.contains(document.activeElement);
		fill(this.content, tableOf(context.spec, entity, this.rows, { name: entity.title, hide: column.name }));
		this.more.hidden = !answer.next;
		const more = button("Show more", { onclick: () => this.load(answer.next) });
		fill(
			this.more,
			h("span", { class: "range" }, `${formatNumber(this.rows.length)} of ${formatNumber(answer.total)}`),
			more,
		);
		if (focused && answer.next) more.focus();
		else if (focused) this.node.querySelector("h2").focus();
	}
}

// ---- deleting

function whyNotDeleted(problem, context, close) {
	const { entity, spec } = context;
	const one = entity.one.toLocaleLowerCase();

	if (problem.code === "referenced")
		return notice(
			"warn",
			problem.message,
			h("p", {}, "Nothing was deleted."),
			h(
				"div",
				{ class: "notice-actions" },
				childrenOf(spec, entity).map((child) =>
					button(`Show ${child.entity.title.toLocaleLowerCase()}`, {
						onclick: () => close({ show: child.entity.name }),
					}),
				),
			),
		);
	if (problem.status === 412)
		return notice(
			"warn",
			`Another user changed this ${one}.`,
			h("p", {}, "Nothing was deleted. Check the changes before you decide."),
			h(
				"div",
				{ class: "notice-actions" },
				button("Load the current version", { onclick: () => close({ reload: true }) }),
			),
		);
	return refusal(problem);
}

// A promise of { deleted }, { reload }, { show: name of the children } or undefined.
function askDelete(context, label, etag) {
	const { entity, id } = context;

	return openDialog(`Delete this ${entity.one.toLocaleLowerCase()}?`, (close) => {
		const messages = h("div", { class: "messages" });
		const cancel = button("Cancel", { onclick: () => close(), autofocus: true });
		const remove = button("Delete", { class: "button danger", onclick: () => run() }, "trash");
		const run = async () => {
			remove.setAttribute("aria-disabled", "true");
			try {
				await request("DELETE", `/${entity.name}/${id}`, { headers: { "If-Match": etag } });
				close({ deleted: true });
			} catch (problem) {
				if (problem.status === 404) {
					close({ deleted: true }); // another user deleted it first
					return;
				}
				remove.removeAttribute("aria-disabled");
				remove.hidden = problem.code === "referenced" || problem.status === 412;
				fill(messages, whyNotDeleted(problem, context, close));
				cancel.focus();
			}
		};

		return [
			h("p", {}, h("b", {}, h("bdi", {}, label)), " will be deleted. You cannot undo this."),
			messages,
			h("div", { class: "dialog-actions" }, cancel, remove),
		];
	});
}

// ---- the view

function facts(spec, entity, row) {
	const pairs = entity.columns.map((column) => [column.label, valueNode(spec, column, row[column.name])]);

	return h(
		"section",
		{ class: "card facts", "aria-label": "Details" },
		h(
			"dl",
			{},
			pairs.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
		),
		h(
			"p",
			{ class: "times" },
			`Id ${row.id} · Created ${formatTime(row.created_at)} · `,
			`Changed ${formatTime(row.updated_at)}`,
		),
	);
}

export function rowView(context) {
	const { entity, id, spec } = context;
	const crumbs = [[entity.title, context.listHash(entity)]];
	const page = context.page(entity.one.charAt(0).toLocaleUpperCase() + entity.one.slice(1), { crumbs });

	const remove = async (label, etag) => {
		const result = await askDelete(context, label, etag);

		if (result?.deleted) {
			forget(entity.name, id);
			toast(`${label} was deleted.`);
			context.go(context.placeBefore(`#/${entity.name}`, `#/${entity.name}/${id}`), true);
		} else if (result?.reload) {
			load();
		} else if (result?.show) {
			const heading = document.getElementById(`children-${result.show}`);
			heading?.scrollIntoView({ block: "start" });
			heading?.focus();
		}
	};
	const load = async () => {
		fill(page.actions);
		fill(page.body, h("div", { class: "card facts", "aria-busy": "true" }, skeleton(4)));
		try {
			const { data, etag } = await get(`/${entity.name}/${id}`, context.signal);

			remember(entity.name, data);
			const label = await fullLabel(spec, entity, data);
			page.setTitle(label, avatar(label, data.id, "large"));
			fill(
				page.actions,
				linkButton("Edit", `#/${entity.name}/${id}/edit`, "writes", "edit"),
				button(
					"Delete",
					{ class: "button danger-quiet writes", onclick: () => remove(label, etag) },
					"trash",
				),
			);
			fill(
				page.body,
				facts(spec, entity, data),
				childrenOf(spec, entity).map((child) => new Children(context, child).node),
			);
		} catch (problem) {
			if (!context.signal.aborted) context.failed(page, problem, load);
		}
	};
	load();
	return {};
}

// For a row that does not exist, or an unknown address.
export function absent(text, href, where) {
	return h(
		"div",
		{ class: "blank", role: "alert" },
		h("div", { class: "blank-picture" }, icon("search")),
		h("p", { class: "blank-title" }, "There is nothing here"),
		h("p", { class: "blank-text" }, text),
		h("div", { class: "blank-actions" }, linkButton(where, href, "primary")),
	);
}
