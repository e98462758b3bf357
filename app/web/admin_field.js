// One field of a form: the label, a control for the type of the column, a hint and an error.

import { fill, h, icon } from "./admin_dom.js";
import { picker } from "./admin_picker.js";
import { words } from "./admin_text.js";

function isOptional(column) {
	return !column.required && column.default === undefined;
}

function textInput(attributes) {
	return h("input", {
		class: "input",
		type: "text",
		autocomplete: "off",
		spellcheck: "false",
		dir: "auto",
		...attributes,
	});
}

function selectInput(id, options) {
	return h(
		"select",
		{ id, class: "input" },
		options.map(([value, text]) => h("option", { value }, text)),
	);
}

// Without the characters that people write between digits.
function onlyDigits(text) {
	return text.replace(/[\s+()-]/g, "");
}

// Accepts a decimal comma.
function withPoint(text) {
	return text.replace(/\s/g, "").replace(/^(\d+),(\d+)$/, "$1.$2");
}

// A field that holds text: { control, set(value), read() }.
function textual(control, clean = (text) => text.trim()) {
	return {
		control,
		set: (value) => {
			control.value = value ?? "";
		},
		read: () => {
			const value = clean(control.value);

			return value === "" ? null : value;
		},
	};
}

function checkbox(id) {
	const control = h("input", { id, type: "checkbox", class: "check" });

	return {
		control,
		set: (value) => {
			control.checked = value === true;
		},
		read: () => control.checked,
	};
}

function reference(spec, column, id, labelId) {
	const entity = spec.entities.find((e) => e.name === column.references);
	const it = picker({ spec, entity, id, labelId });

	return {
		control: it.input,
		node: it.node,
		set: (value) => value && it.take(value),
		read: () => it.value ?? null,
	};
}

function controlFor(spec, column, id, labelId) {
	switch (column.type) {
		case "digits":
			return textual(textInput({ id, inputmode: "numeric" }), onlyDigits);
		case "decimal":
			return textual(textInput({ id, inputmode: "decimal" }), withPoint);
		case "email":
			return textual(textInput({ id, type: "email", inputmode: "email", autocapitalize: "off" }));
		case "date":
			return textual(textInput({ id, type: "date", min: "1000-01-01", max: "9999-12-31" }));
		case "choice":
			return textual(
				selectInput(id, [
					["", isOptional(column) ? "None" : "Choose…"],
					...column.choices.map((c) => [c, words(c)]),
				]),
			);
		case "reference":
			return reference(spec, column, id, labelId);
		case "bool":
			if (!isOptional(column)) return checkbox(id);
			return textual(
				selectInput(id, [
					["", "None"],
					["true", "Yes"],
					["false", "No"],
				]),
				(text) => (text === "" ? null : text === "true"),
			);
		default:
			return textual(textInput({ id }));
	}
}

export class Field {
	constructor(spec, column) {
		const id = `field-${column.name}`,
			labelId = `${id}-label`;

		this.column = column;
		this.part = controlFor(spec, column, id, labelId);
		this.control = this.part.control;
		this.hint = h("p", { class: "hint", id: `${id}-hint` }, column.doc);
		this.error = h("p", { class: "error", id: `${id}-error`, hidden: true });
		const label = h(
			"label",
			{ class: "label", id: labelId, for: id },
			column.label,
			isOptional(column) && [" ", h("span", { class: "optional" }, "optional")],
		);
		if (column.required) this.control.setAttribute("aria-required", "true");
		this.control.setAttribute("aria-describedby", this.hint.id);
		this.node =
			this.control.type === "checkbox"
				? h(
						"div",
						{ class: "field field-check" },
						this.control,
						h("div", {}, label, this.hint, this.error),
					)
				: h(
						"div",
						{ class: `field field-${column.type}` },
						label,
						this.part.node || this.control,
						this.error,
						this.hint,
					);
		// an error is about the former value
		for (const event of ["input", "change"]) this.control.addEventListener(event, () => this.setError(""));
	}

	set(value) {
		this.part.set(value);
	}

	// The value for the JSON body.
	read() {
		return this.part.read();
	}

	// Why the browser cannot read the entry, such as half a date; "" if it can.
	unreadable() {
		return this.control.validity.badInput ? `${this.column.label} is not complete.` : "";
	}

	// more: nodes after the text, such as a link.
	setError(text, ...more) {
		fill(this.error, text && icon("alert"), text && h("span", {}, text, ...more));
		this.error.hidden = !text;
		if (text) this.control.setAttribute("aria-invalid", "true");
		else this.control.removeAttribute("aria-invalid");
		this.control.setAttribute("aria-describedby", `${text ? `${this.error.id} ` : ""}${this.hint.id}`);
	}
}
