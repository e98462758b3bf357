// A field to choose a row of another entity by typing: the combobox with a list of the ARIA practices. The focus
// stays in the field; arrows move through the list, Enter takes, Escape closes it.

import { get, remember, rowOf } from "./admin_api.js";
import { debounce, fill, freshId, h, icon } from "./admin_dom.js";
import { columnOf, format, labelOf } from "./admin_text.js";

const SHOWN = 8;

// What tells rows of the same name from each other.
function secondLine(entity, row) {
	const more = entity.columns.filter(
		(c) => !entity.label.includes(c.name) && c.type !== "reference" && row[c.name] !== null,
	);
	const text = more
		.slice(0, 2)
		.map((c) => format(c, row[c.name]))
		.join(" · ");

	return text || `#${row.id}`;
}

function matches(entity, row, text) {
	return labelOf(entity, row).toLocaleLowerCase().includes(text.toLocaleLowerCase());
}

class Picker {
	constructor(options) {
		Object.assign(this, options);
		this.searchable = this.entity.columns.some((c) => c.search);
		this.listId = freshId("options");
		this.rows = [];
		this.active = -1;
		this.text = ""; // of the row that is chosen
		this.build();
		this.soon = debounce(() => this.search(), 200);
		if (this.value) this.take(this.value);
	}

	build() {
		const id = this.id || freshId("picker");

		this.input = h("input", {
			id,
			class: "input",
			type: "text",
			role: "combobox",
			autocomplete: "off",
			spellcheck: "false",
			"aria-autocomplete": "list",
			"aria-expanded": "false",
			"aria-controls": this.listId,
			maxlength: 100,
			placeholder: this.searchable ? "Type to search" : "Choose",
			oninput: () => this.soon(),
			onkeydown: (event) => this.key(event),
			onclick: () => this.list.hidden && this.search(true),
			onblur: () => this.leave(),
		});
		this.list = h("ul", {
			id: this.listId,
			role: "listbox",
			class: "options",
			"aria-labelledby": this.labelId,
			hidden: true,
			// a press must not take the focus from the field
			onmousedown: (event) => event.preventDefault(),
			onclick: (event) => this.press(event),
		});
		this.status = h("span", { class: "sr", role: "status" });
		this.message = h("div", { class: "options options-text", "aria-hidden": "true", hidden: true });
		this.node = h(
			"div",
			{ class: "picker" },
			this.input,
			icon("down"),
			this.list,
			this.message,
			this.status,
		);
	}

	// The row with this id is the one chosen.
	take(id) {
		this.value = id;
		this.text = this.input.value = `#${id}`;
		rowOf(this.entity.name, id).then(
			(row) => {
				if (this.value !== id) return;
				const untouched = this.input.value === this.text;
				this.text = labelOf(this.entity, row);
				if (untouched) this.input.value = this.text;
			},
			() => {
				// the number remains
			},
		);
	}

	choose(row) {
		const before = this.value;

		this.cancel();
		this.value = row ? row.id : null;
		this.text = this.input.value = row ? labelOf(this.entity, row) : "";
		if (before !== this.value) this.onchange?.(this.value);
	}

	// No search that is under way opens the list again.
	cancel() {
		this.soon.stop();
		this.stop?.abort();
		this.close();
	}

	// Leaving with text that chooses nothing: empty is "none" where that may be; anything else goes back to what
	// was chosen.
	leave() {
		this.cancel();
		if (this.input.value.trim() === "") this.choose(null);
		else this.input.value = this.text;
	}

	path(text) {
		const params = new URLSearchParams({ limit: this.searchable ? SHOWN : 200 });
		// the service takes as many words
		const q = text.trim().split(/\s+/).slice(0, 4).join(" ");
		const named = this.entity.label.find((name) => columnOf(this.entity, name).sort);

		if (this.searchable && q) params.set("q", q);
		if (named) params.set("sort", named);
		return `/${this.entity.name}?${params}`;
	}

	// all: not only what is like the text, which is that of the row chosen before.
	async search(all = false) {
		const text = all || this.input.value === this.text ? "" : this.input.value.trim();

		this.stop?.abort();
		const stop = (this.stop = new AbortController());
		if (this.list.hidden) this.say("Searching…");
		try {
			const { data } = await get(this.path(text), stop.signal);

			data.forEach((row) => remember(this.entity.name, row));
			this.rows = this.searchable
				? data
				: data.filter((row) => matches(this.entity, row, text)).slice(0, 50);
			if (document.activeElement === this.input) this.open(text !== "");
		} catch (problem) {
			if (!stop.signal.aborted) this.say(problem.message);
		}
	}

	say(text) {
		this.close();
		this.status.textContent = this.message.textContent = text;
		this.message.hidden = false;
	}

	// first: if none of them is chosen already, the first one is what Enter takes.
	open(first) {
		if (this.rows.length === 0) {
			this.say(`No ${this.entity.one} found`);
			return;
		}
		this.message.hidden = true;
		fill(
			this.list,
			this.rows.map((row, i) =>
				h(
					"li",
					{
						id: `${this.listId}-${i}`,
						role: "option",
						"data-index": i,
						"aria-selected": String(row.id === this.value),
					},
					h("bdi", { class: "option-label" }, labelOf(this.entity, row)),
					h("span", { class: "option-more" }, h("bdi", {}, secondLine(this.entity, row))),
				),
			),
		);
		this.list.hidden = false;
		this.input.setAttribute("aria-expanded", "true");
		this.status.textContent = `${this.rows.length} found`;
		const chosen = this.rows.findIndex((row) => row.id === this.value);
		this.move(chosen < 0 && first ? 0 : chosen);
	}

	close() {
		this.list.hidden = this.message.hidden = true;
		this.input.setAttribute("aria-expanded", "false");
		this.input.removeAttribute("aria-activedescendant");
		this.active = -1;
	}

	move(index) {
		this.active = index;
		[...this.list.children].forEach((option, i) => option.classList.toggle("active", i === index));
		if (index < 0) {
			this.input.removeAttribute("aria-activedescendant");
			return;
		}
		this.input.setAttribute("aria-activedescendant", this.list.children[index].id);
		this.list.children[index].scrollIntoView({ block: "nearest" });
	}

	press(event) {
		const option = event.target.closest("[role=option]");

		if (option) this.choose(this.rows[option.dataset.index]);
	}

	key(event) {
		const closed = this.list.hidden,
			n = this.rows.length;

		switch (event.key) {
			case "ArrowDown":
			case "ArrowUp":
				event.preventDefault();
				if (closed) this.search(this.input.value === this.text);
				else
					this.move(
						event.key === "ArrowDown"
							? (this.active + 1) % n
							: (this.active <= 0 ? n : this.active) - 1,
					);
				break;
			case "Enter":
				if (closed && this.input.value === this.text) return;
				event.preventDefault(); // the form is not sent
				if (this.active >= 0) this.choose(this.rows[this.active]);
				break;
			case "Escape":
				if (closed && this.message.hidden) return;
				event.preventDefault();
				event.stopPropagation();
				this.cancel();
				this.input.value = this.text;
				break;
			case "Tab":
				if (!closed && this.active >= 0 && this.input.value !== this.text)
					this.choose(this.rows[this.active]);
		}
	}
}

// { node, input, value (an id or null) }. options: spec, entity, labelId, id (of the field), value, onchange(id).
export function picker(options) {
	return new Picker(options);
}
