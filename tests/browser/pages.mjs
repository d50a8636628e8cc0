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
  const match = await (await Api.as(world, 'town')).first('/matches')
  return { challenge: challenge.id, solution: solution.id, match }
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
  { route: '/challenges/{id}', as: ['visitor'], path: ({ challenge }) => `/challenges/${challenge}` },
  { route: '/solutions/{id}', as: ['visitor'], path: ({ solution }) => `/solutions/${solution}` },
  { route: '/challenges/{id}/matches', as: ['town', 'bureau'], path: ({ match }) => `/challenges/${match.challenge.id}/matches` },
  { route: '/solutions/{id}/matches', as: ['operator'], path: ({ solution }) => `/solutions/${solution}/matches` },
  { route: '/for-you', as: ['vendor'] },
  { route: '/matches', as: ['town', 'vendor', 'bureau'] },
  { route: '/matches/{id}', as: ['town', 'bureau'], path: ({ match }) => `/matches/${match.id}` },
  { route: '/notices', as: ['visitor'] },
  { route: '/moderation', as: ['bureau', 'operator'] },
]
