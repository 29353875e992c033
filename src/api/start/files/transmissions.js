// Transmissions as a tree: answers below what they answer.

import { h, link } from './element.js';
import { actor, line, list, texts, time, words } from './texts.js';

/** The tree. What answers something that is not there, or goes round in a circle, stands at the top. */
export function transmissions(all) {
  const ids = new Set(all.map((one) => one.id));
  const answers = Map.groupBy(all, (one) => (ids.has(one.relatedTransmissionId) ? one.relatedTransmissionId : null));
  const shown = new Set();
  const branch = (some) =>
    list(
      some
        .filter((one) => !shown.has(one.id) && shown.add(one.id))
        .map((one) => h('li', null, transmission(one), branch(answers.get(one.id) ?? []))),
      { class: 'transmissions' },
    );
  const trunk = branch(answers.get(null) ?? []);
  return [trunk, branch(all)];
}

function transmission(one) {
  const content = one.content ?? {};
  return h(
    'article',
    { class: 'card', 'data-transmission': one.id },
    h('h4', null, line(content.title?.value)),
    h(
      'p',
      { class: 'facts' },
      `${words(one.type)} from ${actor(one.sender)}, `,
      time(one.createdAt),
      one.isOpened ? ', opened' : ', not opened',
      one.isAuthorized === false && [' ', badge('Not allowed', 'denied')],
    ),
    texts(content.summary?.value, 'p', { class: 'text' }),
    reference(content.contentReference),
    attachments(one.attachments ?? []),
    list((one.navigationalActions ?? []).map((action) => h('li', null, link(action.url, line(action.title))))),
  );
}

/** Content that lies elsewhere: a link to it. */
export function reference(content) {
  if (!content) return null;
  if (content.isAuthorized === false) return h('p', null, 'Content elsewhere ', badge('Not allowed', 'denied'));
  return content.value.map(({ languageCode, value }) =>
    h('p', null, link(value, `Content elsewhere (${languageCode})`)),
  );
}

/** Attachments with their links. */
export function attachments(all) {
  const address = (url) =>
    h(
      'li',
      null,
      link(
        url.url,
        `${url.consumerType === 'Api' ? 'For systems' : 'Open'}${url.mediaType ? `, ${url.mediaType}` : ''}`,
      ),
    );
  return list(
    all.map((one) =>
      h(
        'li',
        null,
        one.displayName?.length ? line(one.displayName) : (one.name ?? 'Attachment'),
        list((one.urls ?? []).map(address)),
      ),
    ),
    { class: 'attachments' },
  );
}

/** A word in a box. */
export function badge(text, kind = '') {
  return h('span', { class: `badge ${kind}` }, text);
}
