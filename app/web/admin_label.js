// The name of a row, in full. Where no label column is a name by itself (a subscription is labelled
// by its start date), the rows that it refers to name it: "Ada Okafor, Monthly".

import { rowOf } from "./admin_api.js";
import { fill, h } from "./admin_dom.js";
import { columnOf, labelOf } from "./admin_text.js";

const NAMES = ["text", "digits", "email"];
const DEPTH = 2; // references of references, at most

export function isNamed(entity) {
	return entity.label.some((name) => NAMES.includes(columnOf(entity, name).type));
}

async function nameOfReference(spec, column, id, depth) {
	const entity = spec.entities.find((e) => e.name === column.references);

	try {
		return await labelAt(spec, entity, await rowOf(entity.name, id), "", depth + 1);
	} catch {
		return `#${id}`;
	}
}

async function labelAt(spec, entity, row, except, depth) {
	if (isNamed(entity) || depth > DEPTH) return labelOf(entity, row);
	const columns = entity.columns.filter(
		(c) => c.type === "reference" && c.name !== except && row[c.name] !== null,
	);
	const parts = await Promise.all(columns.map((c) => nameOfReference(spec, c, row[c.name], depth)));

	return parts.join(", ") || labelOf(entity, row);
}

// A promise. except: a reference that the reader knows already.
export function fullLabel(spec, entity, row, except = "") {
	return labelAt(spec, entity, row, except, 0);
}

// The label as a node, which shows the short label until the full one is known.
export function labelNode(spec, entity, row, except = "") {
	const node = h("bdi", {}, labelOf(entity, row));

	if (!isNamed(entity)) fullLabel(spec, entity, row, except).then((text) => fill(node, text));
	return node;
}
