// Every page, and who looks at it.
//
// A page is `{route, name?, as, path?, status?}`: the route as in src/router.rs, one role or several (`visitor` is
// nobody signed in), the address when it differs from the route (a function of what `prepare` made), and the status
// it answers with when that is not 200. The test `routes.test.mjs` fails when a route is missing here.

const ALL = ['visitor', 'town', 'vendor', 'bureau', 'operator']
const MEMBERS = ['town', 'vendor', 'bureau', 'operator']
const DESKS = ['bureau', 'operator']

export const PAGES = [
  { route: '/', as: ALL },
  { route: '/styleguide', as: ['visitor'] },
  { route: '/api/docs', as: ['visitor'] },
  { name: 'an address that leads nowhere', as: ['visitor', 'town'], path: () => '/nowhere', status: 404 },

  // Coming in.
  { route: '/sign-in', as: ['visitor'] },
  { route: '/sign-up', as: ['visitor'] },
  sub('/sign-up', 'as a town', ['visitor'], '?organization.kind=municipality&prefecture=01'),
  sub('/sign-up', 'as a vendor', ['visitor'], '?organization.kind=vendor&prefecture=13'),
  { route: '/sign-up/sent', as: ['visitor'] },
  { route: '/password-forgotten', as: ['visitor'] },
  { route: '/password-forgotten/sent', as: ['visitor'] },
  { route: '/verify-email', as: ['visitor'], path: () => '/verify-email?token=unknown', status: 410 },
  { route: '/invitation', as: ['visitor'], path: () => '/invitation?token=unknown', status: 410 },
  { route: '/password-reset', as: ['visitor'], path: () => '/password-reset?token=unknown', status: 410 },
  {
    route: '/deployment-confirmation',
    as: ['visitor'],
    path: () => '/deployment-confirmation?token=unknown',
    status: 404,
  },
  { route: '/fields-wanted', as: ['visitor', 'vendor', 'town'] },
  { route: '/fields-wanted/new', as: ['vendor'] },
  { route: '/fields-wanted/{id}', as: ALL, path: ({ fieldWanted }) => `/fields-wanted/${fieldWanted}` },
  { route: '/fields-wanted/{id}/edit', as: ['vendor'], path: ({ fieldDraft }) => `/fields-wanted/${fieldDraft}/edit` },
  { route: '/watches', as: MEMBERS },
  { route: '/watches/by-mail/sent', as: ['visitor'] },
  { route: '/watch-confirmation', as: ['visitor'], path: () => '/watch-confirmation?token=unknown', status: 404 },
  { route: '/watching', as: ['visitor'], path: () => '/watching?w=unknown', status: 404 },
  { route: '/unsubscribe', as: ['visitor'], path: () => '/unsubscribe?list=unknown', status: 404 },

  // Challenges.
  { route: '/challenges', as: ['visitor', 'vendor'] },
  sub('/challenges', 'searched', ['visitor'], '?q=除雪&sort=relevance'),
  sub('/challenges', 'with nothing found', ['visitor'], '?q=存在しない言葉'),
  sub('/challenges', 'with a filter that is refused', ['visitor'], '?budget_min=2000万&budget_max=100万', 422),
  { route: '/challenges/{id}', as: ALL, path: ({ open }) => `/challenges/${open}` },
  { route: '/challenges/{id}', name: 'a draft', as: ['town'], path: ({ draft }) => `/challenges/${draft}` },
  {
    route: '/challenges/{id}',
    name: 'a challenge in review',
    as: ['town', 'bureau'],
    path: ({ inReview }) => `/challenges/${inReview}`,
  },
  { route: '/challenges/{id}/amendments', as: ['visitor'], path: ({ amended }) => `/challenges/${amended}/amendments` },
  { route: '/challenges/new', as: ['town', 'bureau'] },
  ...[1, 2, 3, 4, 5].map((step) => ({
    route: '/challenges/{id}/edit',
    name: `writing, step ${step}`,
    as: ['town'],
    path: ({ draft }) => `/challenges/${draft}/edit?step=${step}`,
  })),
  {
    route: '/challenges/{id}/edit',
    name: 'amending',
    as: ['town'],
    path: ({ open }) => `/challenges/${open}/edit`,
  },
  { route: '/our-challenges', as: ['town'] },

  // Questions and proposals.
  { route: '/challenges/{id}/questions', as: ALL, path: ({ open }) => `/challenges/${open}/questions` },
  { route: '/proposals', as: ['town', 'vendor', 'bureau'] },
  { route: '/challenges/{id}/proposals', as: ['town', 'bureau'], path: ({ open }) => `/challenges/${open}/proposals` },
  {
    route: '/challenges/{id}/proposals',
    name: 'opened proposals',
    as: ['town', 'bureau'],
    path: ({ closed }) => `/challenges/${closed}/proposals`,
  },
  { route: '/challenges/{id}/criteria', as: ['town', 'visitor'], path: ({ open }) => `/challenges/${open}/criteria` },
  { route: '/proposals/{id}/edit', as: ['vendor'], path: ({ proposal }) => `/proposals/${proposal}/edit` },
  { route: '/proposals/{id}', as: ['vendor'], path: ({ proposal }) => `/proposals/${proposal}` },
  {
    route: '/proposals/{id}',
    name: 'an opened proposal',
    as: ['town', 'bureau'],
    path: ({ opened }) => `/proposals/${opened}`,
  },
  { route: '/proposals/{id}/sheet', as: ['town'], path: ({ opened }) => `/proposals/${opened}/sheet` },

  // Rounds and their sessions.
  { route: '/rounds', as: ALL },
  { route: '/rounds/new', as: ['bureau', 'operator'] },
  { route: '/rounds/{id}', as: ALL, path: ({ round }) => `/rounds/${round}` },
  { route: '/rounds/{id}/edit', as: ['bureau'], path: ({ round }) => `/rounds/${round}/edit` },
  { route: '/rounds/{id}/survey', as: ['town'], path: ({ round }) => `/rounds/${round}/survey` },
  { route: '/rounds/{id}/availability', as: ['town', 'vendor'], path: ({ round }) => `/rounds/${round}/availability` },
  { route: '/imports', as: ['town', 'vendor', 'bureau'] },
  { route: '/imports/{id}', as: ['town'], path: ({ imported }) => `/imports/${imported}` },
  { name: 'a file that needs mending', as: ['town'], path: ({ mended }) => `/imports/${mended}` },
  { route: '/moderation/overdue', as: DESKS },
  { route: '/rounds/{id}/sessions', as: ['bureau'], path: ({ round }) => `/rounds/${round}/sessions` },
  {
    route: '/rounds/{id}/sessions',
    name: 'a published plan',
    as: ['operator'],
    path: ({ arranged }) => `/rounds/${arranged}/sessions`,
  },
  { route: '/our-sessions', as: ['town', 'vendor'] },
  { route: '/sessions/{id}', as: ['operator'], path: ({ held }) => `/sessions/${held}` },
  { route: '/session-outcome', as: ['visitor'], path: () => '/session-outcome?token=unknown', status: 404 },
  {
    route: '/challenge-confirmation',
    as: ['visitor'],
    path: () => '/challenge-confirmation?token=unknown',
    status: 404,
  },

  // Solutions and their deployments.
  { route: '/solutions', as: ['visitor', 'town'] },
  sub('/solutions', 'searched', ['visitor'], '?q=除雪'),
  sub('/solutions', 'with nothing found', ['visitor'], '?q=存在しない言葉'),
  sub('/solutions', 'with a filter that is refused', ['visitor'], '?price_max=abc', 422),
  {
    route: '/solutions/compare',
    as: ['visitor'],
    path: ({ several }) => `/solutions/compare?id=${several.join('&id=')}`,
  },
  { route: '/solutions/{id}', as: ALL, path: ({ solution }) => `/solutions/${solution}` },
  { route: '/solutions/new', as: ['vendor'] },
  { route: '/solutions/{id}/edit', as: ['vendor'], path: ({ solution }) => `/solutions/${solution}/edit` },
  { route: '/our-solutions', as: ['vendor'] },
  {
    route: '/solutions/{id}/deployments/new',
    as: ['vendor'],
    path: ({ solution }) => `/solutions/${solution}/deployments/new`,
  },
  { route: '/deployments/{id}/edit', as: ['vendor'], path: ({ deployment }) => `/deployments/${deployment}/edit` },
  {
    route: '/deployments/{id}/request-confirmation',
    as: ['vendor'],
    path: ({ deployment }) => `/deployments/${deployment}/request-confirmation`,
  },
  {
    route: '/deployments/{id}/document',
    as: ['bureau'],
    path: ({ unread }) => `/deployments/${unread}/document`,
  },

  { route: '/{folder}/{id}/attachments', as: ['town'], path: ({ draft }) => `/challenges/${draft}/attachments` },

  // What fits, and what comes of it.
  { route: '/challenges/{id}/matches', as: ['town', 'bureau'], path: ({ open }) => `/challenges/${open}/matches` },
  { route: '/solutions/{id}/matches', as: ['vendor'], path: ({ solution }) => `/solutions/${solution}/matches` },
  { route: '/for-you', as: ['vendor'] },
  { route: '/matches', as: MEMBERS },
  { route: '/matches/{id}', as: MEMBERS, path: ({ match }) => `/matches/${match}` },
  { route: '/moderation', as: DESKS },

  // Accounts.
  { route: '/account', as: ['town', 'operator'] },
  { route: '/account/password', as: ['town'] },
  { route: '/account/sessions', as: ['town'] },
  { route: '/account/sessions/end-all', as: ['town'] },
  { route: '/account/sessions/{id}/end', as: ['town'], path: ({ session }) => `/account/sessions/${session}/end` },
  { route: '/account/notifications', as: ['town', 'bureau'] },
  { route: '/account/activity', as: ['town'] },
  { route: '/notices', as: ['town', 'operator'] },
  { route: '/organization', as: ['town', 'vendor', 'bureau'] },
  { route: '/organization/edit', as: ['town', 'vendor'] },
  { route: '/organization/members', as: ['vendor'] },
  { route: '/organization/invitations', as: ['vendor'] },
  { route: '/members/{id}', as: ['vendor'], path: ({ member }) => `/members/${member}` },
  { route: '/organizations', as: DESKS },
  { route: '/organizations/{id}', as: ['visitor', 'bureau'], path: ({ vendor }) => `/organizations/${vendor}` },
  {
    route: '/organizations/{id}',
    name: 'an organization that waits',
    as: ['bureau'],
    path: ({ pending }) => `/organizations/${pending}`,
  },
  { route: '/organizations/{id}/members', as: DESKS, path: ({ vendor }) => `/organizations/${vendor}/members` },
  { route: '/mail-domains', as: DESKS },
  { route: '/municipalities/{code}/mail-domains', as: DESKS, path: () => '/municipalities/012106/mail-domains' },

  // Running the service.
  { route: '/operations', as: ['operator'] },
  { route: '/operations/mails', as: ['operator'] },
  { route: '/statistics/fairness', as: DESKS },
  { route: '/operations/audit', as: DESKS },
  { route: '/mailbox', as: ['visitor'] },
  { route: '/mailbox/{id}', as: ['visitor'], path: ({ mail }) => `/mailbox/${mail}` },
]

/** One more look at a page without parameters in its path. */
function sub(route, name, as, query, status) {
  return { route, name: `${route}, ${name}`, as, path: () => encodeURI(route + query), status }
}
