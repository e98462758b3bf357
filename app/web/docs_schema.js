// JSON Schema in words, tables and examples, as far as the service's own document uses it.

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
	// the largest 64-bit number says nothing to anybody
	if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return `${minimum} to ${maximum}`;
	return minimum !== undefined ? `from ${minimum} on` : "";
}

// "string, 1 to 80 characters, or null", as nodes.
export function describe(schema) {
	if (schema.$ref)
		return [h("a", { href: `#schema-${schema.$ref.split("/").pop()}` }, schema.$ref.split("/").pop())];
	if (schema.anyOf) return schema.anyOf.flatMap((one, i) => [i > 0 && " or ", ...describe(one)]);
	if (schema.enum) return schema.enum.flatMap((value, i) => [i > 0 && ", ", h("code", {}, String(value))]);
	if (schema.type === "array") return ["list of ", ...describe(schema.items)];
	const parts = [
		schema.format === "date" ? "date" : schema.format === "date-time" ? "time" : schema.type,
		lengthText(schema),
		rangeText(schema),
	]
		.filter(Boolean)
		.join(", ");
	const pattern = schema.pattern && schema.format !== "date" && schema.pattern.length < 48;

	return [parts, pattern && [" ", h("code", {}, schema.pattern)]];
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
	switch (column?.type || one.type) {
		case "email":
			return "ada@example.org";
		case "digits":
			return "4915155501234".padEnd(column.min || 0, "0").slice(0, column.max);
		case "decimal":
			return `49${column.decimals ? ".".padEnd(1 + column.decimals, "90") : ""}`;
		case "integer":
		case "reference":
			return 1;
		case "boolean":
			return true;
		default:
			return column ? `Some ${column.label.toLowerCase()}` : "text";
	}
}

// A body that this schema accepts; the columns behind it know more than the schema says.
export function exampleBody(api, schema, entity) {
	const body = {};

	for (const [name, property] of Object.entries(resolve(api, schema).properties))
		if (!KEPT.includes(name))
			body[name] = exampleOf(
				property,
				entity?.columns.find((c) => c.name === name),
			);
	return body;
}
