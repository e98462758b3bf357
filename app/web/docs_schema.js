// JSON Schema as words, tables and examples: the part of it that the service uses.

import { h } from "./admin_dom.js";

export function resolve(api, schema) {
	return schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;
}

function lengthText({ minLength, maxLength }) {
	if (maxLength === 0) return "empty";
	if (minLength && maxLength) return `${minLength} to ${maxLength} characters`;
	return maxLength ? `at most ${maxLength} characters` : "";
}

function rangeText({ minimum, maximum }) {
	// the largest 64-bit number is of no use to a reader
	if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return `${minimum} to ${maximum}`;
	return minimum !== undefined ? `${minimum} or more` : "";
}

// "1 to 80 characters, or null", as nodes. x-shape says in words what a pattern says to programs.
export function describe(schema) {
	if (schema.$ref)
		return [h("a", { href: `#schema-${schema.$ref.split("/").pop()}` }, schema.$ref.split("/").pop())];
	if (schema.anyOf) return schema.anyOf.flatMap((one, i) => [i > 0 && " or ", ...describe(one)]);
	if (schema.enum) return schema.enum.flatMap((value, i) => [i > 0 && ", ", h("code", {}, String(value))]);
	if (schema.type === "array") return ["list of ", ...describe(schema.items)];
	if (schema["x-shape"]) return [schema["x-shape"]];
	const type = [schema.type].flat().join(" or ");

	return [
		[schema.format === "date-time" ? "time" : type, lengthText(schema), rangeText(schema)]
			.filter(Boolean)
			.join(", "),
	];
}

// [{ name, schema, required, description }] as a table.
export function fieldTable(title, fields) {
	return h(
		"table",
		{ class: "fields-table", "aria-label": title },
		h(
			"tbody",
			{},
			fields.map((field) =>
				h(
					"tr",
					{},
					h(
						"th",
						{ scope: "row" },
						h("code", {}, field.name),
						field.required && h("span", { class: "must" }, "required"),
					),
					h(
						"td",
						{},
						field.description,
						h(
							"div",
							{ class: "value" },
							describe(field.schema),
							field.schema.default !== undefined && [
								"; default ",
								h("code", {}, String(field.schema.default)),
							],
						),
					),
				),
			),
		),
	);
}

export function schemaTable(api, schema) {
	const it = resolve(api, schema),
		required = it.required || [];

	return fieldTable(
		"Fields",
		Object.entries(it.properties).map(([name, property]) => ({
			name,
			schema: property,
			required: required.includes(name),
			description: property.description,
		})),
	);
}

// ---- examples

const KEPT = ["id", "created_at", "updated_at"];

function exampleOf(schema, column) {
	const one = schema.anyOf ? schema.anyOf[0] : schema;

	if (schema.default !== undefined) return schema.default;
	if (one.enum) return one.enum[0];
	if (one.format === "date") return new Date().toISOString().slice(0, 10);
	if (one.format === "date-time") return new Date().toISOString();
	switch (column?.type || [one.type].flat()[0]) {
		case "email":
			return "ada@example.org";
		case "digits":
			return "4915155501234".padEnd(column.min || 0, "0").slice(0, column.max);
		case "decimal":
			return `49${column.decimals ? ".".padEnd(1 + column.decimals, "90") : ""}`;
		case "integer":
		case "reference":
			return 1;
		case "bool":
		case "boolean":
			return true;
		default:
			return column ? `Some ${column.label.toLowerCase()}` : "text";
	}
}

function entityOf(api, operation) {
	return api["x-crudd"]?.entities.find((e) => e.title === operation.tags?.[0]);
}

function exampleObject(api, schema, entity, names) {
	const body = {};

	for (const name of names) {
		const property = resolve(api, schema).properties[name];
		body[name] = exampleOf(
			property,
			entity?.columns.find((c) => c.name === name),
		);
	}
	return body;
}

// A request body that this schema accepts; the columns of the entity say more than the schema.
export function exampleBody(api, schema, operation) {
	const names = Object.keys(resolve(api, schema).properties).filter((name) => !KEPT.includes(name));

	return exampleObject(api, schema, entityOf(api, operation), names);
}

// The body of a response: the example of the document, or one made from the schema.
export function exampleResponse(api, media, operation) {
	if (media.example !== undefined) return media.example;
	const one = media.schema.type === "array" ? media.schema.items : media.schema;
	const names = Object.keys(resolve(api, one).properties);
	const row = exampleObject(api, one, entityOf(api, operation), names);

	return media.schema.type === "array" ? [row] : row;
}
