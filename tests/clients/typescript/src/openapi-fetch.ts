// The scenario with openapi-fetch, by the types that openapi-typescript generates.

import createClient from 'openapi-fetch';

import { deepEqual, equal, first, ok, only, present, revision, step } from './check.js';
import type { components, paths as OwnerPaths } from './generated/serviceowner.js';
import type { paths as EndUserPaths } from './generated/enduser.js';
import * as given from './given.js';

type Problem = components['schemas']['ProblemDetails'];

const as = (token: string) => ({ baseUrl: given.base, headers: { Authorization: `Bearer ${token}` } });
const owner = createClient<OwnerPaths>(as(given.tokens.owner));
const sender = createClient<OwnerPaths>(as(given.tokens.sender));
const nobody = createClient<OwnerPaths>({ baseUrl: given.base });
const personAsOwner = createClient<OwnerPaths>(as(given.tokens.person));
const person = createClient<EndUserPaths>(as(given.tokens.person));
const stranger = createClient<EndUserPaths>(as(given.tokens.stranger));

const dialogs = '/api/v1/serviceowner/dialogs';
const dialog = '/api/v1/serviceowner/dialogs/{dialogId}';
const found = '/api/v1/enduser/dialogs/{dialogId}';
const path = { dialogId: given.dialogId };

/** The problem of an answer with this status. */
function problem(answer: { error?: Problem | string; response: Response }, status: number): Problem {
  equal(answer.response.status, status);
  const { error } = answer;
  ok(typeof error === 'object', `${status} without a problem`);
  equal(error.status, status);
  ok(error.title && error.traceId);
  return error;
}

function messages(problem: Problem): string {
  return Object.values(present(problem.errors, 'errors')).flat().join(' ');
}

async function read() {
  const { data, response } = await owner.GET(dialog, { params: { path } });
  equal(response.status, 200);
  return { data: present(data, 'the dialog'), revision: revision(response) };
}

let current = '';

