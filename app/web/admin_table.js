// Rows as a table that becomes a list of cards on a phone. Its roles are said in words, since browsers drop those of
// a table that is laid out as something else.

import { rowOf } from "./admin_api.js";
import { fill, h, icon } from "./admin_dom.js";
import { format, hue, initials, labelOf } from "./admin_text.js";

const NUMERIC = ["decimal"];

export function avatar(label, number, kind = "") {
	return h("span", { class: `avatar ${hue(number)} ${kind}`, "aria-hidden": "true" }, initials(label));
}

// A link to the row that a reference names: its number first, then its label.
function referenceLink(spec, column, id) {
	const link = h("a", { href: `#/${column.references}/${id}` }, `#${id}`);
	const entity = spec.entities.find((e) => e.name === column.references);

	rowOf(entity.name, id).then(
		(row) => fill(link, h("bdi", {}, labelOf(entity, row))),
		() => {
			// the number remains
		},
	);
	return link;
}

// A value as a node; `alone` if there is nothing beside it.
export function valueNode(spec, column, value, alone = false) {
	if (value === null || value === undefined)
		return h(
			"span",
			{ class: "none" },
			h("span", { "aria-hidden": "true" }, "–"),
			h("span", { class: "sr" }, "none"),
		);
	switch (column.type) {
		case "reference":
			return referenceLink(spec, column, value);
		case "bool":
			return h("span", { class: `pill ${value ? "yes" : "no"}` }, format(column, value));
		case "choice":
			return h(
				"span",
				{ class: `pill ${hue(column.choices.indexOf(value))}` },
				format(column, value),
			);
		case "email":
			return alone
				? h(
						"a",
						{ href: `mailto:${encodeURIComponent(value).replace("%40", "@")}` },
						h("bdi", {}, value),
					)
				: h("bdi", {}, value);
		case "text":
			return h("bdi", {}, format(column, value));
		default:
			return h("span", { class: "figure" }, format(column, value));
	}
}

// The promise of a row's name in full: a row whose label is no name of its own is also called by what it refers to.
export async function fullLabel(spec, entity, row) {
	const named = entity.label.some((name) =>
		["text", "digits", "email"].includes(entity.columns.find((c) => c.name === name).type),
	);
	const references = named ? [] : entity.columns.filter((c) => c.type === "reference" && row[c.name] !== null);
	const parts = await Promise.all(
		references.map(async (column) => {
			const other = spec.entities.find((e) => e.name === column.references);

			return labelOf(other, await rowOf(other.name, row[column.name]));
		}),
	);
	return [...parts, labelOf(entity, row)].join(" · ");
}

function heading(column, options) {
	const numeric = NUMERIC.includes(column.type) ? "numeric" : "";
	const sort = options.sort || "id",
		by = sort.replace(/^-/, "");
	const order = by !== column.name ? "none" : sort.startsWith("-") ? "descending" : "ascending";

	if (!options.onsort || !column.sort)
		return h("th", { role: "columnheader", scope: "col", class: numeric }, column.label);
	return h(
		"th",
		{ role: "columnheader", scope: "col", class: numeric, "aria-sort": order === "none" ? null : order },
		h(
			"button",
			{
				type: "button",
				class: "sort",
				"data-column": column.name,
				onclick: () => options.onsort(order === "ascending" ? `-${column.name}` : column.name),
			},
			column.label,
			icon(order === "descending" ? "down" : order === "ascending" ? "up" : "swap"),
		),
	);
}

// On a phone the main cell bears the whole label, so that its other columns are not needed.
function cell(spec, entity, column, row, main) {
	const value = row[column.name];
	const names = [
		NUMERIC.includes(column.type) && "numeric",
		value === null && "absent",
		column.name === "id" && "wide",
	];
	const label = h("span", { class: "cell-label", "aria-hidden": "true" }, column.label);

	if (column.name !== main) {
		names.push(entity.label.includes(column.name) && "wide");
		return h(
			"td",
			{ role: "cell", class: names.filter(Boolean).join(" ") },
			label,
			valueNode(spec, column, value),
		);
	}
	const shown = { ...column, type: column.type === "reference" ? "text" : column.type };
	return h(
		"td",
		{ role: "cell", class: "main" },
		h(
			"a",
			{ class: "row-link", href: `#/${entity.name}/${row.id}` },
			column.type === "text" && avatar(labelOf(entity, row), row.id),
			h("span", { class: "wide" }, valueNode(spec, shown, value ?? `#${row.id}`)),
			h("bdi", { class: "narrow" }, labelOf(entity, row)),
		),
	);
}

// The column whose value leads to the row itself.
function mainColumn(entity, columns) {
	const label = entity.label.find((name) => columns.some((c) => c.name === name));

	return label || columns.find((c) => c.type !== "reference")?.name || "id";
}

function line(spec, entity, columns, row) {
	const main = mainColumn(entity, columns);
	const open = (event) => {
		// what is a link or a selection of text goes its own way
		if (!event.target.closest("a, button") && String(getSelection()) === "")
			location.hash = `#/${entity.name}/${row.id}`;
	};

	return h(
		"tr",
		{ role: "row", class: "row", onclick: open },
		columns.map((column) => cell(spec, entity, column, row, main)),
		h("td", { role: "cell", class: "go" }, icon("next")),
	);
}

// options: name (for those who hear it), hide (a column that is the same in all rows), id (show that column too),
// sort and onsort(sort) where the order can be changed.
export function tableOf(spec, entity, rows, options) {
	const id = { name: "id", label: "Id", type: "id", sort: true };
	const columns = [...(options.id ? [id] : []), ...entity.columns.filter((c) => c.name !== options.hide)];
	const go = h("td", { role: "cell", class: "go" });

	return h(
		"div",
		{ class: "table-wrap" },
		h(
			"table",
			{ role: "table", class: "table", "aria-label": options.name },
			h(
				"thead",
				{ role: "rowgroup" },
				h(
					"tr",
					{ role: "row" },
					columns.map((c) => heading(c, options)),
					go,
				),
			),
			h(
				"tbody",
				{ role: "rowgroup" },
				rows.map((row) => line(spec, entity, columns, row)),
			),
		),
	);
}
