// Where a dialog lies, and the buttons that put it elsewhere.

import { button, h } from './element.js';
import { badge } from './transmissions.js';
import { words } from './texts.js';

const PLACES = { Default: 'inbox', Archive: 'archive', Bin: 'bin' };

/** The labels of a dialog, and what can be done with them; `changed` is told whether the dialog is to be closed. */
export function labels(dialog, api, changed) {
  const { revision, systemLabels } = dialog.endUserContext;
  const change = (text, body, done, closes) =>
    button(text, async () => {
      await api.label(dialog.id, revision, body);
      await changed(closes);
      return done;
    });
  const moves = Object.entries(PLACES)
    .filter(([label]) => !systemLabels.includes(label))
    .map(([label, place]) => change(`Move to ${place}`, { addLabels: [label] }, `Moved to ${place}.`, false));
  // Whoever opens a dialog takes the mark away again, so it is closed.
  const mark = change('Mark as unopened', { addLabels: ['MarkedAsUnopened'] }, 'Marked as unopened.', true);
  return [
    h(
      'p',
      { class: 'row', id: 'labels' },
      systemLabels.map((label) => badge(label === 'Default' ? 'Inbox' : words(label))),
    ),
    h('p', { class: 'row' }, moves, mark),
  ];
}
