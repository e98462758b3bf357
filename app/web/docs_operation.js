// One operation: a line that unfolds to what it takes, what it answers, and a form to try it. What is inside is made
// when it is opened for the first time.

import { fill, h, icon } from "./admin_dom.js";
import { fieldTable, schemaTable } from "./docs_schema.js";
import { tryForm } from "./docs_try.js";

const PLACES = { path: "In the path", query: "In the query", header: "Headers" };

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

function answers(operation) {
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
			),
		);

	return [h("h4", {}, "Answers"), h("ul", { class: "answers" }, Object.entries(operation.responses).map(line))];
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
				answers(operation),
			),
			h("div", { class: "try" }, h("h4", {}, "Try it"), tryForm(api, method, path, operation)),
		);
	});
	return node;
}
