// A form that sends the request of an operation, and shows the curl command that does the same.

import { token } from "./admin_api.js";
import { button, fill, freshId, h, icon } from "./admin_dom.js";
import { toast } from "./admin_ui.js";
import { exampleBody } from "./docs_schema.js";

// ---- the request

function fieldFor(parameter) {
	const { schema, name } = parameter;
	const id = freshId("try");
	const choices = schema.enum || (schema.type === "boolean" ? ["true", "false"] : null);
	const control = choices
		? h(
				"select",
				{ id, class: "input" },
				h("option", { value: "" }, ""),
				choices.map((c) => h("option", { value: c }, c)),
			)
		: h("input", { id, class: "input", autocomplete: "off", spellcheck: "false" });
	const empty = schema.anyOf
		? h("label", { class: "send-empty" }, h("input", { type: "checkbox" }), "send an empty value")
		: null;

	if (parameter.in === "path") control.value = "1";
	return {
		name,
		in: parameter.in,
		control,
		node: h(
			"div",
			{ class: "field" },
			h(
				"label",
				{ class: "label", for: id },
				h("code", {}, name),
				parameter.required && [" ", h("span", { class: "optional" }, "required")],
			),
			control,
			empty,
		),
		// null: left out
		read: () => control.value || (empty?.querySelector("input").checked ? "" : null),
	};
}

function bodyFields(api, operation) {
	if (!operation.requestBody) return null;
	const content = operation.requestBody.content,
		types = Object.keys(content);
	const example = JSON.stringify(exampleBody(api, content[types[0]].schema, operation), null, 2);
	const typeId = freshId("try"),
		textId = freshId("try");
	const type = h(
		"select",
		{ id: typeId, class: "input" },
		types.map((t) => h("option", {}, t)),
	);
	const text = h("textarea", {
		id: textId,
		class: "input code",
		rows: example.split("\n").length + 1,
		spellcheck: "false",
	});

	text.value = example;
	return {
		type,
		text,
		nodes: [
			types.length > 1 &&
				h(
					"div",
					{ class: "field" },
					h("label", { class: "label", for: typeId }, "Media type"),
					type,
				),
			h("div", { class: "field" }, h("label", { class: "label", for: textId }, "Body"), text),
		],
	};
}

// { url, headers, body } from the fields.
function requestOf(path, fields, body) {
	const given = fields
		.map((field) => ({ ...field, value: field.read() }))
		.filter((field) => field.value !== null);
	const query = new URLSearchParams(
		given.filter((f) => f.in === "query").map((f) => [f.name, f.value]),
	).toString();
	const headers = given.filter((f) => f.in === "header").map((f) => [f.name, f.value]);
	let url = path;

	for (const field of fields.filter((f) => f.in === "path"))
		url = url.replace(`{${field.name}}`, encodeURIComponent(field.read() || ""));
	if (body) headers.push(["Content-Type", body.type.value]);
	return { url: url + (query && `?${query}`), headers, body: body ? body.text.value : null };
}

// ---- curl

function quoted(text) {
	return /^[\w./:=?&%-]+$/.test(text) && !/[?&]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function curlOf(method, { url, headers, body }) {
	const parts = [method === "get" ? "curl -i" : `curl -i -X ${method.toUpperCase()}`];

	parts[0] += ` ${quoted(location.origin + url)}`;
	if (token()) parts.push('-H "Authorization: Bearer $TOKEN"');
	for (const [name, value] of headers) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
	if (body !== null) parts.push(`--data ${quoted(body)}`);
	return parts.join(" \\\n  ");
}

// ---- the response

function pretty(text) {
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return text;
	}
}

function listing(title, text) {
	return h("div", {}, h("h5", {}, title), h("pre", { tabindex: "0", role: "group", "aria-label": title }, text));
}

async function send(method, request) {
	const headers = new Headers(request.headers);
	const began = performance.now();

	if (token()) headers.set("Authorization", `Bearer ${token()}`);
	const response = await fetch(request.url, {
		method: method.toUpperCase(),
		headers,
		body: request.body,
		cache: "no-store",
		credentials: "omit",
	});
	const text = await response.text();
	return { response, text, time: performance.now() - began };
}

function answerNodes({ response, text, time }) {
	const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");

	return [
		h(
			"p",
			{ class: "answer-line" },
			h("span", { class: `status s${String(response.status)[0]}` }, String(response.status)),
			` ${response.statusText} `,
			h("span", { class: "optional" }, `${Math.max(1, Math.round(time))} ms`),
		),
		listing("Response headers", headers),
		text && listing("Response body", pretty(text)),
	];
}

// ---- the form

function copyButton(node) {
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(node.textContent);
			toast("The command was copied.");
		} catch {
			getSelection().selectAllChildren(node); // the browser forbids copying: select it for the user
		}
	};

	return button("Copy", { onclick: copy }, "copy");
}

export function tryForm(api, method, path, operation) {
	const fields = (operation.parameters || []).map(fieldFor);
	const body = bodyFields(api, operation);
	const command = h("code");
	const answer = h("div", { class: "answer", role: "status" });
	const describe = () => {
		command.textContent = curlOf(method, requestOf(path, fields, body));
	};
	const submit = h("button", { class: `button ${method === "delete" ? "danger" : "primary"}` }, "Send request");
	const run = async () => {
		submit.setAttribute("aria-disabled", "true");
		try {
			fill(answer, answerNodes(await send(method, requestOf(path, fields, body))));
		} catch (error) {
			// no response, or a header with an invalid value
			const text = `There is no response: ${error.message}.`;

			fill(answer, h("p", { class: "error" }, icon("alert"), text));
		}
		submit.removeAttribute("aria-disabled");
	};
	const form = h(
		"form",
		{
			class: "try-form",
			novalidate: true,
			autocomplete: "off",
			oninput: describe,
			onchange: describe,
			onsubmit: (event) => {
				event.preventDefault();
				if (!submit.hasAttribute("aria-disabled")) run();
			},
		},
		h(
			"div",
			{ class: "try-fields" },
			fields.map((field) => field.node),
		),
		body && body.nodes,
		h(
			"div",
			{ class: "command" },
			h("pre", { tabindex: "0", role: "group", "aria-label": "curl command" }, command),
			copyButton(command),
		),
		h("div", {}, submit),
		answer,
	);

	addEventListener("token", describe);
	describe();
	return form;
}
