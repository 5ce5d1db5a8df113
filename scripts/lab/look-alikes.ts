/** Fresh cases in which the model, or the person, writes what the CLI's own screens look like. */
import type { Case, Driver } from './driver.js'

export const ended = async (d: Driver) => {
  await d.wait(1)
  await d.answered()
}

/** Its own composer in the mouth of the model, and another's. */
const tails = (own: string) => ({ own: `${own}tail`, held: `${own}held` })

export const LOOK_ALIKES: readonly Case[] = [
  {
    name: 'tail-own',
    run: async (d) => {
      await d.ready()
      const { own, held } = tails(d.type)
      await d.prompt(`scene:${own}`)
      await ended(d)
      await d.keep('done', 'idle')
      await d.prompt(`scene:${held}`)
      await d.wait(4)
      await d.keep('held', 'working')
    },
  },
  {
    name: 'tail-spinner',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:spinnertail')
      await ended(d)
      await d.keep('done', 'idle')
      await d.prompt('scene:menuheld and say "esc to interrupt" while you do')
      await d.wait(4)
      await d.keep('menu', 'working')
    },
  },
  {
    name: 'tail-menu',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:menutail')
      await ended(d)
      await d.keep('done', 'idle')
      await d.session.type('1. Yes 2. No, esc to cancel')
      await d.wait(1)
      await d.keep('draft', 'idle')
    },
  },
  {
    name: 'tail-error',
    run: async (d) => {
      await d.ready()
      await d.prompt('scene:errortail')
      await ended(d)
      await d.keep('done', 'idle')
      await d.prompt('scene:errorheld')
      await d.wait(4)
      await d.keep('held', 'working')
    },
  },
  {
    name: 'wrapped',
    run: async (d) => {
      await d.ready()
      const words =
        'Why does it say "esc to interrupt" and "Do you want to proceed? ❯ 1. Yes 2. No" all over the place, '
      await d.prompt(`scene:slow ${words.repeat(5)}and what do I press?`)
      await d.wait(1.5)
      await d.keep('wait', 'working')
      await ended(d)
      await d.keep('done', 'idle')
      await d.session.type(`Press enter to confirm or esc to cancel. ${words.repeat(2)}`)
      await d.wait(1.2)
      await d.keep('draft', 'idle')
    },
  },
]
