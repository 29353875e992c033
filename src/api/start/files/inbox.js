// The inbox: what is chosen stands in the address behind `#`, where no server sees it; what changes it, changes the page.

import { Api } from './api.js';
import { dialogParts } from './dialog.js';
import { h, tell } from './element.js';
import { known, tokenOf } from './identities.js';
import { badge } from './transmissions.js';
import { line, texts, time, words } from './texts.js';

const DIALOGS_A_PAGE = '20';
/** A search takes no more parties. */
const MOST_PARTIES = 100;

const place = (id) => document.getElementById(id);
const chosen = () => new URLSearchParams(location.hash.slice(1));

function go(changes) {
  const state = chosen();
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) state.delete(key);
    else state.set(key, value);
  }
  location.hash = state;
}

/** What is shown, so that only what has changed is asked for again. */
let shown = {};
let api = null;
let next = null;
let parties = [];

async function follow() {
  const state = chosen();
  const [as, language] = [state.get('as'), state.get('language') ?? ''];
  const wanted = ['as', 'language', 'party', 'label', 'search'].map((key) => state.get(key) ?? '').join('\n');
  try {
    if (as !== shown.as || language !== shown.language) {
      api = new Api(await tokenOf(as), language);
      if (as !== shown.as) await offerParties();
      shown = { as, language };
    }
    place('as').value = as;
    place('party').value = state.get('party') ?? '';
    place('language').value = language;
    place('label').value = state.get('label') ?? 'Default';
    place('search').value = state.get('search') ?? '';
    if (wanted !== shown.wanted) {
      shown.wanted = wanted;
      await list(false);
    }
    if (state.get('dialog') !== shown.dialog || language !== shown.dialogLanguage) {
      shown.dialog = state.get('dialog');
      shown.dialogLanguage = language;
      await open(shown.dialog);
    }
  } catch (error) {
    tell(error.message, true);
  }
}

async function offerParties() {
  parties = (await api.parties()).filter((party) => !party.hasOnlyAccessToSubParties);
  place('party').replaceChildren(new Option('All', ''), ...parties.map((party) => new Option(party.name, party.party)));
}

function query() {
  const state = chosen();
  const party = state.get('party');
  const asked = party ? [party] : parties.slice(0, MOST_PARTIES).map((one) => one.party);
  const label = state.get('label') ?? 'Default';
  const search = state.get('search');
  return [
    ...asked.map((one) => ['party', one]),
    ...(label ? [['systemLabel', label]] : []),
    ...(search ? [['search', search]] : []),
    ['limit', DIALOGS_A_PAGE],
  ];
}

/** Shows the first page, or one more below those that are there. */
async function list(isMore) {
  const page = await api.search([...query(), ...(isMore ? [['continuationToken', next]] : [])]);
  const items = (page.items ?? []).map(item);
  if (isMore) place('dialogs').append(...items);
  else place('dialogs').replaceChildren(...items);
  next = page.continuationToken;
  place('more').hidden = !page.hasNextPage;
  const count = place('dialogs').children.length;
  tell(count === 0 ? 'No dialogs.' : `${count} dialogs${page.hasNextPage ? ', and more' : ''}.`);
  mark();
  if (isMore) items[0]?.querySelector('a').focus();
}

function item(dialog) {
  const content = dialog.content ?? {};
  const state = chosen();
  state.set('dialog', dialog.id);
  return h(
    'li',
    { 'data-dialog': dialog.id },
    h(
      'a',
      { href: `#${state}`, class: dialog.isContentSeen ? '' : 'unseen' },
      content.title ? line(content.title.value) : 'A dialog for systems',
    ),
    h(
      'p',
      { class: 'row' },
      badge(words(dialog.status)),
      !dialog.isContentSeen && badge('New', 'new'),
      dialog.hasUnopenedContent && badge('Unopened'),
    ),
    texts(content.summary?.value, 'p', { class: 'text' }),
    h('p', { class: 'facts' }, `${dialog.org}, `, time(dialog.contentUpdatedAt)),
  );
}

/** Tells which of the list is open. */
function mark() {
  for (const one of place('dialogs').children) {
    const isOpen = one.dataset.dialog === chosen().get('dialog');
    const address = one.querySelector('a');
    if (isOpen) address.setAttribute('aria-current', 'true');
    else address.removeAttribute('aria-current');
    if (!isOpen) continue;
    address.classList.remove('unseen');
    one.querySelector('.new')?.remove();
  }
}

async function open(id) {
  const article = place('dialog');
  if (!id) {
    // Whoever was in the dialog goes on where it lies in the list.
    const last = place('dialogs').querySelector('[aria-current]') ?? place('list');
    if (article.contains(document.activeElement)) last.focus();
    article.hidden = true;
    article.replaceChildren();
    mark();
    return;
  }
  const dialog = await api.dialog(id);
  const [seen, labels] = await Promise.all([api.seenLog(id), api.labelLog(id)]);
  const close = h('button', { type: 'button', click: () => go({ dialog: null }) }, 'Close');
  const changed = async (closes) => {
    await list(false);
    if (closes) go({ dialog: null });
    else await open(id);
  };
  article.replaceChildren(close, ...dialogParts(dialog, { seen, labels }, api, changed).flat(Infinity).filter(Boolean));
  article.hidden = false;
  mark();
  article.focus();
}

for (const [id, closes] of [
  ['as', true],
  ['party', true],
  ['label', true],
  ['language', false],
]) {
  place(id).addEventListener('change', (event) => {
    const forgets = id === 'as' ? { party: null } : {};
    go({ [id]: event.target.value, ...forgets, ...(closes && { dialog: null }) });
  });
}
place('choices').addEventListener('submit', (event) => {
  event.preventDefault();
  go({ search: place('search').value.trim() || null, dialog: null });
});
place('more').addEventListener('click', () => list(true).catch((error) => tell(error.message, true)));
document.querySelector('[data-skip]').addEventListener('click', (event) => {
  event.preventDefault();
  place('list').focus();
});
// One after the other: answers that overtake each other would mix two choices.
let following = Promise.resolve();
addEventListener('hashchange', () => {
  following = following.then(follow);
});

try {
  const { endUsers, firstSteps } = await known();
  place('as').append(...endUsers.map((one) => new Option(one.name, one.id)));
  const first = endUsers.find((one) => one.id === firstSteps?.endUser) ?? endUsers[0];
  if (!first) throw new Error('The platform directory knows nobody.');
  const isKnown = endUsers.some((one) => one.id === chosen().get('as'));
  if (!isKnown) history.replaceState(null, '', `#${new URLSearchParams({ as: first.id })}`);
  await follow();
} catch (error) {
  tell(error.message, true);
}
