// A field to choose a row of another entity by typing: the ARIA combobox with a list. The focus stays
// in the field; the arrow keys move through the list, Enter chooses, Escape closes it.

import { get, remember, rowOf } from "./admin_api.js";
import { debounce, fill, freshId, h, icon } from "./admin_dom.js";
import { fullLabel } from "./admin_label.js";
import { columnOf, format } from "./admin_text.js";

const SHOWN = 8;
const RANKED = 100; // candidates from which the best are shown

// Distinguishes rows of the same name.
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

function matches(label, text) {
	return label.toLocaleLowerCase().includes(text.toLocaleLowerCase());
}

// 0: the label is this text; 1: it starts with it; 2: one of its words does; 3: anything else.
function rank(label, text) {
	const a = label.toLocaleLowerCase(),
		b = text.toLocaleLowerCase();

	if (a === b) return 0;
	if (a.startsWith(b)) return 1;
	return a.split(/\s+/).some((word) => word.startsWith(b)) ? 2 : 3;
}

class Picker {
	constructor(options) {
		Object.assign(this, options);
		this.searchable = this.entity.columns.some((c) => c.search);
		this.listId = freshId("options");
		this.rows = []; // [{ row, label }] in the list
		this.searched = null; // the text that they match; null: there is no list
		this.active = -1;
		this.text = ""; // label of the chosen row
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
			// a click must not take the focus from the field
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

	// Chooses the row with this id.
	take(id) {
		this.value = id;
		this.text = this.input.value = `#${id}`;
		rowOf(this.entity.name, id)
			.then((row) => fullLabel(this.spec, this.entity, row))
			.then(
				(label) => this.value === id && this.show(label),
				() => {
					// the number remains
				},
			);
	}

	// The label of the chosen row, unless the user has typed something else.
	show(label) {
		if (this.input.value === this.text) this.input.value = label;
		this.text = label;
	}

	// choice: { row, label }, or null for none.
	choose(choice) {
		const before = this.value;

		this.cancel();
		this.value = choice ? choice.row.id : null;
		this.text = this.input.value = choice ? choice.label : "";
		if (before !== this.value) this.onchange?.(this.value);
	}

	// A search that still runs must not open the list again.
	cancel() {
		this.soon.stop();
		this.stop?.abort();
		this.close();
	}

	// The user leaves the field. An empty text chooses nothing; any other text that was not chosen
	// gives way to the chosen row.
	leave() {
		this.cancel();
		if (this.input.value.trim() === "") this.choose(null);
		else this.input.value = this.text;
	}

	path(text) {
		const params = new URLSearchParams({ limit: this.searchable ? (text ? RANKED : SHOWN) : 200 });
		// the service accepts this many words
		const q = text.split(/\s+/).slice(0, 4).join(" ");
		const named = this.entity.label.find((name) => columnOf(this.entity, name).sort);

		if (this.searchable && q) params.set("q", q);
		if (named) params.set("sort", named);
		return `/${this.entity.name}?${params}`;
	}

	typed() {
		return this.input.value === this.text ? "" : this.input.value.trim();
	}

	// Fills the list. all: with rows that do not match the text, too.
	async search(all = false) {
		const text = all ? "" : this.typed();

		this.soon.stop();
		this.stop?.abort();
		const stop = (this.stop = new AbortController());
		if (this.list.hidden) this.say("Searching…");
		try {
			const { data } = await get(this.path(text), stop.signal);

			data.forEach((row) => remember(this.entity.name, row));
			const found = await this.candidates(data, text);
			if (stop.signal.aborted) return;
			this.rows = found;
			this.searched = text;
			if (document.activeElement === this.input) this.open(text !== "");
		} catch (problem) {
			if (!stop.signal.aborted) this.say(problem.message);
		}
	}

	// The best matches first: exact, then prefix, then the rest in the order of the service.
	async candidates(data, text) {
		const all = await Promise.all(
			data.map(async (row) => ({ row, label: await fullLabel(this.spec, this.entity, row) })),
		);

		if (!this.searchable) return all.filter(({ label }) => matches(label, text)).slice(0, 50);
		if (!text) return all;
		return all.sort((a, b) => rank(a.label, text) - rank(b.label, text)).slice(0, SHOWN);
	}

	// Enter may come before the list has followed the text.
	async chooseFirst() {
		if (this.searched !== this.typed()) await this.search();
		if (this.searched === this.typed() && this.rows.length > 0)
			this.choose(this.rows[Math.max(this.active, 0)]);
	}

	say(text) {
		this.close();
		this.status.textContent = this.message.textContent = text;
		this.message.hidden = false;
	}

	// first: mark the first row, unless the chosen row is in the list.
	open(first) {
		if (this.rows.length === 0) {
			this.say(`No ${this.entity.one} found`);
			return;
		}
		this.message.hidden = true;
		fill(
			this.list,
			this.rows.map(({ row, label }, i) =>
				h(
					"li",
					{
						id: `${this.listId}-${i}`,
						role: "option",
						"data-index": i,
						"aria-selected": String(row.id === this.value),
					},
					h("bdi", { class: "option-label" }, label),
					h("span", { class: "option-more" }, h("bdi", {}, secondLine(this.entity, row))),
				),
			),
		);
		this.list.hidden = false;
		this.input.setAttribute("aria-expanded", "true");
		this.status.textContent = `${this.rows.length} found`;
		const chosen = this.rows.findIndex(({ row }) => row.id === this.value);
		this.move(chosen < 0 && first ? 0 : chosen);
	}

	close() {
		this.list.hidden = this.message.hidden = true;
		this.input.setAttribute("aria-expanded", "false");
		this.input.removeAttribute("aria-activedescendant");
		this.active = -1;
		this.searched = null;
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
				event.preventDefault(); // do not send the form
				if (this.typed() !== "") this.chooseFirst();
				else if (this.active >= 0) this.choose(this.rows[this.active]);
				break;
			case "Escape":
				if (closed && this.message.hidden) return;
				event.preventDefault();
				event.stopPropagation();
				this.cancel();
				this.input.value = this.text;
				break;
			case "Tab":
				if (!closed && this.active >= 0 && this.input.value !== this.text && this.searched === this.typed())
					this.choose(this.rows[this.active]);
		}
	}
}

// { node, input, value (an id or null) }. options: spec, entity, labelId, id (of the field), value,
// onchange(id).
export function picker(options) {
	return new Picker(options);
}
