// The form that creates or changes a row. The service alone checks the values; its errors appear at the
// fields. A change carries the version on which it is based, so that no user overwrites the work of
// another one by accident.

import { forget, get, request, rowOf, uuid } from "./admin_api.js";
import { button, fill, h, linkButton } from "./admin_dom.js";
import { Field } from "./admin_field.js";
import { fullLabel } from "./admin_label.js";
import { columnOf, format, sentence } from "./admin_text.js";
import { failed, notice, refusal, skeleton, toast } from "./admin_ui.js";
import { mayOnlyRead } from "./admin_who.js";

// "/members/17" -> { entity, id }, or null if there is no such entity.
function placeOf(spec, path) {
	const [, name, id] = /^\/(\w+)\/([1-9]\d{0,18})$/.exec(path) || [];
	const entity = spec.entities.find((e) => e.name === name);

	return entity ? { entity, id } : null;
}

class Form {
	constructor(context, row, etag) {
		const { entity, spec } = context;

		this.context = context;
		this.entity = entity;
		this.row = row; // null: a new one
		this.etag = etag;
		this.fields = entity.columns.map((column) => new Field(spec, column));
		for (const field of this.fields) field.set(this.startValue(field.column));
		this.before = this.state();
		this.messages = h("div", { class: "messages" });
		this.save = h(
			"button",
			{ class: "button primary writes" },
			row ? "Save changes" : `Create ${entity.one.toLocaleLowerCase()}`,
		);
		this.node = h(
			"form",
			{
				class: "card form",
				"aria-label": row ? `Edit ${entity.one}` : `New ${entity.one}`,
				novalidate: true,
				autocomplete: "off",
				onsubmit: (event) => {
					event.preventDefault();
					this.submit();
				},
			},
			this.messages,
			h(
				"div",
				{ class: "fields" },
				this.fields.map((field) => field.node),
			),
			h("div", { class: "form-actions" }, this.save, linkButton("Cancel", this.cancelHash())),
		);
		context.guard(() => this.state() !== this.before);
		this.showRole();
		addEventListener("identity", () => this.showRole(), { signal: context.signal });
	}

	// A caller who may only read learns it before typing, not after.
	showRole() {
		if (mayOnlyRead()) fill(this.messages, refusal({ status: 403 }));
		else if (this.messages.querySelector(".read-only-notice")) fill(this.messages);
	}

	// The first field that has no value yet from the address.
	focus() {
		const given = (field) => !this.row && this.context.query.has(field.column.name);

		(this.fields.find((field) => !given(field)) || this.fields[0]).control.focus();
	}

	// A new row starts with the values in the address, then with the defaults.
	startValue(column) {
		const given = this.context.query.get(column.name);

		if (this.row) return this.row[column.name];
		if (given !== null && column.type === "reference") return Number(given) || null;
		if (given !== null) return column.type === "bool" ? given === "true" : given;
		return column.default;
	}

	state() {
		return JSON.stringify(this.fields.map((field) => [field.read(), field.unreadable()]));
	}

	// The page of the row to which a new row belongs, if the user came from there.
	parentHash() {
		const column = this.entity.columns.find(
			(c) => c.type === "reference" && this.context.query.has(c.name),
		);

		return !this.row && column ? `#/${column.references}/${this.context.query.get(column.name)}` : "";
	}

	cancelHash() {
		return (
			this.parentHash() ||
			this.context.placeBefore(
				this.row ? `#/${this.entity.name}/${this.row.id}` : `#/${this.entity.name}`,
			)
		);
	}

	// The changed fields of a row; all fields of a new row except empty ones.
	body() {
		const body = {};

		for (const field of this.fields) {
			const name = field.column.name,
				value = field.read();

			if (this.row ? value !== this.row[name] : value !== null) body[name] = value;
		}
		return body;
	}

	clearErrors() {
		fill(this.messages);
		this.fields.forEach((field) => field.setError(""));
	}

	// errors: [{ field, text, more (nodes after it) }]. An error without a field appears above the form.
	showErrors(errors) {
		const others = [];

		for (const { field, text, more } of errors) {
			const it = this.fields.find((f) => f.column.name === field);

			if (it) it.setError(text, ...(more || []));
			else others.push(h("p", {}, text, more));
		}
		const n = errors.length;
		fill(
			this.messages,
			notice(
				"bad",
				n === 1 ? "One thing needs your attention." : `${n} things need your attention.`,
				others,
			),
		);
		this.fields.find((field) => field.control.hasAttribute("aria-invalid"))?.control.focus();
	}

	async submit() {
		if (this.sending) return;
		this.clearErrors();
		const unreadable = this.fields
			.map((field) => ({ field: field.column.name, text: field.unreadable() }))
			.filter((e) => e.text);
		if (unreadable.length) {
			this.showErrors(unreadable);
			return;
		}
		const text = this.save.textContent;
		this.sending = true;
		this.save.setAttribute("aria-disabled", "true");
		this.save.textContent = "Saving…";
		try {
			await (this.row ? this.update() : this.create());
		} catch (problem) {
			await this.showProblem(problem);
		} finally {
			this.sending = false;
			this.save.removeAttribute("aria-disabled");
			this.save.textContent = text;
		}
	}

