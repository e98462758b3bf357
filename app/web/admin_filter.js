// The filters of a list: a panel to set them, and a chip for each active filter that removes it.

import { rowOf } from "./admin_api.js";
import { fill, freshId, h, icon } from "./admin_dom.js";
import { picker } from "./admin_picker.js";
import { fullLabel } from "./admin_label.js";
import { columnOf, format, words } from "./admin_text.js";

const RANGES = ["date", "decimal"];
const NOT_FILTERS = ["sort", "after", "page", "limit", "count"];

function isOffered(column) {
	return column.filter && ["choice", "bool", "reference", ...RANGES].includes(column.type);
}

export function hasFilters(entity) {
	return entity.columns.some(isOffered);
}

// The parameters that reduce the number of rows.
export function queryNames(query) {
	return [...query.keys()].filter((name) => !NOT_FILTERS.includes(name));
}

// ---- chips

// end_date_from -> the column end_date, " from"
function partsOf(entity, name) {
	const exact = columnOf(entity, name);
	const [, stem, end] = /^(.*)_(from|to)$/.exec(name) || [];

	return exact ? { column: exact, relation: "" } : { column: stem && columnOf(entity, stem), relation: end };
}

function chipText(spec, entity, name, value) {
	const { column, relation } = partsOf(entity, name);

	if (!column) return h("span", {}, `${words(name)}: ${value}`);
	if (value === "") return h("span", {}, `${column.label}: none`);
	const typed = column.type === "bool" ? value === "true" : value;
	const text = h(
		"span",
		{},
		[column.label, relation].filter(Boolean).join(" ") + (relation ? " " : ": "),
		format(column, typed),
	);
	if (column.type === "reference" && /^\d+$/.test(value)) {
		const other = spec.entities.find((e) => e.name === column.references);
		rowOf(other.name, value)
			.then((row) => fullLabel(spec, other, row))
			.then(
				(label) => fill(text, `${column.label}: `, h("bdi", {}, label)),
				() => {
					// the number remains
				},
			);
	}
	return text;
}

export function filterChips({ spec, entity, query, change }) {
	return queryNames(query)
		.filter((name) => name !== "q")
		.map((name) =>
			h(
				"button",
				{
					type: "button",
					class: "chip",
					onclick: () => change({ [name]: "" }),
				},
				h("span", { class: "sr" }, "Remove the filter "),
				chipText(spec, entity, name, query.get(name)),
				icon("close"),
			),
		);
}

// ---- panel

function labelled(text, control) {
	return h("div", { class: "field" }, h("label", { class: "label", for: control.id }, text), control);
}

function selectOf(column, values, { query, change }) {
	const select = h(
		"select",
		{
			id: freshId("filter"),
			class: "input",
			onchange: () => change({ [column.name]: select.value }),
		},
		h("option", { value: "" }, "Any"),
		values.map((value) => h("option", { value: String(value) }, format(column, value))),
	);

	select.value = query.get(column.name) || "";
	return labelled(column.label, select);
}

function bound(column, end, { query, change }) {
	const name = `${column.name}_${end}`;
	const input = h("input", {
		id: freshId("filter"),
		class: "input",
		type: column.type === "date" ? "date" : "text",
		inputmode: column.type === "decimal" ? "decimal" : null,
		value: query.get(name) || "",
		onchange: () => {
			const value = input.value.trim().replace(",", ".");

			// while the user types a year, the field holds years such as 0002
			if (column.type !== "date" || value === "" || value >= "1000") change({ [name]: value });
		},
	});

	return labelled(`${column.label} ${end}`, input);
}

function referenceOf(column, given) {
	const label = freshId("label");
	const choose = picker({
		spec: given.spec,
		entity: given.spec.entities.find((e) => e.name === column.references),
		labelId: label,
		value: Number(given.query.get(column.name)) || null,
		onchange: (id) => given.change({ [column.name]: id ? String(id) : "" }),
	});

	return h(
		"div",
		{ class: "field" },
		h("label", { class: "label", id: label, for: choose.input.id }, column.label),
		choose.node,
	);
}

export function filterPanel(given) {
	return given.entity.columns.filter(isOffered).map((column) => {
		switch (column.type) {
			case "choice":
				return selectOf(column, column.choices, given);
			case "bool":
				return selectOf(column, [true, false], given);
			case "reference":
				return referenceOf(column, given);
			default:
				return h(
					"div",
					{ class: "pair" },
					bound(column, "from", given),
					bound(column, "to", given),
				);
		}
	});
}
