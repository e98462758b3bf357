// One operation: a line that opens to its parameters, its responses, and a form to try it. The content is
// built when the user opens it for the first time.

import { fill, h, icon } from "./admin_dom.js";
import { exampleResponse, fieldTable, schemaTable } from "./docs_schema.js";
import { tryForm } from "./docs_try.js";

const PLACES = { path: "Path parameters", query: "Query parameters", header: "Headers" };

function parameters(operation) {
	return Object.entries(PLACES).flatMap(([place, title]) => {
		const fields = (operation.parameters || []).filter((p) => p.in === place);

		return fields.length ? [h("h4", {}, title), fieldTable(title, fields)] : [];
	});
}

function body(api, operation) {
	if (!operation.requestBody) return [];
	const content = operation.requestBody.content,
		types = Object.keys(content);

	return [
		h("h4", {}, "Body"),
		h(
			"p",
			{ class: "types" },
			types.flatMap((type, i) => [i > 0 && " or ", h("code", {}, type)]),
		),
		schemaTable(api, content[types[0]].schema),
	];
}

// A body of this response as an example; shown open for a success.
function example(api, operation, status, response) {
	const [media] = Object.values(response.content || {});
	if (!media) return null;
	const value = exampleResponse(api, media, operation);

	return h(
		"details",
		{ open: status[0] === "2" },
		h("summary", {}, "Example"),
		h(
			"pre",
			{ tabindex: "0", role: "group", "aria-label": `Example of ${status}` },
			typeof value === "string" ? value : JSON.stringify(value, null, 2),
		),
	);
}

function responses(api, operation) {
	const line = ([status, response]) =>
		h(
			"li",
			{},
			h("span", { class: `status s${status[0]}` }, status),
			h(
				"div",
				{},
				response.description,
				Object.entries(response.headers || {}).map(([name, header]) =>
					h(
						"div",
						{ class: "header" },
						h("code", {}, name),
						" ",
						header.description || "",
					),
				),
				example(api, operation, status, response),
			),
		);

	return [h("h4", {}, "Responses"), h("ul", { class: "answers" }, Object.entries(operation.responses).map(line))];
}

export function operationNode(api, { method, path, operation }) {
	const inside = h("div", { class: "fold-body operation" });
	const node = h(
		"details",
		{ class: "card fold", id: operation.operationId },
		h(
			"summary",
			{},
			h("span", { class: `verb ${method}` }, method.toUpperCase()),
			h(
				"h3",
				{},
				h(
					"code",
					{},
					path.split("/").flatMap((part, i) => (i ? ["/", h("wbr"), part] : [part])),
				),
			),
			h("span", { class: "fold-text" }, operation.summary || ""),
			icon("down"),
		),
		inside,
	);

	node.addEventListener("toggle", () => {
		if (!node.open || inside.firstChild) return;
		fill(
			inside,
			h(
				"div",
				{ class: "reference" },
				parameters(operation),
				body(api, operation),
				responses(api, operation),
			),
			h("div", { class: "try" }, h("h4", {}, "Try it"), tryForm(api, method, path, operation)),
		);
	});
	return node;
}
