// Values as text, in the locale of the browser.

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const whole = new Intl.NumberFormat(undefined);

export function formatNumber(n) {
	return whole.format(n);
}

function formatDate(text) {
	const date = new Date(`${text}T00:00:00Z`);

	return Number.isNaN(date.getTime()) ? text : day.format(date);
}

export function formatTime(text) {
	const date = new Date(text);

	return Number.isNaN(date.getTime()) ? text : moment.format(date);
}

function formatDecimal(text, decimals) {
	const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };

	return new Intl.NumberFormat(undefined, digits).format(text);
}

// half_year -> Half year
export function words(name) {
	const text = name.replaceAll("_", " ");

	return text.charAt(0).toUpperCase() + text.slice(1);
}

// A value of this column as text; a reference as its number.
export function format(column, value) {
	if (value === null || value === undefined) return "";
	switch (column.type) {
		case "date":
			return formatDate(value);
		case "decimal":
			return formatDecimal(value, column.decimals || 0);
		case "bool":
			return value ? "Yes" : "No";
		case "choice":
			return words(value);
		case "reference":
			return `#${value}`;
		default:
			return String(value);
	}
}

export function columnOf(entity, name) {
	return entity.columns.find((column) => column.name === name);
}

// The short name of a row; admin_label.js has the full one.
export function labelOf(entity, row) {
	const parts = entity.label.map((name) => format(columnOf(entity, name), row[name])).filter(Boolean);

	return parts.join(" ") || `#${row.id}`;
}

// The initials of a label, up to its first comma: "Ada Okafor, Monthly" -> AO.
export function initials(label) {
	const parts = label
		.split(",")[0]
		.split(/\s+/u)
		.map((part) => part.replace(/^[^\p{L}\p{N}]+/u, ""))
		.filter(Boolean);
	const chosen = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : parts;

	return chosen.map((part) => [...part][0].toLocaleUpperCase()).join("") || "#";
}

// Neighbours in a list differ in colour.
export function hue(number) {
	return `hue-${number % 6}`;
}

export function plural(n, entity) {
	return `${formatNumber(n)} ${(n === 1 ? entity.one : entity.title).toLocaleLowerCase()}`;
}

function isoDate(date) {
	const two = (n) => String(n).padStart(2, "0");

	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

// The Monday and the Sunday of the week of this day.
export function weekOf(today) {
	const monday = new Date(today),
		sunday = new Date(today);

	monday.setDate(today.getDate() - ((today.getDay() + 6) % 7));
	sunday.setDate(monday.getDate() + 6);
	return { week_start: isoDate(monday), week_end: isoDate(sunday) };
}

// "is missing" -> "Start date is missing."; the text names columns by their labels.
export function sentence(entity, error) {
	let text = error.detail;

	for (const column of entity.columns)
		if (column.name.includes("_")) text = text.replaceAll(column.name, column.label.toLocaleLowerCase());
	const column = columnOf(entity, error.field);
	text = column ? `${column.label} ${text}` : text;
	return text.charAt(0).toLocaleUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");
}
