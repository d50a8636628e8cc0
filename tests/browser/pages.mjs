// Every page, and who looks at it.
//
// A page is `{route, name?, as, path?, status?}`: the route as in src/router.rs, one role or several (`visitor` is
// nobody signed in), the address when it differs from the route (a function of what `discover` found), and the status
// it answers with when that is not 200. The test `routes.test.mjs` fails when a route is missing here.

import { Api } from './support/api.mjs'

/** Things of the world that addresses need, found through the API. */
export async function discover(world) {
  const visitor = await Api.as(world, 'visitor')
  const [challenge, solution] = [await visitor.first('/challenges?status=open'), await visitor.first('/solutions')]
  const town = await Api.as(world, 'town')
  const match = await town.first('/matches')
  // The form is looked at with a draft in it.
  const draft = await town.post('/challenges', { title: '吹雪の夜、除雪車がどこにいるか分からない' })
  return { challenge: challenge.id, solution: solution.id, match, draft: draft.id }
}

export const PAGES = [
  { route: '/', as: ['visitor', 'town', 'vendor', 'bureau', 'operator'] },
  { route: '/styleguide', as: ['visitor'] },
  { route: '/sign-in', as: ['visitor'] },
  { name: 'an address that leads nowhere', as: ['visitor', 'town'], path: () => '/nowhere', status: 404 },
  { route: '/verify-email', as: ['visitor'], path: () => '/verify-email?token=unknown', status: 410 },
  { route: '/invitation', as: ['visitor'], path: () => '/invitation?token=unknown', status: 410 },
  { route: '/password-reset', as: ['visitor'], path: () => '/password-reset?token=unknown', status: 410 },
  {
    route: '/deployment-confirmation',
    as: ['visitor'],
    path: () => '/deployment-confirmation?token=unknown',
    status: 404,
  },
  { route: '/unsubscribe', as: ['visitor'], path: () => '/unsubscribe?list=unknown', status: 404 },
  { route: '/api/docs', as: ['visitor'] },
  { route: '/challenges', as: ['visitor', 'vendor', 'bureau'] },
  { name: 'a search with hits', as: ['visitor'], path: () => '/challenges?q=%E9%99%A4%E9%9B%AA&status=any' },
  {
    name: 'a filter that is refused',
    as: ['visitor'],
    path: () => '/challenges?budget_min=2000%E4%B8%87&budget_max=100%E4%B8%87',
    status: 422,
  },
  { route: '/challenges/new', as: ['town', 'bureau'] },
  {
    route: '/challenges/{id}',
    as: ['visitor', 'vendor', 'bureau'],
    path: ({ challenge }) => `/challenges/${challenge}`,
  },
  { name: 'a draft', as: ['town'], path: ({ draft }) => `/challenges/${draft}` },
  {
    route: '/challenges/{id}/amendments',
    as: ['visitor'],
    path: ({ challenge }) => `/challenges/${challenge}/amendments`,
  },
  { route: '/challenges/{id}/edit', as: ['town'], path: ({ draft }) => `/challenges/${draft}/edit?step=1` },
  ...[2, 3, 4, 5].map((step) => ({
    name: `step ${step} of the form`,
    as: ['town'],
    path: ({ draft }) => `/challenges/${draft}/edit?step=${step}`,
  })),
  { route: '/our-challenges', as: ['town'] },
  { route: '/solutions/{id}', as: ['visitor'], path: ({ solution }) => `/solutions/${solution}` },
  { route: '/challenges/{id}/matches', as: ['town', 'bureau'], path: ({ match }) => `/challenges/${match.challenge.id}/matches` },
  { route: '/solutions/{id}/matches', as: ['operator'], path: ({ solution }) => `/solutions/${solution}/matches` },
  { route: '/for-you', as: ['vendor'] },
  { route: '/matches', as: ['town', 'vendor', 'bureau'] },
  { route: '/matches/{id}', as: ['town', 'bureau'], path: ({ match }) => `/matches/${match.id}` },
  { route: '/notices', as: ['visitor'] },
  { route: '/moderation', as: ['bureau', 'operator'] },
]