	// If the answer is lost, the user sends the request again: with the same key it creates one row only.
	async create() {
		const { entity } = this;
		const body = this.body(),
			text = JSON.stringify(body);

		if (this.lost !== text) this.key = uuid();
		this.lost = text;
		let answer;
		try {
			answer = await request("POST", `/${entity.name}`, {
				body,
				headers: { "Idempotency-Key": this.key },
			});
		} catch (problem) {
			if (
				problem.status !== 0 &&
				problem.status !== 503 &&
				problem.code !== "idempotency-in-progress"
			)
				this.lost = null;
			throw problem;
		}
		const label = await fullLabel(this.context.spec, entity, answer.data);
		this.leave(this.parentHash() || `#/${entity.name}/${answer.data.id}`, `${label} was added.`);
	}

	async update() {
		const { entity, row } = this;
		const body = this.body();

		if (Object.keys(body).length > 0)
			await request("PATCH", `/${entity.name}/${row.id}`, {
				body,
				headers: { "If-Match": this.etag },
			});
		forget(entity.name, row.id);
		this.leave(
			this.context.placeBefore(`#/${entity.name}/${row.id}`),
			Object.keys(body).length > 0 ? "Changes saved." : "There were no changes to save.",
		);
	}

	leave(hash, message) {
		this.context.guard(null);
		toast(message);
		this.context.go(hash);
	}

	// A link to the row that has the unique value, or null if the service does not name it.
	async takenBy(problem) {
		const { spec } = this.context,
			place = problem.code === "duplicate" && placeOf(spec, problem.conflict);
		if (!place) return null;
		const link = h("a", { href: `#/${place.entity.name}/${place.id}` }, `#${place.id}`);

		try {
			const row = await rowOf(place.entity.name, place.id);
			fill(link, h("bdi", {}, await fullLabel(spec, place.entity, row)));
		} catch {
			// the number remains
		}
		return link;
	}

	async showProblem(problem) {
		const { entity } = this;

		if (problem.errors.length) {
			const owner = await this.takenBy(problem);
			const errors = problem.errors.map((e) => ({ field: e.field, text: sentence(entity, e) }));

			if (owner) {
				errors[0].text = `${columnOf(entity, errors[0].field)?.label || "This value"} is taken by `;
				errors[0].more = [owner, "."];
			}
			this.showErrors(errors);
		} else if (problem.status === 412) await this.showConflict();
		else if (problem.status === 404 && this.row)
			this.showMessage(
				notice(
					"bad",
					`Another user deleted this ${entity.one}.`,
					h(
						"p",
						{},
						h(
							"a",
							{ href: this.context.listHash(entity) },
							`Back to ${entity.title.toLocaleLowerCase()}`,
						),
					),
				),
			);
		else this.showMessage(refusal(problem));
	}

	showMessage(node) {
		fill(this.messages, node);
		node.scrollIntoView({ block: "nearest" });
	}

	async showConflict() {
		const { entity } = this;
		let answer;

		try {
			answer = await get(`/${entity.name}/${this.row.id}`);
		} catch (problem) {
			await this.showProblem(problem);
			return;
		}
		const theirs = entity.columns.filter((c) => answer.data[c.name] !== this.row[c.name]);
		const now = (column) => {
			const value = answer.data[column.name];
			const text = h("bdi", {}, value === null ? "none" : format(column, value));

			return h("li", {}, `${column.label} is now `, h("b", {}, text), ".");
		};
		const load = button("Load the current version", {
			class: "button primary",
			onclick: () => this.adopt(answer, true),
		});
		this.showMessage(
			notice(
				"warn",
				`Another user changed this ${entity.one}.`,
				theirs.length > 0 && h("ul", {}, theirs.map(now)),
				h("p", {}, "Load the current version and discard your entries, or keep your entries."),
				h(
					"div",
					{ class: "notice-actions" },
					load,
					button("Keep my entries", { onclick: () => this.adopt(answer, false) }),
				),
			),
		);
		load.focus();
	}

	// Continues with the current version of the row. drop: without the entries of the user.
	adopt({ data, etag }, drop) {
		for (const field of this.fields) {
			const name = field.column.name,
				untouched = field.read() === this.row[name];

			if (drop || untouched) field.set(data[name]);
		}
		this.row = data;
		this.etag = etag;
		if (drop) this.before = this.state();
		this.clearErrors();
		this.fields[0].control.focus();
		toast(drop ? "This is the current version." : "Your entries are kept. Save them when you are ready.");
	}
}

export function formView(context) {
	const { entity, id, spec } = context;
	const name = entity.one.toLocaleLowerCase();
	const crumbs = [[entity.title, context.listHash(entity)]];

	if (!id) {
		const page = context.page(`New ${name}`, { crumbs, lead: entity.doc });

		const form = new Form(context, null, null);

		page.body.append(form.node);
		form.focus();
		return {};
	}
	const page = context.page(`Edit ${name}`, { crumbs });
	const load = async () => {
		fill(page.body, h("div", { class: "card form", "aria-busy": "true" }, skeleton(4)));
		try {
			const answer = await get(`/${entity.name}/${id}`, context.signal);
			const label = await fullLabel(spec, entity, answer.data);

			page.setTitle(`Edit ${label}`);
			page.setCrumbs([...crumbs, [label, `#/${entity.name}/${id}`]]);
			const form = new Form(context, answer.data, answer.etag);
			fill(page.body, form.node);
			// unless the user has gone elsewhere while the row was loading
			if ([document.body, context.heading()].includes(document.activeElement)) form.focus();
		} catch (problem) {
			if (!context.signal.aborted) context.failed(page, problem, load);
		}
	};
	load();
	return {};
}
