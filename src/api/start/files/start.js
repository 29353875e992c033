// The start page: cards of everybody whom one can be, and the first two calls.

import { button, copy, h, tell } from './element.js';
import { known, number, tokenOf } from './identities.js';

const root = new URL(document.body.dataset.root, location.href);
const KINDS = { Person: 'Person', SystemUser: 'System user', EmailUser: 'User of an e-mail address' };

function copyToken(one, name) {
  const work = async () => copy(await tokenOf(one.id), `The token of ${name} is on the clipboard.`);
  return button('Copy token', work, { 'aria-label': `Copy a token of ${name}` });
}

function inbox(one, party, name) {
  const state = new URLSearchParams({ as: one.id, ...(party && { party }) });
  return h(
    'a',
    { class: 'button', href: `${new URL('inbox', root)}#${state}`, 'aria-label': `Inbox of ${name}` },
    'Inbox',
  );
}

const card = (name, facts, ...actions) =>
  h(
    'li',
    { class: 'card' },
    h('h3', null, name),
    facts.map((fact) => h('p', null, fact)),
    h('p', { class: 'row' }, actions),
  );

function person(one) {
  const facts = [`${KINDS[one.kind] ?? one.kind} ${number(one.id)}`];
  const others = (one.parties ?? []).filter((party) => party.party !== one.id).map((party) => party.name);
  if (others.length) facts.push(`Represents ${others.join(', ')}`);
  return card(one.name, facts, inbox(one, null, one.name), copyToken(one, one.name));
}

function company({ party, name, through }) {
  const [first] = through;
  const facts = [`Organization ${number(party)}`, `Through ${through.map((one) => one.name).join(', ')}`];
  const both = `${name} through ${first.name}`;
  return card(name, facts, inbox(first, party, both), copyToken(first, both));
}

const owner = (one) =>
  card(
    one.name,
    [
      `Organization ${number(one.id)}`,
      h(
        'ul',
        null,
        (one.serviceResources ?? []).map((urn) => h('li', null, h('code', null, urn))),
      ),
    ],
    copyToken(one, one.name),
  );

/** A command that is shown without its token and copied with it. */
function step(heading, id, command) {
  const withToken = async () => copy(command(await tokenOf(id)), 'The command is on the clipboard.');
  return [
    h('h3', null, heading),
    h('pre', { tabindex: '0', 'aria-label': heading }, command('…')),
    h('p', null, button('Copy command', withToken, { 'aria-label': `Copy: ${heading}` })),
  ];
}

function steps({ serviceOwner, serviceResource, endUser }) {
  const text = (value) => ({ value: [{ languageCode: 'en', value }] });
  const dialog = { serviceResource, party: endUser, content: { title: text('Hello'), summary: text('A dialog') } };
  const api = (path) => new URL(`api/v1/${path}`, root).href;
  const create = (token) =>
    `curl -i ${api('serviceowner/dialogs')} \\\n  -H 'Authorization: Bearer ${token}' \\\n` +
    `  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(dialog)}'`;
  const find = (token) => `curl '${api('enduser/dialogs')}?party=${endUser}' \\\n  -H 'Authorization: Bearer ${token}'`;
  return [
    step('Create a dialog as a service owner', serviceOwner, create),
    step('Find it as the person it is for', endUser, find),
  ].flat();
}

try {
  const { endUsers, owners, companies, hasMore, firstSteps } = await known();
  document.getElementById('people').append(...endUsers.map(person));
  document.getElementById('companies').append(...companies.map(company));
  document.getElementById('owners').append(...owners.map(owner));
  if (firstSteps) document.getElementById('steps').append(...steps(firstSteps));
  if (hasMore) tell('The directory knows more than are shown here; dialogporten token makes tokens for all of them.');
} catch (error) {
  tell(error.message, true);
}
