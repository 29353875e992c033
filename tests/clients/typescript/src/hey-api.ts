// The scenario with the clients that @hey-api/openapi-ts generates.

import { deepEqual, equal, first, ok, only, present, revision, step } from './check.js';
import { createClient, createConfig } from './generated/hey-serviceowner/client/index.js';
import * as eu from './generated/hey-enduser/index.js';
import { createClient as createEndUserClient, createConfig as createEndUserConfig } from './generated/hey-enduser/client/index.js';
import * as so from './generated/hey-serviceowner/index.js';
import * as given from './given.js';

const asOwner = (token?: string) => createClient(createConfig({ baseUrl: given.base, ...(token && { auth: token }) }));
const asPerson = (token: string) => createEndUserClient(createEndUserConfig({ baseUrl: given.base, auth: token }));
const owner = asOwner(given.tokens.owner);
const sender = asOwner(given.tokens.sender);
const nobody = asOwner();
const personAsOwner = asOwner(given.tokens.person);
const person = asPerson(given.tokens.person);
const stranger = asPerson(given.tokens.stranger);

const path = { dialogId: given.dialogId };

/** The problem of an answer with this status. The generated error is the union over all statuses, so it is asked. */
function problem(answer: { error: unknown; response?: Response }, status: number): so.ProblemDetails {
  equal(answer.response?.status, status);
  const { error } = answer;
  ok(isProblem(error), `${status} without a problem`);
  equal(error.status, status);
  ok(error.title && error.traceId);
  return error;
}

function isProblem(error: unknown): error is so.ProblemDetails {
  return typeof error === 'object' && error !== null && 'type' in error;
}

function messages(problem: so.ProblemDetails): string {
  return Object.values(present(problem.errors, 'errors')).flat().join(' ');
}

async function read() {
  const { data, response } = await so.getDialog({ client: owner, path });
  equal(response.status, 200);
  return { data: present(data, 'the dialog'), revision: revision(response) };
}

let current = '';

await step('create', async () => {
  const { data, response } = await so.createDialog({ client: owner, body: given.everyPart() });
  equal(response.status, 201);
  equal(data, given.dialogId);
  current = revision(response);
});

await step('get', async () => {
  const { data } = await read();
  const sent = given.everyPart();
  equal(data.revision, current);
  for (const member of ['id', 'idempotentKey', 'party', 'serviceResource', 'externalReference', 'process', 'precedingProcess', 'extendedStatus', 'status', 'progress'] as const) {
    equal(data[member], sent[member], member);
  }
  const content = present(data.content, 'content');
  for (const member of Object.keys(sent.content ?? {}) as (keyof typeof content)[]) {
    const languages = (value?: { languageCode: string; value: string }[] | null) => value?.map((text) => `${text.languageCode} ${text.value}`).sort();
    deepEqual(languages(content[member]?.value), languages(sent.content?.[member]?.value), member);
  }
  equal(content.mainContentReference?.mediaType, given.embeddedMarkdown);
  deepEqual(data.searchTags?.map((tag) => tag.value), ['application', 'support']);
  equal(only(data.serviceOwnerContext.serviceOwnerLabels).value, given.label);
  deepEqual(only(data.attachments).urls?.map((url) => url.consumerType), ['Gui', 'Api']);
  deepEqual(data.guiActions?.map((action) => action.priority).sort(), ['Primary', 'Secondary', 'Tertiary']);
  equal(data.guiActions?.filter((action) => action.isDeleteDialogAction).length, 1);
  deepEqual(only(data.apiActions).endpoints?.map((endpoint) => endpoint.deprecated).sort(), [false, true]);
  const letter = present(data.transmissions?.find((one) => one.id === given.transmissionId), 'the transmission');
  equal(letter.extendedType, 'urn:clients:letter');
  equal(only(letter.attachments).id, given.attachmentId);
  equal(only(letter.navigationalActions).url, 'https://example.com/there');
  const answer = present(data.transmissions?.find((one) => one.type === 'Submission'), 'the answer');
  equal(answer.relatedTransmissionId, given.transmissionId);
  equal(answer.sender.actorType, 'PartyRepresentative');
  deepEqual(data.activities?.map((activity) => activity.type).sort(), ['DialogCreated', 'Information', 'TransmissionOpened']);
});

await step('create-more', async () => {
  for (let number = 1; number <= 6; number += 1) {
    const { data, response } = await so.createDialog({ client: owner, body: given.least(number) });
    equal(response.status, 201);
    ok(data);
  }
});

let all: string[] = [];

await step('search', async () => {
  let continuationToken: string | null | undefined;
  const pages: number[] = [];
  const ids: string[] = [];
  do {
    const query = { serviceOwnerLabels: [given.label], createdAfter: given.inDays(-1), limit: 3, continuationToken };
    const { data } = await so.searchDialogs({ client: owner, query });
    const page = present(data, 'the page');
    pages.push(page.items?.length ?? 0);
    ids.push(...(page.items ?? []).map((item) => item.id));
    equal(page.hasNextPage, pages.length < 3);
    continuationToken = page.hasNextPage ? present(page.continuationToken, 'continuationToken') : undefined;
  } while (continuationToken);
  deepEqual(pages, [3, 3, 1]);
  equal(new Set(ids).size, 7);
  ok(ids.includes(given.dialogId));
  all = ids.sort();
});