await step('create', async () => {
  const { data, response } = await owner.POST(dialogs, { body: given.everyPart() });
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
    const { data, response } = await owner.POST(dialogs, { body: given.least(number) });
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
    const { data } = await owner.GET(dialogs, { params: { query } });
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
  const { response } = await owner.PATCH(dialog, {
    params: { path, header: { 'If-Match': current } },
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
  const { response } = await owner.PUT(dialog, { params: { path, header: { 'if-Match': current } }, body: given.replacement() });
  equal(response.status, 204);
  const { data } = await read();
  equal(data.revision, revision(response));
  equal(data.status, 'Completed');
  equal(data.attachments?.length, 0);
  equal(only(data.guiActions).action, 'read');
  equal(data.transmissions?.length, 2);
});

await step('stale-update', async () => {
  const answer = await owner.PUT(dialog, { params: { path, header: { 'if-Match': current } }, body: given.replacement() });
  equal(problem(answer, 412).errors, undefined);
});

let appended = '';

await step('append-transmission', async () => {
  const created = await owner.POST(`${dialog}/transmissions`, { params: { path }, body: given.decision() });
  equal(created.response.status, 201);
  appended = present(created.data, 'the identifier');
  const { data: list } = await owner.GET(`${dialog}/transmissions`, { params: { path } });
  equal(list?.length, 3);
  const { data } = await owner.GET(`${dialog}/transmissions/{transmissionId}`, { params: { path: { ...path, transmissionId: appended } } });
  equal(data?.type, 'Decision');
  equal(first(only(data?.attachments).urls).url, 'https://example.com/decision.pdf');
});

await step('change-transmission', async () => {
  const both = { ...path, transmissionId: appended };
  const { response } = await owner.PUT(`${dialog}/transmissions/{transmissionId}`, {
    params: { path: both },
    body: { type: 'Decision', sender: { actorType: 'ServiceOwner' }, content: { title: given.plain('The right decision') }, isSilentUpdate: true },
  });
  equal(response.status, 204);
  const { data } = await owner.GET(`${dialog}/transmissions/{transmissionId}`, { params: { path: both } });
  equal(only(data?.content?.title.value).value, 'The right decision');
});

await step('append-activity', async () => {
  const created = await owner.POST(`${dialog}/activities`, {
    params: { path },
    body: { type: 'FormSubmitted', performedBy: { actorType: 'ServiceOwner' } },
  });
  equal(created.response.status, 201);
  const activityId = present(created.data, 'the identifier');
  const { data: list } = await owner.GET(`${dialog}/activities`, { params: { path } });
  equal(list?.length, 4);
  ok(list?.some((activity) => activity.id === activityId));
  const { data } = await owner.GET(`${dialog}/activities/{activityId}`, { params: { path: { ...path, activityId } } });
  equal(data?.performedBy.actorType, 'ServiceOwner');
});

await step('owner-labels', async () => {
  const labels = async () => (await owner.GET(`${dialog}/context/labels`, { params: { path } })).data?.map((label) => label.value);
  const added = await owner.POST(`${dialog}/context/labels`, { params: { path }, body: { value: 'clients-more' } });
  equal(added.response.status, 204);
  ok((await labels())?.includes('clients-more'));
  const deleted = await owner.DELETE(`${dialog}/context/labels/{label}`, { params: { path: { ...path, label: 'clients-more' } } });
  equal(deleted.response.status, 204);
  deepEqual(await labels(), [given.label]);
});

await step('notification', async () => {
  const query = { conditionType: 'NotExists', activityType: 'FormSubmitted' } as const;
  const { data } = await sender.GET(`${dialog}/actions/should-send-notification`, { params: { path, query } });
  equal(data?.sendNotification, false);
});

await step('end-user-search', async () => {
  let continuationToken: string | null | undefined;
  const ids: string[] = [];
  do {
    const query = { party: [given.person], externalReference: given.name, limit: 2, continuationToken };
    const { data } = await person.GET('/api/v1/enduser/dialogs', { params: { query } });
    const page = present(data, 'the page');
    ids.push(...(page.items ?? []).map((item) => item.id));
    continuationToken = page.hasNextPage ? page.continuationToken : undefined;
  } while (continuationToken);
  deepEqual(ids.sort(), all);
});

await step('end-user-get', async () => {
  const { data } = await person.GET(found, { params: { path } });
  equal(data?.dialogToken?.split('.').length, 3);
  equal(only(data?.guiActions).isAuthorized, true);
  equal(data?.transmissions?.find((one) => one.id === given.transmissionId)?.isAuthorized, true);
  equal(data?.content?.mainContentReference?.isAuthorized, true);
});

await step('seen-log', async () => {
  const { data: list } = await person.GET(`${found}/seenlog`, { params: { path } });
  const { id: seenLogId, isCurrentEndUser } = only(list);
  equal(isCurrentEndUser, true);
  const { data } = await person.GET(`${found}/seenlog/{seenLogId}`, { params: { path: { ...path, seenLogId } } });
  equal(data?.id, seenLogId);
  const { data: seen } = await owner.GET(`${dialog}/seenlog`, { params: { path } });
  equal(only(seen).id, seenLogId);
});

let labelled = '';

await step('label', async () => {
  const before = await person.GET(found, { params: { path } });
  labelled = present(before.data, 'the dialog').endUserContext.revision;
  const { response } = await person.PUT(`${found}/context/systemlabels`, {
    params: { path, header: { 'if-Match': labelled } },
    body: { addLabels: ['Archive'] },
  });
  equal(response.status, 204);
  const after = await person.GET(found, { params: { path } });
  ok(after.data?.endUserContext.systemLabels?.includes('Archive'));
  const { data: log } = await person.GET(`${found}/context/labellog`, { params: { path } });
  ok(log?.some((entry) => entry.action === 'set' && entry.name.endsWith('Archive')));
});

await step('stale-label', async () => {
  const answer = await person.PUT(`${found}/context/systemlabels`, {
    params: { path, header: { 'if-Match': labelled } },
    body: { addLabels: ['Bin'] },
  });
  equal(problem(answer, 412).errors, undefined);
});

await step('bulk-label', async () => {
  const two = all.filter((id) => id !== given.dialogId).slice(0, 2);
  const { response } = await person.POST('/api/v1/enduser/dialogs/context/systemlabels/actions/bulkset', {
    body: { dialogs: two.map((dialogId) => ({ dialogId })), addLabels: ['Bin'] },
  });
  equal(response.status, 204);
  const query = { party: [given.person], label: ['Bin' as const], limit: 1000 };
  const { data } = await owner.GET('/api/v1/serviceowner/dialogs/endusercontext', { params: { query } });
  deepEqual(data?.items?.map((item) => item.dialogId).filter((id) => all.includes(id)).sort(), two);
});

await step('lookup', async () => {
  const query = { instanceRef: `urn:altinn:dialog-id:${given.dialogId}` };
  const { data } = await person.GET('/api/v1/enduser/dialoglookup', { params: { query } });
  equal(data?.dialogId, given.dialogId);
  equal(only(data?.title).value, 'Decision');
  equal(data?.serviceOwner.code, 'ttd');
});

await step('parties', async () => {
  const { data } = await person.GET('/api/v1/enduser/parties');
  equal(only(data?.authorizedParties?.filter((party) => party.isCurrentEndUser)).party, given.person);
  ok(data?.authorizedParties?.some((party) => party.partyType === 'Organization' && party.subParties?.length));
});

await step('service-resources', async () => {
  const { data } = await person.GET('/api/v1/enduser/serviceresources', { params: { query: { party: [given.person] } } });
  ok(data?.items?.some((item) => item.serviceResource.id === 'ttd-demo-service'));
});

await step('limits', async () => {
  const { data } = await nobody.GET('/api/v1/metadata/limits');
  ok(present(data, 'the limits').endUserSearch.maxPartyFilterValues > 0);
});

await step('invalid', async () => {
  const answer = await owner.POST(dialogs, { body: { ...given.least(0), party: 'nobody', progress: 101 } });
  const keys = Object.keys(present(problem(answer, 400).errors, 'errors')).join();
  ok(keys.includes('party') && keys.includes('progress'), keys);
});

await step('key-used', async () => {
  const answer = await owner.POST(dialogs, { body: { ...given.least(0), idempotentKey: `${given.name}-key` } });
  ok(messages(problem(answer, 409)).includes(given.dialogId));
});

await step('id-used', async () => {
  const answer = await owner.POST(dialogs, { body: { ...given.least(0), id: given.dialogId } });
  ok(messages(problem(answer, 422)).includes('already exists'));
});

await step('not-found', async () => {
  problem(await owner.GET(dialog, { params: { path: { dialogId: given.transmissionId } } }), 404);
});

await step('no-token', async () => {
  equal((await nobody.GET(dialog, { params: { path } })).response.status, 401);
});

await step('wrong-token', async () => {
  equal((await personAsOwner.GET(dialog, { params: { path } })).response.status, 403);
});

await step('stranger', async () => {
  equal((await stranger.GET(found, { params: { path } })).response.status, 403);
});

await step('delete', async () => {
  const deleted = await owner.DELETE(dialog, { params: { path } });
  equal(deleted.response.status, 204);
  problem(await owner.DELETE(dialog, { params: { path } }), 410);
  problem(await person.GET(found, { params: { path } }), 410);
  ok((await read()).data.deletedAt);
});

await step('search-deleted', async () => {
  const query = { serviceOwnerLabels: [given.label], deleted: 'Only' as const };
  const { data } = await owner.GET(dialogs, { params: { query } });
  equal(only(data?.items).id, given.dialogId);
});

await step('restore', async () => {
  const { response } = await owner.POST(`${dialog}/actions/restore`, { params: { path } });
  equal(response.status, 204);
  equal((await person.GET(found, { params: { path } })).response.status, 200);
});

await step('purge', async () => {
  const { response } = await owner.POST(`${dialog}/actions/purge`, { params: { path } });
  equal(response.status, 204);
  problem(await owner.GET(dialog, { params: { path } }), 404);
});
