// Rows as a table that becomes a list of cards on a phone. The roles are explicit, because browsers drop
// those of a table with another layout.

import { rowOf } from "./admin_api.js";
import { fill, h, icon } from "./admin_dom.js";
import { fullLabel, isNamed, labelNode } from "./admin_label.js";
import { format, hue, initials, labelOf } from "./admin_text.js";

const NUMERIC = ["decimal"];

export function avatar(label, number, kind = "") {
	return h("span", { class: `avatar ${hue(number)} ${kind}`, "aria-hidden": "true" }, initials(label));
}

// A link to the row of a reference: the number until the label is known.
function referenceLink(spec, column, id) {
	const link = h("a", { href: `#/${column.references}/${id}` }, `#${id}`);
	const entity = spec.entities.find((e) => e.name === column.references);

	rowOf(entity.name, id)
		.then((row) => fullLabel(spec, entity, row))
		.then(
			(label) => fill(link, h("bdi", {}, label)),
			() => {
				// the number remains
			},
		);
	return link;
}

function contactLink(scheme, address, text) {
	return h("a", { href: `${scheme}:${address}` }, h("bdi", {}, text));
}

// A value as a node.
export function valueNode(spec, column, value) {
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
			return contactLink("mailto", encodeURIComponent(value).replace("%40", "@"), value);
		case "digits":
			if (column.format === "phone") return contactLink("tel", `+${value}`, value);
			return h("span", { class: "figure" }, value);
		case "text":
			return h("bdi", {}, format(column, value));
		default:
			return h("span", { class: "figure" }, format(column, value));
	}
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

// The cell that links to the row. On a phone it is the title of the card: the whole label, so that
// the other columns of the label are hidden; below it the label column of a row that has no name.
function mainCell(spec, entity, column, row, hide) {
	const value = row[column.name];
	// a link holds no other link
	const plain = ["reference", "email", "digits"].includes(column.type) ? "text" : column.type;

	return h(
		"td",
		{ role: "cell", class: "main" },
		h(
			"a",
			{ class: "row-link", href: `#/${entity.name}/${row.id}` },
			column.type === "text" && avatar(labelOf(entity, row), row.id),
			h("span", { class: "wide" }, valueNode(spec, { ...column, type: plain }, value ?? `#${row.id}`)),
			h(
				"span",
				{ class: "narrow" },
				labelNode(spec, entity, row, hide),
				!isNamed(entity) &&
					value !== null &&
					h("span", { class: "card-more" }, `${column.label}: ${format(column, value)}`),
			),
		),
	);
}

function cell(spec, entity, column, row) {
	const value = row[column.name];
	const inLabel = isNamed(entity) ? entity.label.includes(column.name) : column.type === "reference";
	const names = [
		NUMERIC.includes(column.type) && "numeric",
		value === null && "absent",
		(column.name === "id" || inLabel) && "wide",
	];

	return h(
		"td",
		{ role: "cell", class: names.filter(Boolean).join(" ") },
		h("span", { class: "cell-label", "aria-hidden": "true" }, column.label),
		valueNode(spec, column, value),
	);
}

// The column whose value links to the row.
function mainColumn(entity, columns) {
	const label = entity.label.find((name) => columns.some((c) => c.name === name));

	return label || columns.find((c) => c.type !== "reference")?.name || "id";
}

function line(spec, entity, columns, row, hide) {
	const main = mainColumn(entity, columns);
	const open = (event) => {
		// a click on a link, or one that ends a selection of text, does not open the row
		if (!event.target.closest("a, button") && String(getSelection()) === "")
			location.hash = `#/${entity.name}/${row.id}`;
	};

	return h(
		"tr",
		{ role: "row", class: "row", onclick: open },
		columns.map((column) =>
			column.name === main
				? mainCell(spec, entity, column, row, hide)
				: cell(spec, entity, column, row),
		),
		h("td", { role: "cell", class: "go" }, icon("next")),
	);
}

// options: name (for screen readers), hide (a column with the same value in all rows), id (show the id,
// too), sort and onsort(sort) if the user can change the order.
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
				rows.map((row) => line(spec, entity, columns, row, options.hide)),
			),
		),
	);
}