await step('patch', async () => {
  const { response } = await so.patchDialog({ client: owner,
    path, headers: { 'If-Match': current },
    body: [
      { op: 'replace', path: '/progress', value: 60 },
      { op: 'add', path: '/searchTags/-', value: { value: 'patched' } },
    ],
  });
  equal(response.status, 204);
  const { data } = await read();
  equal(data.revision, revision(response));
  equal(data.progress, 60);
  ok(data.searchTags?.some((tag) => tag.value === 'patched'));
  current = data.revision;
});

await step('update', async () => {
  const { response } = await so.updateDialog({ client: owner, path, headers: { 'if-Match': current }, body: given.replacement() });
  equal(response.status, 204);
  const { data } = await read();
  equal(data.revision, revision(response));
  equal(data.status, 'Completed');
  equal(data.attachments?.length, 0);
  equal(only(data.guiActions).action, 'read');
  equal(data.transmissions?.length, 2);
});

await step('stale-update', async () => {
  const answer = await so.updateDialog({ client: owner, path, headers: { 'if-Match': current }, body: given.replacement() });
  equal(problem(answer, 412).errors, undefined);
});

let appended = '';

await step('append-transmission', async () => {
  const created = await so.createDialogTransmission({ client: owner, path, body: given.decision() });
  equal(created.response.status, 201);
  appended = present(created.data, 'the identifier');
  const { data: list } = await so.searchDialogTransmissions({ client: owner, path });
  equal(list?.length, 3);
  const { data } = await so.getDialogTransmission({ client: owner, path: { ...path, transmissionId: appended } });
  equal(data?.type, 'Decision');
  equal(first(only(data?.attachments).urls).url, 'https://example.com/decision.pdf');
});

await step('change-transmission', async () => {
  const both = { ...path, transmissionId: appended };
  const { response } = await so.updateDialogTransmission({ client: owner,
    path: both,
    body: { type: 'Decision', sender: { actorType: 'ServiceOwner' }, content: { title: given.plain('The right decision') }, isSilentUpdate: true },
  });
  equal(response.status, 204);
  const { data } = await so.getDialogTransmission({ client: owner, path: both });
  equal(only(data?.content?.title.value).value, 'The right decision');
});

await step('append-activity', async () => {
  const created = await so.createDialogActivity({ client: owner,
    path,
    body: { type: 'FormSubmitted', performedBy: { actorType: 'ServiceOwner' } },
  });
  equal(created.response.status, 201);
  const activityId = present(created.data, 'the identifier');
  const { data: list } = await so.searchDialogActivities({ client: owner, path });
  equal(list?.length, 4);
  ok(list?.some((activity) => activity.id === activityId));
  const { data } = await so.getDialogActivity({ client: owner, path: { ...path, activityId } });
  equal(data?.performedBy.actorType, 'ServiceOwner');
});

await step('owner-labels', async () => {
  const labels = async () => (await so.getServiceOwnerLabels({ client: owner, path })).data?.map((label) => label.value);
  const added = await so.createServiceOwnerLabel({ client: owner, path, body: { value: 'clients-more' } });
  equal(added.response.status, 204);
  ok((await labels())?.includes('clients-more'));
  const deleted = await so.deleteServiceOwnerLabel({ client: owner, path: { ...path, label: 'clients-more' } });
  equal(deleted.response.status, 204);
  deepEqual(await labels(), [given.label]);
});

await step('notification', async () => {
  const query = { conditionType: 'NotExists', activityType: 'FormSubmitted' } as const;
  const { data } = await so.checkNotificationCondition({ client: sender, path, query });
  equal(data?.sendNotification, false);
});

await step('end-user-search', async () => {
  let continuationToken: string | null | undefined;
  const ids: string[] = [];
  do {
    const query = { party: [given.person], externalReference: given.name, limit: 2, continuationToken };
    const { data } = await eu.searchDialogs({ client: person, query });
    const page = present(data, 'the page');
    ids.push(...(page.items ?? []).map((item) => item.id));
    continuationToken = page.hasNextPage ? page.continuationToken : undefined;
  } while (continuationToken);
  deepEqual(ids.sort(), all);
});

await step('end-user-get', async () => {
  const { data } = await eu.getDialog({ client: person, path });
  equal(data?.dialogToken?.split('.').length, 3);
  equal(only(data?.guiActions).isAuthorized, true);
  equal(data?.transmissions?.find((one) => one.id === given.transmissionId)?.isAuthorized, true);
  equal(data?.content?.mainContentReference?.isAuthorized, true);
});

