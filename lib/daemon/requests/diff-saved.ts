import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import { diffForm } from './diff-form.js'
import { request } from './request.js'

/** Of work that was saved under a ref. */
export const diffSaved = request({
  method: 'GET',
  path: '/v1/trees/saved/diff',
  permission: 'logs:read',
  handle: async (daemon, { query }): Promise<{ ref: string; text: string }> => {
    const asked = query.get('ref') ?? ''
    const { saved } = daemon.loop.state
    const one =
      saved.get(asked) ?? [...saved.values()].find(({ ref }) => ref.endsWith(`/${asked}`) && asked !== '')
    if (one === undefined)
      throw new OrchestraError(`nothing is saved as ${asked}${didYouMean(asked, saved.keys())}`, {
        kind: 'usage',
        hint: `\`${fix('trees.saved')}\` lists what is.`,
      })
    const { all, needs } = await daemon.parts.trees.work()
    return { ref: one.ref, text: (await all.diffSaved(one, diffForm(query), needs)).toString('utf8') }
  },
})
