// Texts, names and times as people read them.

import { h } from './element.js';

/** Each text of a list in an element of its own that says its language. */
export function texts(list, name = 'p', attributes) {
  return (list ?? []).map(({ languageCode, value }) =>
    h(name, { lang: languageCode, dir: 'auto', ...attributes }, value),
  );
}

/** The texts of a list in one line. */
export function line(list) {
  const parts = texts(list, 'span');
  return parts.flatMap((part, at) => (at ? [' / ', part] : [part]));
}

/** `RequiresAttention` as `Requires attention`. */
export function words(name) {
  const spaced = String(name ?? '').replace(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0) + spaced.slice(1).toLowerCase();
}

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A moment. */
export function time(moment) {
  const date = new Date(moment);
  const text = Number.isNaN(date.valueOf()) ? String(moment) : format.format(date);
  return h('time', { datetime: moment }, text);
}

/** Who did something. */
export function actor({ actorName, actorType } = {}) {
  return actorName ?? words(actorType);
}

/** A heading and what stands below it; nothing, if there is nothing. */
export function section(heading, ...children) {
  const found = children.flat(Infinity).filter(Boolean);
  return found.length ? h('section', null, h('h3', null, heading), found) : null;
}

/** A list; nothing, if it is empty. */
export function list(items, attributes, name = 'ul') {
  return items.length ? h(name, attributes, items) : null;
}