await step('seen-log', async () => {
  const { data: list } = await eu.searchDialogSeenLogs({ client: person, path });
  const { id: seenLogId, isCurrentEndUser } = only(list);
  equal(isCurrentEndUser, true);
  const { data } = await eu.getDialogSeenLog({ client: person, path: { ...path, seenLogId } });
  equal(data?.id, seenLogId);
  const { data: seen } = await so.searchDialogSeenLogs({ client: owner, path });
  equal(only(seen).id, seenLogId);
});

let labelled = '';

await step('label', async () => {
  const before = await eu.getDialog({ client: person, path });
  labelled = present(before.data, 'the dialog').endUserContext.revision;
  const { response } = await eu.setDialogSystemLabels({ client: person,
    path, headers: { 'if-Match': labelled },
    body: { addLabels: ['Archive'] },
  });
  equal(response.status, 204);
  const after = await eu.getDialog({ client: person, path });
  ok(after.data?.endUserContext.systemLabels?.includes('Archive'));
  const { data: log } = await eu.searchDialogLabelAssignmentLogs({ client: person, path });
  ok(log?.some((entry) => entry.action === 'set' && entry.name.endsWith('Archive')));
});

await step('stale-label', async () => {
  const answer = await eu.setDialogSystemLabels({ client: person,
    path, headers: { 'if-Match': labelled },
    body: { addLabels: ['Bin'] },
  });
  equal(problem(answer, 412).errors, undefined);
});

await step('bulk-label', async () => {
  const two = all.filter((id) => id !== given.dialogId).slice(0, 2);
  const { response } = await eu.bulkSetDialogSystemLabels({ client: person,
    body: { dialogs: two.map((dialogId) => ({ dialogId })), addLabels: ['Bin'] },
  });
  equal(response.status, 204);
  const query = { party: [given.person], label: ['Bin' as const], limit: 1000 };
  const { data } = await so.searchDialogEndUserContexts({ client: owner, query });
  deepEqual(data?.items?.map((item) => item.dialogId).filter((id) => all.includes(id)).sort(), two);
});

await step('lookup', async () => {
  const query = { instanceRef: `urn:altinn:dialog-id:${given.dialogId}` };
  const { data } = await eu.getDialogLookup({ client: person, query });
  equal(data?.dialogId, given.dialogId);
  equal(only(data?.title).value, 'Decision');
  equal(data?.serviceOwner.code, 'ttd');
});

await step('parties', async () => {
  const { data } = await eu.getParties({ client: person });
  equal(only(data?.authorizedParties?.filter((party) => party.isCurrentEndUser)).party, given.person);
  ok(data?.authorizedParties?.some((party) => party.partyType === 'Organization' && party.subParties?.length));
});

await step('service-resources', async () => {
  const { data } = await eu.searchAuthorizedServiceResources({ client: person, query: { party: [given.person] } });
  ok(data?.items?.some((item) => item.serviceResource.id === 'ttd-demo-service'));
});

await step('limits', async () => {
  const { data } = await so.getLimits({ client: nobody });
  ok(present(data, 'the limits').endUserSearch.maxPartyFilterValues > 0);
});

await step('invalid', async () => {
  const answer = await so.createDialog({ client: owner, body: { ...given.least(0), party: 'nobody', progress: 101 } });
  const keys = Object.keys(present(problem(answer, 400).errors, 'errors')).join();
  ok(keys.includes('party') && keys.includes('progress'), keys);
});

await step('key-used', async () => {
  const answer = await so.createDialog({ client: owner, body: { ...given.least(0), idempotentKey: `${given.name}-key` } });
  ok(messages(problem(answer, 409)).includes(given.dialogId));
});

await step('id-used', async () => {
  const answer = await so.createDialog({ client: owner, body: { ...given.least(0), id: given.dialogId } });
  ok(messages(problem(answer, 422)).includes('already exists'));
});

await step('not-found', async () => {
  problem(await so.getDialog({ client: owner, path: { dialogId: given.transmissionId } }), 404);
});

await step('no-token', async () => {
  equal((await so.getDialog({ client: nobody, path })).response.status, 401);
});

await step('wrong-token', async () => {
  equal((await so.getDialog({ client: personAsOwner, path })).response.status, 403);
});

await step('stranger', async () => {
  equal((await eu.getDialog({ client: stranger, path })).response?.status, 403);
});

await step('delete', async () => {
  const deleted = await so.deleteDialog({ client: owner, path });
  equal(deleted.response.status, 204);
  problem(await so.deleteDialog({ client: owner, path }), 410);
  problem(await eu.getDialog({ client: person, path }), 410);
  ok((await read()).data.deletedAt);
});

await step('search-deleted', async () => {
  const query = { serviceOwnerLabels: [given.label], deleted: 'Only' as const };
  const { data } = await so.searchDialogs({ client: owner, query });
  equal(only(data?.items).id, given.dialogId);
});

await step('restore', async () => {
  const { response } = await so.restoreDialog({ client: owner, path });
  equal(response.status, 204);
  equal((await eu.getDialog({ client: person, path })).response.status, 200);
});

await step('purge', async () => {
  const { response } = await so.purgeDialog({ client: owner, path });
  equal(response.status, 204);
  problem(await so.getDialog({ client: owner, path }), 404);
});
