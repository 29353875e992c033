// One dialog with all its parts.

import { button, copy, h, link } from './element.js';
import { labels } from './labels.js';
import { actor, line, list, section, texts, time, words } from './texts.js';
import { attachments, badge, reference, transmissions } from './transmissions.js';

/** The dialog as elements. `logs` are who saw it and what became of its labels; `changed` as in `labels`. */
export function dialogParts(dialog, logs, api, changed) {
  const content = dialog.content ?? {};
  return [
    h('h2', null, content.title ? line(content.title.value) : 'A dialog for systems'),
    h('p', { class: 'row' }, badge(words(dialog.status)), dialog.isApiOnly && badge('For systems only')),
    facts(dialog, content),
    texts(content.summary?.value, 'p', { class: 'text' }),
    texts(content.additionalInfo?.value, 'p', { class: 'text' }),
    reference(content.mainContentReference),
    section('Actions', list((dialog.guiActions ?? []).map(guiAction), { id: 'gui-actions' })),
    section('Attachments', attachments(dialog.attachments ?? [])),
    section('Transmissions', transmissions(dialog.transmissions ?? [])),
    section('What happened', list((dialog.activities ?? []).map(activity), { id: 'activities' }, 'ol')),
    section('Labels', labels(dialog, api, changed), list(logs.labels.map(labelled))),
    section('Seen by', list(logs.seen.map(seen), { id: 'seen-log' })),
    section('For systems', list((dialog.apiActions ?? []).map(apiAction), { id: 'api-actions' })),
    section('For developers', developers(dialog)),
  ];
}

function facts(dialog, content) {
  const rows = [
    ['From', content.senderName ? line(content.senderName.value) : dialog.org],
    ['Extended status', content.extendedStatus && line(content.extendedStatus.value)],
    ['Resource', dialog.serviceResource],
    ['Party', dialog.party],
    ['Created', time(dialog.createdAt)],
    ['Changed', time(dialog.contentUpdatedAt)],
    ['Due', dialog.dueAt && time(dialog.dueAt)],
    ['Expires', dialog.expiresAt && time(dialog.expiresAt)],
    ['Progress', dialog.progress !== undefined && `${dialog.progress} %`],
  ];
  return h(
    'dl',
    null,
    rows.filter(([, value]) => value).map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

const allowed = (part) => (part.isAuthorized ? badge('Allowed', 'allowed') : badge('Not allowed', 'denied'));

// What is more than a link is for a portal to send, with the dialog token.
function guiAction(action) {
  const title = line(action.title);
  const leads = action.isAuthorized && action.httpMethod === 'GET';
  return h(
    'li',
    { 'data-action': action.action },
    leads
      ? link(action.url, title)
      : h('span', null, title, action.isAuthorized && ` (${action.httpMethod} ${action.url})`),
    ' ',
    allowed(action),
    h('span', { class: 'facts' }, ` ${action.action}, ${words(action.priority).toLowerCase()}`),
    action.isDeleteDialogAction && h('span', { class: 'facts' }, ', deletes the dialog'),
    texts(action.prompt, 'p', { class: 'facts' }),
  );
}

function apiAction(action) {
  const endpoint = (one) =>
    h(
      'li',
      null,
      h('code', null, `${one.httpMethod} ${one.url}`),
      one.version && ` version ${one.version}`,
      one.deprecated && ' deprecated',
    );
  return h(
    'li',
    { 'data-action': action.action },
    `${action.name ?? action.action} `,
    allowed(action),
    list((action.endpoints ?? []).map(endpoint)),
  );
}

function activity(one) {
  const { performedBy } = one;
  return h(
    'li',
    null,
    time(one.createdAt),
    ` ${words(one.type)}, ${actor(performedBy)}`,
    texts(one.description, 'p', { class: 'text' }),
  );
}

const seen = (one) =>
  h(
    'li',
    null,
    time(one.seenAt),
    ` ${actor(one.seenBy)}`,
    one.isCurrentEndUser && ' (you)',
    one.isViaServiceOwner && ', through the service owner',
  );

const labelled = (one) =>
  h('li', { class: 'facts' }, time(one.createdAt), ` ${one.name} ${one.action}, ${actor(one.performedBy)}`);

function developers(dialog) {
  const { dialogToken, ...rest } = dialog;
  return [
    h(
      'p',
      null,
      button('Copy dialog token', () => copy(dialogToken, 'The dialog token is on the clipboard.')),
    ),
    h(
      'details',
      null,
      h('summary', null, 'The answer as JSON'),
      h('pre', { tabindex: '0', 'aria-label': 'The answer as JSON' }, JSON.stringify(rest, null, 2)),
    ),
  ];
}
