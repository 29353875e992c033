// What a client is given, and what it sends. The bodies have one generator's types; the other one's client takes them as
// they are, so that the compiler compares the two.

import type { components } from './generated/serviceowner.js';

type Schemas = components['schemas'];

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not in the environment`);
  return value;
}

export const base = given('BASE');
export const name = given('NAME');
export const tokens = { owner: given('OWNER'), sender: given('SENDER'), person: given('PERSON'), stranger: given('STRANGER') };
export const dialogId = given('DIALOG');
export const transmissionId = given('TRANSMISSION');
export const attachmentId = given('ATTACHMENT');

export const resource = 'urn:altinn:resource:ttd-demo-service';
export const person = 'urn:altinn:person:identifier-no:08844397713';
export const label = `clients-${name}`;
export const embeddedMarkdown = 'application/vnd.dialogporten.frontchannelembed-url;type=text/markdown';

const day = 24 * 60 * 60 * 1000;

export function inDays(days: number): string {
  return new Date(Date.now() + days * day).toISOString();
}

export function text(value: string): Schemas['Localization'][] {
  return [{ languageCode: 'en', value }];
}

export function plain(value: string): Schemas['ContentValue'] {
  return { value: text(value) };
}

export function everyPart(): Schemas['CreateDialog'] {
  return {
    id: dialogId,
    idempotentKey: `${name}-key`,
    serviceResource: resource,
    party: person,
    externalReference: name,
    process: `urn:clients:${name}:2`,
    precedingProcess: `urn:clients:${name}:1`,
    extendedStatus: 'urn:clients:waiting',
    status: 'RequiresAttention',
    progress: 40,
    dueAt: inDays(7),
    expiresAt: inDays(365),
    content: {
      title: { value: [{ languageCode: 'nb', value: 'Søknad' }, { languageCode: 'en', value: 'Application' }] },
      nonSensitiveTitle: plain('A letter'),
      summary: { value: [{ languageCode: 'nb', value: 'Om støtte' }, { languageCode: 'en', value: 'About support' }] },
      nonSensitiveSummary: plain('About something'),
      senderName: plain('The office'),
      additionalInfo: { mediaType: 'text/markdown', value: text('**More** to read') },
      extendedStatus: plain('Waiting for you'),
      mainContentReference: { mediaType: embeddedMarkdown, value: text('https://example.com/content') },
    },
    searchTags: [{ value: 'application' }, { value: 'support' }],
    serviceOwnerContext: { serviceOwnerLabels: [{ value: label }] },
    attachments: [
      {
        name: 'letter.pdf',
        displayName: text('The letter'),
        expiresAt: inDays(30),
        urls: [
          { url: 'https://example.com/letter.pdf', mediaType: 'application/pdf', consumerType: 'Gui' },
          { url: 'https://example.com/letter.json', mediaType: 'application/json', consumerType: 'Api' },
        ],
      },
    ],
    guiActions: [
      { action: 'write', priority: 'Primary', url: 'https://example.com/fill-in', title: text('Fill in'), prompt: text('Are you sure?') },
      { action: 'sign', priority: 'Secondary', url: 'https://example.com/sign', httpMethod: 'POST', title: text('Sign') },
      { action: 'write', priority: 'Tertiary', url: 'https://example.com/delete', httpMethod: 'DELETE', isDeleteDialogAction: true, title: text('Delete') },
    ],
    apiActions: [
      {
        action: 'write',
        name: 'submit',
        endpoints: [
          {
            version: '2',
            url: 'https://example.com/api/v2',
            httpMethod: 'POST',
            documentationUrl: 'https://example.com/docs',
            requestSchema: 'https://example.com/request.json',
            responseSchema: 'https://example.com/response.json',
          },
          { version: '1', url: 'https://example.com/api/v1', httpMethod: 'PUT', deprecated: true, sunsetAt: inDays(90) },
        ],
      },
    ],
    transmissions: [
      {
        id: transmissionId,
        type: 'Information',
        extendedType: 'urn:clients:letter',
        externalReference: `${name}-1`,
        sender: { actorType: 'ServiceOwner' },
        content: {
          title: plain('We need more'),
          summary: plain('Please read'),
          contentReference: { mediaType: embeddedMarkdown, value: text('https://example.com/transmission') },
        },
        attachments: [
          {
            id: attachmentId,
            name: 'annex.pdf',
            displayName: text('The annex'),
            urls: [{ url: 'https://example.com/annex.pdf', mediaType: 'application/pdf', consumerType: 'Gui' }],
          },
        ],
        navigationalActions: [{ title: text('Go there'), url: 'https://example.com/there', expiresAt: inDays(30) }],
      },
      {
        type: 'Submission',
        relatedTransmissionId: transmissionId,
        sender: { actorType: 'PartyRepresentative', actorId: person },
        content: { title: plain('Here it is') },
      },
    ],
    activities: [
      { type: 'DialogCreated', performedBy: { actorType: 'ServiceOwner' } },
      { type: 'Information', performedBy: { actorType: 'PartyRepresentative', actorName: 'Somebody' }, description: text('It was talked about') },
      { type: 'TransmissionOpened', transmissionId, performedBy: { actorType: 'PartyRepresentative', actorId: person } },
    ],
  };
}

export function least(number: number): Schemas['CreateDialog'] {
  return {
    serviceResource: resource,
    party: person,
    externalReference: name,
    serviceOwnerContext: { serviceOwnerLabels: [{ value: label }] },
    content: { title: plain(`Number ${number}`), summary: plain('One of several') },
  };
}

export function replacement(): Schemas['UpdateDialog'] {
  return {
    status: 'Completed',
    progress: 100,
    externalReference: name,
    content: { title: plain('Decision'), summary: plain('Granted'), mainContentReference: { mediaType: embeddedMarkdown, value: text('https://example.com/decision') } },
    searchTags: [{ value: 'decision' }],
    guiActions: [{ action: 'read', priority: 'Primary', url: 'https://example.com/decision', title: text('Read it') }],
  };
}

export function decision(): Schemas['CreateTransmissionRequest'] {
  return {
    type: 'Decision',
    sender: { actorType: 'ServiceOwner' },
    content: { title: plain('The decision') },
    attachments: [{ displayName: text('The decision'), urls: [{ url: 'https://example.com/decision.pdf', consumerType: 'Gui' }] }],
  };
}
